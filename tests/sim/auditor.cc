#include "sim/auditor.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "sim/bill_check.h"

namespace purser::sim {
namespace {

constexpr std::string_view kLateEvent = "late-energy:";

std::string entry_text(const books::Entry& entry) {
  std::string all = fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", entry.number, format(entry.date),
                                format(entry.period), entry.book, entry.asset, entry.event,
                                entry.revision, entry.rule, entry.reverses.value_or(0), entry.hash);
  for (const books::Line& line : entry.lines) {
    all += fmt::format("|{} {}", line.account, money::format(line.amount));
  }
  return all;
}

std::int64_t posted_or(const std::map<PostingKey, std::int64_t>& posted, const PostingKey& key,
                       std::int64_t fallback) {
  const auto found = posted.find(key);
  return found == posted.end() ? fallback : found->second;
}

// A month counts as posted for an asset once anything but its energy stands in the journal.
bool is_posted(const std::map<PostingKey, std::int64_t>& posted, const std::string& asset,
               Month month) {
  return std::any_of(std::begin(kKinds), std::end(kKinds), [&](Kind kind) {
    return kind != Kind::kEnergy && posted.contains({asset, month, kind});
  });
}

bool is_same(const BeatFact& fact, const meter::Usage& usage) {
  return fact.start_ns == ns(usage.interval.start) && fact.end_ns == ns(usage.interval.end) &&
         fact.device_ns == usage.device_time.count() && fact.energy_uj == usage.energy.micro &&
         fact.work == usage.work;
}

}  // namespace

std::int64_t expected_energy(const Facts& facts, const AssetFact& asset,
                             const cost::ResourceBill& bill) {
  const std::int64_t start = std::max(first_ns(bill.month), ns(midnight(asset.begins())));
  const auto bands = bands_between(facts, asset, start, first_ns(next(bill.month)));
  return rounded(Fraction(price_of_bands(bands, bill)) / factor_to_billionths(facts));
}

std::int64_t expected_remaining(const Facts& facts, const std::string& budget,
                                const cost::Bill& bill, Month this_month,
                                const std::string& except_run) {
  const BudgetFact& fact = facts.budgets.at(budget);
  std::map<std::string, std::int64_t> spent;
  for (const cost::ResourceBill& resource : bill.resources) {
    if (fact.by_month && resource.month != this_month) continue;
    for (const cost::Line& line : resource.lines) {
      if (facts.runs.at(line.run_id).budget != budget) continue;
      for (const books::Kind kind : books::kKinds)
        spent[line.run_id] += billionths(line.cost[kind]);
    }
  }
  std::int64_t remaining = fact.amount_minor * factor_to_billionths(facts);
  for (const auto& [run, amount] : spent) {
    if (run != except_run) remaining -= amount;  // it reserves for all that it uses
  }
  for (const auto& [run, reservation] : facts.reservations) {
    if (reservation.budget != budget || run == except_run) continue;
    remaining -= std::max<std::int64_t>(reservation.upper_billionths - spent[run], 0);
  }
  return remaining;
}

Status Auditor::audit(const Facts& facts, const books::Books& books, const meter::Records& records,
                      const budget::Budgets& budgets, Instant now) {
  PURSER_TRY(check_journal(facts, books));
  PURSER_TRY(check_postings(facts));
  PURSER_TRY(check_events(facts, books, month_of(date_of(now))));
  PURSER_TRY(check_usage(facts, records));
  if (facts.assets.empty()) return {};

  Month first = month_of(date_of(now));
  const Month last = first;
  for (const auto& [name, asset] : facts.assets) first = std::min(first, month_of(asset.begins()));
  PURSER_ASSIGN(const money::Currency currency, money::Currency::parse(facts.currency));
  PURSER_ASSIGN(const cost::LoadedBill loaded,
                cost::load_bill(books, records, currency,
                                {.first = first, .last = last, .resource = {}, .as_of = now}));
  PURSER_TRY(check_bill(facts, loaded.bill, records, now));
  for (const auto& [name, fact] : facts.budgets) {
    PURSER_ASSIGN(const budget::Standing standing,
                  budget::load_standing(books, records, budgets, name, now));
    const std::int64_t expected = expected_remaining(facts, name, loaded.bill, last, "");
    if (billionths(standing.remaining()) != expected) {
      return fail(broken(fmt::format("budget {} has {} billionths left, should be {}", name,
                                     billionths(standing.remaining()), expected)));
    }
  }
  return {};
}

