// From the books and the meter to a bill: the thin shell around the pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "books/books.h"
#include "cost/bill.h"
#include "cost/rate.h"
#include "meter/records.h"
#include "money/money.h"

namespace purser::cost {

// A resource's month as the books have it; its bands from its site.
Result<ResourceMonth> load_month(const books::Books& books, std::string_view resource, Month month);
// The same of an asset that `books` gave.
Result<ResourceMonth> load_month(const books::Books& books, const books::Asset& asset, Month month);

// The rate card of that day.
Result<RateCard> load_rate_card(const books::Books& books, std::string_view resource, Date date);

// The rate card of an asset in hand, such as one that a dry run made: what that day of it will cost
// by its terms, whatever was posted of them.
Result<RateCard> forecast_rate_card(const books::Books& books, const books::Asset& asset,
                                    Date date);
// The same at sites that are not in the books like that.
Result<RateCard> forecast_rate_card(const books::Books& books, const books::Asset& asset, Date date,
                                    const SiteNamed& site_named);

// What to post for energy when `month`, which is over, is closed: its own, for every asset that
// stands at a site, and that of closed months in which usage changed since the last close.
Result<books::Metered> metered_energy(const books::Books& books, const meter::Records& records,
                                      Month month);

// Energy of a closed month that was metered after its close and is posted by the next one.
struct OwedEnergy {
  std::string resource;
  Month month{};
  money::Money amount;  // negative where too much was paid
};
Result<std::vector<OwedEnergy>> owed_energy(const books::Books& books,
                                            const meter::Records& records);

struct BillRequest {
  Month first{};
  Month last{};                         // included
  std::optional<std::string> resource;  // none: all assets in the books
  Instant as_of{};                      // open months count until here
};

// The months of a request in which an asset may have anything on the bill; none where `last` lies
// before `first`. From its first charge or service on, or the first use of any machine, until the
// bill's day or the last close: a request over centuries costs no more than what happened in them.
struct BilledMonths {
  Month first{};
  Month last{};
};
Result<BilledMonths> billed_months(const books::Books& books, const meter::Records& records,
                                   const books::Asset& asset, const BillRequest& request);

// An asset that is on no line of a bill, because it is priced in another currency.
struct Elsewhere {
  std::string resource;
  money::Currency currency;
};

struct LoadedBill {
  Bill bill;
  std::vector<meter::Run> runs;  // all that are on a line of it, by start
  std::vector<Elsewhere> elsewhere;
};

// The bill of one resource in one month, its lines without what the runs say about themselves.
// kNotFound if no asset is called so.
Result<ResourceBill> load_resource_bill(const books::Books& books, const meter::Records& records,
                                        std::string_view resource, Month month, Instant as_of);

// The bill of the assets that are priced in `currency`, or of the one asked for, in its own.
Result<LoadedBill> load_bill(const books::Books& books, const meter::Records& records,
                             money::Currency currency, const BillRequest& request);

}  // namespace purser::cost
