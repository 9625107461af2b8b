#include "books/upkeep.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "base/one_line.h"
#include "books/checks.h"
#include "books/division.h"
#include "books/find.h"
#include "books/purchase_store.h"
#include "books/roles.h"
#include "books/upkeep_store.h"

namespace purser::books {
namespace {

tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::kInvalidInput, std::move(message));
}

// By what is recorded of the asset.
tl::unexpected<Error> refused(std::string message) {
  return fail(ErrorCode::kRefused, std::move(message));
}

Status check_day(const Asset& asset, Date on, Date today) {
  if (on > today) {
    return wrong(fmt::format("{} is still to come; record what was", format(on)));
  }
  const Period day{on, on + std::chrono::days{1}};
  if (asset.service_in(day).days() > 0) return {};
  return refused(fmt::format("'{}' was not in service on {}", asset.name, format(on)));
}

Status check_note(std::string_view note) {
  constexpr std::size_t kMost = 500;
  if (is_one_line(note, kMost, Joiners::kTaken)) return {};
  return wrong(fmt::format("a note is one line of at most {} bytes of UTF-8{}", kMost,
                           about_unseen(note, Joiners::kTaken)));
}

// Counts of a life never fall.
Status check_counts(const Condition& before, const Condition& after) {
  struct Count {
    std::string_view what;
    std::optional<std::int64_t> Condition::*count;
  };
  constexpr Count kCounts[] = {{"hours", &Condition::hours},
                               {"ECC errors", &Condition::ecc_errors},
                               {"XIDs", &Condition::xid_errors}};
  for (const Count& one : kCounts) {
    const auto& was = before.*one.count;
    const auto& is = after.*one.count;
    if (!was || !is || *is >= *was) continue;
    return refused(
        fmt::format("{} {} on {} are fewer than the {} on {}; counts are since it was "
                    "new",
                    *is, one.what, format(after.on), *was, format(before.on)));
  }
  return {};
}

// What becomes of a proposal that is accepted.
Event event_of(const Proposal& proposal, std::string_view document = {}) {
  return {.id = 0,
          .asset = proposal.asset,
          .book = Book::kFinancial,
          .on = proposal.on,
          .what = proposal.what,
          .recorded = {},
          .document = std::string(document)};
}

}  // namespace

std::string_view name(CoverKind kind) {
  return kind == CoverKind::kWarranty ? "warranty" : "maintenance contract";
}

std::string record_key(std::string_view what, std::int64_t number) {
  const bool is_contract = what == name(CoverKind::kContract);
  return fmt::format("{}:{}", is_contract ? "contract" : what, number);
}

std::string joining_key(Book book) { return fmt::format("joining:{}", name(book)); }

Result<Recorded> Upkeep::record(const Service& service, Effect effect, const Observer& tell) {
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(const StoredAsset stored, find_asset(store, service.asset));
  PURSER_TRY(check_day(stored.asset, service.on, date_of(clock_.now())));
  PURSER_TRY(check_note(service.note));
  PURSER_TRY(check_reference("the number of a document", service.document));
  if (service.next_due && *service.next_due <= service.on) {
    return wrong(fmt::format("the next service, {}, must be after this one, {}",
                             format(*service.next_due), format(service.on)));
  }
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, who_, tell));
  std::optional<std::int64_t> event_id;
  if (service.cost) {
    Event event{.id = 0,
                .asset = service.asset,
                .on = service.on,
                .what = Repair{*service.cost, service.paid},
                .recorded = {},
                .document = service.document};
    PURSER_TRY(books::record(store, writer, event, clock_));  // a repair
    event_id = event.id;
  }
  PURSER_TRY(UpkeepStore(database_).insert(stored.id, service, event_id, writer.now(), who_));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return Recorded{writer.written(), writer.posted_again()};
}