Status Auditor::check_journal(const Facts& facts, const books::Books& books) {
  std::vector<std::string> entries;
  journal_.clear();
  accounts_.clear();
  journal_late_.clear();
  PURSER_TRY(books.each_entry(std::nullopt, [&](const books::Entry& entry) -> Status {
    entries.push_back(entry_text(entry));
    if (entry.number != static_cast<std::int64_t>(entries.size())) {
      return fail(broken(fmt::format("entry {} stands in place {}", entry.number, entries.size())));
    }
    std::int64_t sum = 0;
    for (const books::Line& line : entry.lines) {
      if (line.amount.currency().code() != facts.currency) {
        return fail(broken(fmt::format("entry {} has a line in another currency", entry.number)));
      }
      sum += line.amount.minor();
      accounts_[{entry.asset, line.account}] += line.amount.minor();
      if (!line.account.starts_with("Expenses:")) continue;
      if (entry.event.starts_with(kLateEvent)) {
        PURSER_ASSIGN(const Month of, parse_month(entry.event.substr(kLateEvent.size())));
        journal_late_[{entry.asset, entry.period, of}] += line.amount.minor();
      }
      for (const Kind kind : kKinds) {
        if (entry.event == text(kind)) {
          journal_[{entry.asset, entry.period, kind}] += line.amount.minor();
        }
      }
    }
    if (sum != 0 || entry.lines.size() < 2) {
      return fail(broken(fmt::format("entry {} does not balance: {}", entry.number, sum)));
    }
    return {};
  }));
  const bool kept =
      entries.size() >= seen_.size() && std::equal(seen_.begin(), seen_.end(), entries.begin());
  if (!kept) return fail(broken("an entry that was read before has changed or is gone"));
  seen_ = std::move(entries);
  PURSER_ASSIGN(const books::Verified verified, books.verify(witness_));
  if (verified.entries != static_cast<std::int64_t>(seen_.size())) {
    return fail(broken("verify() counts other entries than each_entry() shows"));
  }
  witness_ = verified.head;
  return {};
}

Status Auditor::check_postings(const Facts& facts) const {
  std::set<PostingKey> keys;
  for (const auto& [key, minor] : facts.posted) keys.insert(key);
  for (const auto& [key, minor] : journal_) keys.insert(key);
  for (const PostingKey& key : keys) {
    const std::int64_t stands = posted_or(journal_, key, 0);
    const std::int64_t expected = posted_or(facts.posted, key, 0);
    if (stands != expected) {
      const auto& [asset, month, kind] = key;
      return fail(broken(fmt::format("{} of {} in {}: the journal has {} minor units, should be {}",
                                     text(kind), asset, format(month), stands, expected)));
    }
  }
  if (journal_late_ == facts.late) return {};
  for (const auto& [key, minor] : facts.late) {
    const auto found = journal_late_.find(key);
    const std::int64_t stands = found == journal_late_.end() ? 0 : found->second;
    if (stands == minor) continue;
    return fail(
        broken(fmt::format("late energy of {} in {}, in {}: the journal has {} minor "
                           "units, should be {}",
                           key.asset, format(key.of), format(key.into), stands, minor)));
  }
  return fail(broken("the journal has late energy that is none"));
}

// What happened to each machine stands on its accounts, and in what it is carried at.
Status Auditor::check_events(const Facts& facts, const books::Books& books, Month now) const {
  std::int64_t transferred = 0;
  for (const auto& [key, minor] : accounts_) {
    if (key.second == "Assets:Transfers") transferred += minor;
  }
  if (transferred != 0) {
    return fail(broken(fmt::format("{} minor units are on their way between assets", transferred)));
  }
  for (const auto& [name, asset] : facts.assets) {
    std::int64_t cost = asset.cost_minor;
    std::int64_t repairs = 0;
    for (const EventFact& event : asset.events) {
      if (event.what == Happened::kImprovement) cost += event.minor;
      if (event.what == Happened::kRepair) repairs += event.minor;
      if (event.what == Happened::kSplit) cost -= event.minor;
    }
    const auto carried = carried_on(asset, next(now));
    if (!carried) return fail(broken("what happened to " + name + " was not possible"));
    const std::array<std::pair<std::string, std::int64_t>, 3> expected{
        {{"Assets:Equipment", cost},
         {"Expenses:Repairs", repairs},
         {"Assets:Accumulated-Impairment", -carried->impaired}}};
    for (const auto& [account, minor] : expected) {
      const auto found = accounts_.find({name, account});
      const std::int64_t stands = found == accounts_.end() ? 0 : found->second;
      if (stands != minor) {
        return fail(broken(fmt::format("{} of {} holds {} minor units, should hold {}", account,
                                       name, stands, minor)));
      }
    }
    PURSER_ASSIGN(const books::Asset theirs, books.asset(name));
    PURSER_ASSIGN(const books::Course course, theirs.course(books::Book::kFinancial));
    PURSER_ASSIGN(const money::Money value, course.book_value(first_day(next(now))));
    if (value.minor() != carried->amount()) {
      return fail(broken(fmt::format("{} is carried at {} minor units, should be at {}", name,
                                     value.minor(), carried->amount())));
    }
  }
  return {};
}

