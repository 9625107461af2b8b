// What is posted, accrued, reversed and closed.
#include <map>

#include <fmt/format.h>

#include "cost/load.h"
#include "sim/company.h"
#include "sim/doors.h"

namespace purser::sim {
namespace {

// Halves away from zero, for amounts that are not negative.
std::int64_t to_minor(std::int64_t billionths, std::int64_t billionths_per_minor) {
  return (billionths + billionths_per_minor / 2) / billionths_per_minor;
}

}  // namespace

Month Company::open_month() {
  const Month now = month_of(date_of(clock_.now()));
  const Month before = now - std::chrono::months{1};
  return chance(50) || facts_.closed.contains(before) ? now : before;
}

// What stands in the journal once `month` was posted.
void Company::expect_posted(Month month) {
  for (const auto& [name, asset] : facts_.assets) {
    if (month_of(asset.in_service) > month) continue;
    for (const Kind kind : kKinds) {
      if (kind == Kind::kEnergy) continue;
      expect_standing({name, month, kind}, expected_charge(asset, month, kind));
    }
  }
}

void Company::expect_standing(const PostingKey& key, std::int64_t minor) {
  if (minor != 0 || facts_.posted.contains(key)) facts_.posted[key] = minor;
}

bool Company::is_closed(Month month) const {
  return !facts_.closed.empty() && month <= *facts_.closed.rbegin();
}

Status Company::post() {
  const Month month = open_month();
  note("post " + format(month));
  PURSER_TRY(doors_->books.post(month));
  if (!is_closed(month)) expect_posted(month);
  PURSER_ASSIGN(const std::int64_t again, doors_->books.post(month));
  return again == 0 ? Status() : fail(broken("posting again wrote entries"));
}

Status Company::accrue() {
  const AssetFact* asset = asset_in_service();
  const Month month = open_month();
  if (asset == nullptr || is_closed(month) || month < month_of(asset->in_service)) return {};
  const auto minor = static_cast<std::int64_t>(draw(5'000));
  note(fmt::format("accrue {} for {} in {}", minor, asset->name, format(month)));
  PURSER_TRY(doors_->books.accrue({.asset = asset->name,
                                   .kind = books::Kind::kEnergy,
                                   .amount = money::Money(minor, currency_)},
                                  month));
  expect_standing({asset->name, month, Kind::kEnergy}, minor);
  return {};
}

Status Company::reverse() {
  std::map<std::int64_t, books::Entry> candidates;
  PURSER_TRY(doors_->books.each_entry(std::nullopt, [&](const books::Entry& entry) -> Status {
    if (entry.reverses) candidates.erase(*entry.reverses);
    const bool may = !entry.reverses && entry.event != "acquisition" && !is_closed(entry.period);
    if (may) candidates.emplace(entry.number, entry);
    return {};
  }));
  if (candidates.empty()) return {};
  const auto& [number, entry] =
      *std::next(candidates.begin(), static_cast<std::ptrdiff_t>(draw(candidates.size())));
  note(fmt::format("reverse entry {} ({} of {} in {})", number, entry.event, entry.asset,
                   format(entry.period)));
  PURSER_TRY(doors_->books.reverse(number));
  for (const Kind kind : kKinds) {
    if (entry.event != name(static_cast<books::Kind>(kind))) continue;
    for (const books::Line& line : entry.lines) {
      if (!line.account.starts_with("Expenses:")) continue;
      facts_.posted[{entry.asset, entry.period, kind}] -= line.amount.minor();
      facts_.reversed.insert({entry.asset, entry.period, kind});
    }
  }
  if (doors_->books.reverse(number)) return fail(broken("an entry was reversed twice"));
  return {};
}

// The accruals of a month, after checking each against the audited bill of that month.
Result<std::vector<books::Accrual>> Company::energy_accruals(Month month) {
  PURSER_ASSIGN(auto accruals, cost::energy_accruals(doors_->books, doors_->records, month));
  if (clock_.now() < midnight(period_of(month).end)) return accruals;  // no bill of all of it yet
  PURSER_ASSIGN(
      const cost::LoadedBill loaded,
      cost::load_bill(doors_->books, doors_->records, currency_,
                      {.first = month, .last = month, .resource = {}, .as_of = clock_.now()}));
  for (const books::Accrual& accrual : accruals) {
    for (const cost::ResourceBill& bill : loaded.bill.resources) {
      if (bill.resource != accrual.asset) continue;
      const auto energy =
          static_cast<std::int64_t>(bill.total()[books::Kind::kEnergy].billionths());
      if (accrual.amount.minor() != to_minor(energy, currency_.billionths_per_minor())) {
        return fail(broken(
            fmt::format("the energy of {} in {} is billed as {} billionths and "
                        "accrued as {}",
                        accrual.asset, format(month), energy, money::format(accrual.amount))));
      }
    }
  }
  return accruals;
}

void Company::expect_closed(Month month, const std::vector<books::Accrual>& accruals) {
  expect_posted(month);
  for (const books::Accrual& accrual : accruals) {
    expect_standing({accrual.asset, month, Kind::kEnergy}, accrual.amount.minor());
  }
  facts_.closed.insert(month);
}

Status Company::close_month() {
  PURSER_ASSIGN(const auto month, doors_->books.first_open());
  if (!month) return {};
  note("close " + format(*month));
  PURSER_ASSIGN(const auto accruals, energy_accruals(*month));
  const bool is_over = midnight(period_of(*month).end) <= clock_.now();
  const auto closed = doors_->books.close(*month, accruals);
  if (closed.has_value() != is_over) {
    return fail(broken(is_over ? closed.error().message() : "a month was closed before its end"));
  }
  if (closed) expect_closed(*month, accruals);
  return {};
}

}  // namespace purser::sim