Status Upkeep::record(const Cover& cover, Effect effect) {
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(const StoredAsset stored, find_asset(store, cover.asset));
  PURSER_TRY(check_note(cover.note));
  if (cover.until < stored.asset.terms.in_service) {
    return refused(fmt::format("'{}' is in service from {} on; a {} until {} would cover nothing",
                               cover.asset, format(stored.asset.terms.in_service), name(cover.kind),
                               format(cover.until)));
  }
  PURSER_TRY(UpkeepStore(database_).insert(stored.id, cover, clock_.now(), who_));
  return effect == Effect::kWrite ? transaction.commit() : Status();
}

Status Upkeep::record(const Condition& condition, Effect effect) {
  if (!condition.hours && !condition.celsius && !condition.ecc_errors && !condition.xid_errors &&
      !condition.work_permille) {
    return wrong("nothing is said about its condition; give at least one figure");
  }
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(const StoredAsset stored, find_asset(store, condition.asset));
  PURSER_TRY(check_day(stored.asset, condition.on, date_of(clock_.now())));
  UpkeepStore upkeep(database_);
  PURSER_ASSIGN(const auto known, upkeep.conditions(stored.id, stored.asset.name));
  for (const Condition& one : known) {
    if (one.on == condition.on) continue;  // is what that day says from now on
    PURSER_TRY(one.on < condition.on ? check_counts(one, condition) : check_counts(condition, one));
  }
  PURSER_TRY(upkeep.insert(stored.id, condition, clock_.now(), who_));
  return effect == Effect::kWrite ? transaction.commit() : Status();
}

Result<std::optional<UndoneRecord>> Upkeep::undo(std::string_view name, Effect effect) {
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  std::optional<StoredAsset> stored;
  PURSER_TRY(store.asset_named(name, [&](const StoredAsset& there) -> Status {
    stored = there;
    return {};
  }));
  if (!stored) return std::nullopt;
  UpkeepStore upkeep(database_);
  PURSER_ASSIGN(const auto last, upkeep.last_record(stored->id, stored->asset));
  if (!last || last->book) return std::nullopt;
  PURSER_TRY(upkeep.insert_undone(last->number, clock_.now(), who_));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return last->record;
}

Result<std::vector<StandingRecord>> Upkeep::records(std::string_view name) const {
  BooksStore store(database_);
  PURSER_ASSIGN(const auto snapshot, database_.begin_snapshot());
  PURSER_ASSIGN(const StoredAsset stored, find_asset(store, name));
  return UpkeepStore(database_).records(stored.id, stored.asset.name);
}

Result<UndoneRecord> Upkeep::undo_record(std::string_view name, std::int64_t number,
                                         Effect effect) {
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(const StoredAsset stored, find_asset(store, name));
  UpkeepStore upkeep(database_);
  PURSER_ASSIGN(const auto standing, upkeep.records(stored.id, stored.asset.name));
  const auto found = std::ranges::find_if(standing, [&](const StandingRecord& one) {
    return one.number == number && !one.repair && !one.book;
  });
  if (found == standing.end()) {
    return fail(ErrorCode::kNotFound,
                fmt::format("no record {} of '{}' stands; purser asset history {} shows those that "
                            "do",
                            number, name, name));
  }
  PURSER_TRY(upkeep.insert_undone(number, clock_.now(), who_));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return found->record;
}

Result<Applied> Upkeep::accept(std::string_view name, Change change, Effect effect,
                               const Observer& tell, std::string_view document) {
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(const std::vector<Proposal> proposals, proposals_of(name));
  const auto proposal = std::ranges::find_if(proposals, [&](const Proposal& one) {
    return std::holds_alternative<Impairment>(one.what) == (change == Change::kValue);
  });
  if (proposal == proposals.end()) {
    return fail(ErrorCode::kRefused,
                fmt::format("nothing in its records of condition speaks for a change of its {}",
                            change == Change::kLife ? "life" : "value"));
  }
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, who_, tell));
  PURSER_ASSIGN(Applied applied,
                apply_within(store, writer, event_of(*proposal, document), clock_));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return applied;
}

