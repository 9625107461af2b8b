// What is posted, accrued, reversed and closed.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "cost/load.h"
#include "sim/bands.h"
#include "sim/company.h"
#include "sim/doors.h"

namespace purser::sim {
Month Company::open_month() {
  const Month now = month_of(date_of(clock_.now()));
  const Month before = now - std::chrono::months{1};
  return chance(50) || facts_.closed.contains(before) ? now : before;
}

// What stands in the journal once `month` was posted.
void Company::expect_posted(Month month) {
  for (const auto& [name, asset] : facts_.assets) {
    if (month_of(asset.begins()) > month) continue;
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
  if (asset == nullptr || is_closed(month) || month < month_of(asset->begins())) return {};
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
    if (entry.rule.starts_with("withdrawn")) {  // all that was posted of it is taken back by that
      std::erase_if(candidates, [&](const auto& one) { return one.second.asset == entry.asset; });
      return {};
    }
    // What happened is undone, not reversed.
    const bool may = !entry.reverses && entry.event != "acquisition" &&
                     entry.event.find(':') == std::string::npos && !is_closed(entry.period);
    if (may) candidates.emplace(entry.number, entry);
    return {};
  }));
  if (candidates.empty()) return {};
  const auto& [number, entry] =
      *std::next(candidates.begin(), static_cast<std::ptrdiff_t>(draw(candidates.size())));
  note(fmt::format("reverse entry {} ({} of {} in {})", number, entry.event, entry.asset,
                   format(entry.period)));
  // What corrected it goes with it; what comes to nothing already is refused.
  bool comes_to_nothing = false;
  for (const Kind kind : kKinds) {
    if (entry.event != name(static_cast<books::Kind>(kind))) continue;
    const PostingKey key{entry.asset, entry.period, kind};
    comes_to_nothing = facts_.posted[key] == 0;
    facts_.posted[key] = 0;
    facts_.reversed.insert(key);
  }
  if (!comes_to_nothing) PURSER_TRY(doors_->books.reverse(number));
  if (doors_->books.reverse(number)) return fail(broken("an entry was reversed twice"));
  return {};
}

// The bills of these months, whose joules are audited at every step.
Result<std::vector<cost::ResourceBill>> Company::bills(Month first, Month last) {
  PURSER_ASSIGN(
      cost::LoadedBill loaded,
      cost::load_bill(doors_->books, doors_->records, currency_,
                      {.first = first, .last = last, .resource = {}, .as_of = clock_.now()}));
  return std::move(loaded.bill.resources);
}

// What the meter says of a month, after checking it against the audited bill of that month.
Result<Company::Computed> Company::compute_close(Month month) {
  PURSER_ASSIGN(auto metered, cost::metered_energy(doors_->books, doors_->records, month));
  PURSER_ASSIGN(auto late, owed_late(month));
  Computed computed{std::move(metered), std::move(late)};
  if (clock_.now() < midnight(period_of(month).end)) return computed;  // no bill of all of it yet
  PURSER_ASSIGN(const auto resources, bills(month, month));
  for (const books::Accrual& accrual : computed.metered.energy) {
    for (const cost::ResourceBill& bill : resources) {
      if (bill.resource != accrual.asset) continue;
      const std::int64_t expected = expected_energy(facts_, facts_.assets.at(accrual.asset), bill);
      if (accrual.amount.minor() == expected) continue;
      return fail(
          broken(fmt::format("the energy of {} in {} is accrued as {}, should be {}", accrual.asset,
                             format(month), accrual.amount.minor(), expected)));
    }
  }
  return computed;
}

// What every closed month lacks by what is collected now, whatever the meter says has changed.
Result<std::map<LateKey, std::int64_t>> Company::owed_late(Month into) {
  std::map<LateKey, std::int64_t> owed;
  if (facts_.closed.empty()) return owed;
  PURSER_ASSIGN(const auto resources, bills(*facts_.closed.begin(), *facts_.closed.rbegin()));
  for (const cost::ResourceBill& bill : resources) {
    const AssetFact& asset = facts_.assets.at(bill.resource);
    const Date day = first_day(bill.month);
    const auto ns_of = [](Date date) { return midnight(date).time_since_epoch().count(); };
    const auto bands = bands_between(facts_, asset, ns_of(day), ns_of(period_of(bill.month).end));
    const bool sited = std::any_of(bands.begin(), bands.end(),
                                   [](const BandFact& band) { return !band.site.empty(); });
    if (!sited || month_of(asset.begins()) > bill.month) continue;
    const PostingKey key{asset.name, bill.month, Kind::kEnergy};
    const auto found = facts_.posted.find(key);
    std::int64_t paid = found == facts_.posted.end() ? 0 : found->second;
    for (const auto& [late, minor] : facts_.late) {
      if (late.asset == asset.name && late.of == bill.month) paid += minor;
    }
    const std::int64_t missing = expected_energy(facts_, asset, bill) - paid;
    if (missing != 0) owed[{asset.name, into, bill.month}] = missing;
  }
  return owed;
}

void Company::expect_closed(Month month, const Computed& computed) {
  expect_posted(month);
  for (const books::Accrual& accrual : computed.metered.energy) {
    expect_standing({accrual.asset, month, Kind::kEnergy}, accrual.amount.minor());
  }
  facts_.late.insert(computed.late.begin(), computed.late.end());
  facts_.closed.insert(month);
}

// What was used in a month comes in after its close.
Status Company::collect_late() {
  PURSER_TRY(work());
  clock_.set(midnight(period_of(month_of(date_of(clock_.now()))).end));
  note("a month ends, and is closed before its usage is collected");
  for (int i = 0; i < 3; ++i) PURSER_TRY(close_month());
  return collect();
}

Status Company::close_month() {
  PURSER_ASSIGN(const auto month, doors_->books.first_open());
  if (!month) return {};
  note("close " + format(*month));
  PURSER_ASSIGN(const Computed computed, compute_close(*month));
  if (chance(25)) PURSER_TRY(collect());  // another process does, meanwhile
  const bool is_over = midnight(period_of(*month).end) <= clock_.now();
  const auto closed = doors_->books.close(*month, computed.metered);
  if (closed.has_value() != is_over) {
    return fail(broken(is_over ? closed.error().message() : "a month was closed before its end"));
  }
  if (closed) expect_closed(*month, computed);
  return {};
}

}  // namespace purser::sim
