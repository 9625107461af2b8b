// The tables of purchases and all SQL that touches them. Behind the door.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "books/purchase.h"
#include "store/store.h"

namespace purser::books {

struct StoredPurchase {
  std::int64_t id = 0;  // of the asset
  Purchase purchase;
};

class PurchaseStore {
 public:
  explicit PurchaseStore(store::Database& database) : database_(database) {}

  // An asset that is in no book yet.
  Result<std::int64_t> insert_asset(std::string_view name, std::string_view asset_class,
                                    money::Currency currency, Date on);
  Status set_class_and_currency(std::int64_t asset, std::string_view asset_class,
                                money::Currency currency);
  // It stands in the financial book from now on.
  Status place(std::int64_t id, const Asset& asset);
  // It stands in no book any more.
  Status unplace(std::int64_t id);

  // Gives the step its id.
  Status insert(std::int64_t asset, PurchaseStep& step);
  Status insert_undone(std::int64_t step, Instant recorded, std::string_view who);

  // None: no such asset, or one of no steps that stand.
  Result<std::optional<StoredPurchase>> named(std::string_view name);
  Result<BoughtAtOnce> bought_at_once();
  // Whether any asset, in service or not, is in that currency.
  Result<bool> any_in(money::Currency currency);
  Result<std::vector<StoredPurchase>> pending();
  Result<std::vector<InProgress>> in_progress(Date end);
  // Deliveries of what was ordered and not acquired.
  Status each_expected(
      const std::function<void(std::string_view asset, const PurchaseStep&)>& take);

 private:
  Status read_steps(StoredPurchase& stored);

  store::Database& database_;
};

}  // namespace purser::books