Result<std::vector<Due>> Upkeep::due(Date until) const {
  BooksStore store(database_);
  PURSER_ASSIGN(const auto snapshot, database_.begin_snapshot());
  const Date today = date_of(clock_.now());
  UpkeepStore upkeep(database_);
  std::vector<Due> all;
  const auto look = [&](const StoredAsset& stored) -> Status {
    const Asset& asset = stored.asset;
    const Period now{today, today + std::chrono::days{1}};
    if (asset.begins() <= today && asset.service_in(now).days() <= 0) return {};
    PURSER_TRY(
        upkeep.each_due(stored.id, asset.name, [&](Due due) { all.push_back(std::move(due)); }));
    PURSER_ASSIGN(const Course course, asset.course(Book::kFinancial));
    const Date end = course.charged().end;
    if (end > today) all.push_back({asset.name, "end of life", end, {}});
    return {};
  };
  PURSER_TRY(store.each_asset(std::nullopt, look));
  PURSER_TRY(PurchaseStore(database_).each_expected(
      [&](std::string_view asset, const PurchaseStep& order) {
        all.push_back({std::string(asset), "delivery", order.expected.value_or(today),
                       order.vendor.empty() ? "" : "from " + order.vendor});
      }));
  std::erase_if(all, [&](const Due& due) {
    const bool is_late = due.what == "service" || due.what == "delivery";
    return due.on > until || (!is_late && due.on < today);
  });
  for (Due& due : all) due.overdue = due.on < today;
  std::sort(all.begin(), all.end(), [](const Due& a, const Due& b) {
    return std::tie(a.on, a.asset, a.what) < std::tie(b.on, b.asset, b.what);
  });
  return all;
}

Result<std::vector<Service>> Upkeep::services(std::string_view asset) const {
  BooksStore store(database_);
  PURSER_ASSIGN(const StoredAsset stored, find_asset(store, asset));
  return UpkeepStore(database_).services(stored.id, stored.asset);
}

Result<std::vector<Condition>> Upkeep::conditions(std::string_view asset) const {
  BooksStore store(database_);
  PURSER_ASSIGN(const StoredAsset stored, find_asset(store, asset));
  return UpkeepStore(database_).conditions(stored.id, stored.asset.name);
}

Result<std::map<std::string, Kept, std::less<>>> Upkeep::kept() const {
  return UpkeepStore(database_).kept();
}

Result<std::vector<Proposal>> Upkeep::review(std::optional<std::string_view> asset) const {
  PURSER_ASSIGN(const auto snapshot, database_.begin_snapshot());
  return proposals_of(asset);
}

Result<std::vector<Proposal>> Upkeep::proposals_of(std::optional<std::string_view> asset) const {
  BooksStore store(database_);
  const Date today = date_of(clock_.now());
  UpkeepStore upkeep(database_);
  std::vector<Proposal> all;
  const auto look = [&](const StoredAsset& stored) -> Status {
    const Period now{today, today + std::chrono::days{1}};
    if (stored.asset.service_in(now).days() <= 0) return {};
    PURSER_ASSIGN(const auto known, upkeep.conditions(stored.id, stored.asset.name));
    if (known.empty()) return {};
    PURSER_ASSIGN(auto its, review_of(stored.asset, known, today));
    for (Proposal& one : its) {
      const Status taken = check_event(store, stored.asset, event_of(one));
      if (!taken) one.hindrance = taken.error().message();
    }
    all.insert(all.end(), its.begin(), its.end());
    return {};
  };
  if (asset) {
    PURSER_ASSIGN(const StoredAsset stored, find_asset(store, *asset));
    PURSER_TRY(look(stored));
  } else {
    PURSER_TRY(store.each_asset(std::nullopt, look));
  }
  return all;
}

}  // namespace purser::books
