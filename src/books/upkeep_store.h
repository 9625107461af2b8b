// The tables of upkeep and their SQL. Behind the door.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "books/books_store.h"
#include "books/upkeep.h"

namespace purser::books {

class UpkeepStore {
 public:
  explicit UpkeepStore(store::Database& database) : database_(database) {}

  // `event`: the repair that its cost is.
  Status insert(std::int64_t asset, const Service& service, std::optional<std::int64_t> event,
                Instant recorded, std::string_view who);
  Status insert(std::int64_t asset, const Cover& cover, Instant recorded, std::string_view who);
  Status insert(std::int64_t asset, const Condition& condition, Instant recorded,
                std::string_view who);
  // That it was added to a further book.
  Status insert(std::int64_t asset, Book book, Instant recorded, std::string_view who);
  struct LastRecord {
    std::int64_t number = 0;
    std::optional<Book> book = std::nullopt;  // to which it was added; none of records of upkeep
    UndoneRecord record;
  };
  // The last that stands and is no event, nor a service that is a repair; none if an event of the
  // asset that stands came after it.
  Result<std::optional<LastRecord>> last_record(std::int64_t id, const Asset& asset);
  // As Upkeep::records().
  Result<std::vector<StandingRecord>> records(std::int64_t id, std::string_view asset);
  // That it was added to that book, and stands there since. None: it came into it otherwise.
  Result<std::optional<LastRecord>> joining(std::int64_t id, std::string_view asset, Book book);
  Status insert_undone(std::int64_t number, Instant recorded, std::string_view who);

  // By day. A service whose repair was undone is not one.
  Result<std::vector<Service>> services(std::int64_t id, const Asset& asset);
  Result<std::vector<Condition>> conditions(std::int64_t id, std::string_view asset);
  // As Upkeep::kept().
  Result<std::map<std::string, Kept, std::less<>>> kept();
  // The next service and the ends of covers, whenever they are.
  Status each_due(std::int64_t id, std::string_view asset, const std::function<void(Due)>& take);

 private:
  enum class Kind : std::uint8_t { kService, kCover, kCondition, kBook };
  // The record that was just inserted comes after all others, and all events.
  Status number(std::int64_t asset, Kind kind, std::int64_t record);
  // Those that stand and are no event, the newest first, if no event behind `behind` came after.
  Status each_record(std::int64_t id, std::string_view asset, std::int64_t behind,
                     const std::function<void(LastRecord)>& take);
  Result<std::int64_t> insert_record(std::string_view sql,
                                     std::initializer_list<store::Parameter> parameters);

  store::Database& database_;
};

}  // namespace purser::books