Status Auditor::check_usage(const Facts& facts, const meter::Records& records) const {
  std::map<std::string, std::vector<meter::Usage>> kept;
  PURSER_ASSIGN(const std::vector<std::string> resources, records.resources());
  const Interval always{Instant(Nanoseconds{0}), Instant(Nanoseconds{INT64_MAX})};
  for (const std::string& resource : resources) {
    PURSER_ASSIGN(const std::vector<meter::Usage> usages, records.usage(resource, always));
    for (const meter::Usage& usage : usages) kept[usage.run_id].push_back(usage);
  }
  for (auto& [run, usages] : kept) {
    std::sort(usages.begin(), usages.end(),
              [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
    const auto fact = facts.runs.find(run);
    if (fact == facts.runs.end()) return fail(broken("usage of a run that never was: " + run));
    const auto& beats = fact->second.beats;
    const std::size_t most = beats.size() + (fact->second.killed ? 1 : 0);
    if (usages.size() > most) return fail(broken("run " + run + " has beats that it never made"));
    for (std::size_t i = 0; i < std::min(usages.size(), beats.size()); ++i) {
      if (usages[i].sequence != static_cast<std::int64_t>(i) || !is_same(beats[i], usages[i])) {
        return fail(broken(fmt::format("beat {} of run {} is not the one acknowledged", i, run)));
      }
    }
  }
  for (const auto& [run, fact] : facts.runs) {
    if (facts.all_collected && kept[run].size() < fact.beats.size()) {
      return fail(broken(fmt::format("run {}: {} beats were acknowledged, {} are left", run,
                                     fact.beats.size(), kept[run].size())));
    }
  }
  return check_used_months(kept, facts, records);
}

// The months that the meter calls used are those in which there is usage.
Status Auditor::check_used_months(const std::map<std::string, std::vector<meter::Usage>>& by_run,
                                  const Facts& facts, const meter::Records& records) {
  std::set<meter::UsedMonth> used;
  for (const auto& [run, usages] : by_run) {
    const auto fact = facts.runs.find(run);
    if (fact == facts.runs.end()) continue;
    for (const meter::Usage& usage : usages) {
      Month month = month_of(date_of(usage.interval.start));
      do {
        used.insert({fact->second.resource, month});
        month = next(month);
      } while (first_ns(month) < ns(usage.interval.end));
    }
  }
  PURSER_ASSIGN(const std::vector<meter::UsedMonth> theirs, records.changed_since(0));
  if (std::equal(used.begin(), used.end(), theirs.begin(), theirs.end())) return {};
  return fail(broken(fmt::format("the meter says that {} months were used, should be {}",
                                 theirs.size(), used.size())));
}

Status Auditor::check_bill(const Facts& facts, const cost::Bill& bill,
                           const meter::Records& records, Instant now) const {
  std::set<std::pair<std::string, Month>> billed;
  for (const cost::ResourceBill& resource : bill.resources) {
    billed.emplace(resource.resource, resource.month);
    const AssetFact& asset = facts.assets.at(resource.resource);
    const BillCheck check(facts, asset, resource, now);
    const Interval interval{Instant(Nanoseconds{check.start()}), Instant(Nanoseconds{check.end()})};
    std::map<std::string, Claim> claims;
    if (check.end() > check.start()) {
      PURSER_ASSIGN(const std::vector<meter::Usage> usages, records.usage(asset.name, interval));
      claims = own_claims(usages, check.start(), check.end());
    }
    std::vector<std::map<std::string, Claim>> by_band;
    for (const BandFact& band : check.bands()) {
      const Interval part{Instant(Nanoseconds{band.start_ns}), Instant(Nanoseconds{band.end_ns})};
      PURSER_ASSIGN(const std::vector<meter::Usage> usages, records.usage(asset.name, part));
      by_band.push_back(own_claims(usages, band.start_ns, band.end_ns));
    }
    PURSER_TRY(check.check_time(claims));
    PURSER_TRY(check.check_bands(by_band));
    PURSER_TRY(check.check_energy(by_band));
    PURSER_TRY(check.check_late());
    const bool posted = facts.closed.contains(resource.month) ||
                        is_posted(facts.posted, asset.name, resource.month);
    for (const Kind kind : kKinds) {
      if (kind == Kind::kEnergy) continue;
      // A reversed charge leaves the journal, and not the price of an open month.
      const PostingKey key{asset.name, resource.month, kind};
      const bool by_terms =
          !facts.closed.contains(resource.month) && (!posted || facts.reversed.contains(key));
      PURSER_TRY(check.check_kind(kind, by_terms ? expected_charge(asset, resource.month, kind)
                                                 : posted_or(facts.posted, key, 0)));
    }
  }
  for (const auto& [name, asset] : facts.assets) {
    for (Month month = month_of(asset.begins()); month <= month_of(date_of(now));
         month = next(month)) {
      const std::int64_t service = std::max(first_ns(month), ns(midnight(asset.begins())));
      if (service < ns(now) && !billed.contains({name, month})) {
        return fail(broken(fmt::format("no bill of {} in {}", name, format(month))));
      }
    }
  }
  return {};
}

}  // namespace purser::sim
