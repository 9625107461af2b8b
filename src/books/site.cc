#include "books/site.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "books/addition_checks.h"
#include "books/books.h"
#include "books/books_store.h"
#include "books/checks.h"
#include "books/find.h"
#include "books/roles.h"

namespace purser::books {
namespace {

using money::Money;

constexpr std::int64_t kPueLeast = 1000;  // a building adds energy; it never gives any back
constexpr std::int64_t kPueMost = 10'000;

// The most that a kilowatt-hour may cost with the PUE, in minor units (USD 1,000,000.00): even a
// megawatt that never rests stays thirteen times below kAmountMinorMax in a month.
constexpr std::int64_t kPowerMinorMax = 100'000'000;
constexpr Joules kKilowattHour{3'600'000'000'000};

Status check_zone(std::string_view zone) {
  const bool plain = zone.find("..") == std::string_view::npos && !zone.starts_with('/');
  std::error_code ignored;
  if (zone == "UTC" ||
      (plain && std::filesystem::is_regular_file(
                    std::filesystem::path("/usr/share/zoneinfo") / zone, ignored))) {
    return {};
  }
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' is no time zone of this machine; write for example UTC or "
                          "Europe/Oslo",
                          zone));
}

// What a kilowatt-hour costs must be an amount that months of it can be counted in.
Status check_power(const Power& power) {
  if (power.pue_thousandths < kPueLeast || power.pue_thousandths > kPueMost) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("a PUE of {}.{:03} is not possible; write between 1.000 and 10.000",
                            power.pue_thousandths / 1000, power.pue_thousandths % 1000));
  }
  if (power.tariff.numerator() < 0) {
    return fail(ErrorCode::kInvalidInput, "a tariff must not be negative");
  }
  const money::Cost most(Money(kPowerMinorMax, power.tariff.currency()));
  // Looked at without its PUE first: the product of the two is then small enough to be formed.
  const money::Cost bare = power.tariff * kKilowattHour;
  const bool fits =
      bare <= most && bare.billionths() * power.pue_thousandths <= most.billionths() * kPueLeast;
  if (fits) return {};
  return fail(ErrorCode::kInvalidInput,
              fmt::format("{}/kWh at a PUE of {}.{:03} is more than books price power at, {}/kWh "
                          "with the PUE; look at its zeros",
                          money::format(bare), power.pue_thousandths / 1000,
                          power.pue_thousandths % 1000, money::format(most)));
}

Status check_change(const Site& site, const SiteChange& change) {
  if (!change.tariff && !change.pue_thousandths) {
    return fail(ErrorCode::kInvalidInput, "nothing is changed; give a tariff or a PUE");
  }
  const money::Currency currency = site.tariff.currency();
  if (!change.tariff || change.tariff->currency() == currency) return {};
  return fail(ErrorCode::kInvalidInput,
              fmt::format("site '{}' pays its power in {} and not in {}: its machines are priced "
                          "in that; add a site that pays in {}",
                          site.name, currency.code(), change.tariff->currency().code(),
                          change.tariff->currency().code()));
}

}  // namespace

Power Site::power(Date day) const {
  Power power{tariff, pue_thousandths};
  for (const SiteChange& change : changes) {
    if (change.effective > day) break;
    if (change.tariff) power.tariff = *change.tariff;
    if (change.pue_thousandths) power.pue_thousandths = *change.pue_thousandths;
  }
  return power;
}

Status Books::add_site(const Site& site, Effect effect) {
  PURSER_TRY(check_name("a site", site.name));
  PURSER_TRY(check_zone(site.zone));
  PURSER_TRY(check_power({site.tariff, site.pue_thousandths}));
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(const auto taken, store.sites(site.name));
  if (!taken.empty()) {
    return fail(ErrorCode::kAlreadyExists,
                fmt::format("there is a site '{}' already; choose another name", site.name));
  }
  PURSER_TRY(refuse_alike(store, Named::kSite, site.name));
  PURSER_TRY(store.insert_site(site));
  return effect == Effect::kWrite ? transaction.commit() : Status();
}

Result<ChangedSite> Books::change_site(std::string_view name, SiteChange change, Effect effect) {
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(Site before, find_site(store, name));
  PURSER_TRY(check_change(before, change));
  PURSER_ASSIGN(const auto closed, store.closed_through());
  change.effective = closed ? std::max(change.from, period_of(*closed).end) : change.from;
  change.recorded = clock_.now();
  change.who = who_;
  PURSER_TRY(store.insert_site_change(name, change));
  PURSER_ASSIGN(Site after, find_site(store, name));
  // A tariff and a PUE that were changed apart meet on some day.
  for (const SiteChange& each : after.changes) PURSER_TRY(check_power(after.power(each.effective)));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return ChangedSite{std::move(change), std::move(before), std::move(after)};
}

Result<Site> Books::site(std::string_view name) const {
  BooksStore store(database_);
  return find_site(store, name);
}

Result<std::vector<Site>> Books::sites() const { return BooksStore(database_).sites(std::nullopt); }

}  // namespace purser::books
