// What keeps assets going and how they are: services, covers and condition records, what is due by
// them, and what they say about how long an asset will last.
//
// Records are facts, appended and never changed; one that was a mistake is undone. A service that
// cost something is also a repair in the journal, in the same transaction. A review proposes;
// nothing of it counts before a person accepts it, as an estimate or an impairment from that day
// on.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "books/books.h"
#include "money/money.h"
#include "store/store.h"

namespace purser::books {

struct Service {
  std::string asset;
  Date on{};
  std::optional<money::Money> cost = std::nullopt;    // > 0
  std::optional<money::Foreign> paid = std::nullopt;  // what `cost` is by its rate
  Nanoseconds downtime{0};                            // >= 0
  std::string note = {};
  std::optional<Date> next_due = std::nullopt;  // > on
  std::string document = {};                    // as that of an Event
};

enum class CoverKind : std::uint8_t { kWarranty, kContract };
std::string_view name(CoverKind kind);  // "warranty", "maintenance contract"

struct Cover {
  std::string asset;
  CoverKind kind = CoverKind::kWarranty;
  Date until{};  // the last day
  std::string note = {};
};

// How an asset was on a day. What was not looked at is empty; counts are since it was new.
struct Condition {
  std::string asset;
  Date on{};
  std::optional<std::int64_t> hours = std::nullopt;          // of use
  std::optional<std::int64_t> celsius = std::nullopt;        // under load
  std::optional<std::int64_t> ecc_errors = std::nullopt;     // uncorrectable
  std::optional<std::int64_t> xid_errors = std::nullopt;     // of the driver of NVIDIA
  std::optional<std::int64_t> work_permille = std::nullopt;  // throughput against when new
};

struct Due {
  std::string asset;
  std::string what;  // "service", "delivery", "end of warranty", "end of maintenance contract",
                     // "end of life"
  Date on{};
  std::string note;
  bool overdue = false;  // a service or delivery before today
};

// How many records of an asset stand beside its books.
struct Kept {
  std::vector<Cover> covers;  // of each kind the last that was recorded
  std::int64_t services = 0;
  std::int64_t conditions = 0;
};

// A change that the records speak for.
struct Proposal {
  std::string asset;
  Date on{};             // from when on it would count
  std::string reason;    // sentences with figures
  Happening what;        // Estimate or Impairment
  money::Money carried;  // on that day
  // Why the books would refuse it as it stands; empty: they would not.
  std::string hindrance = {};
};

// What recording a service wrote: of one that cost nothing, no entries.
struct Recorded {
  std::int64_t entries = 0;
  // Charges that had been reversed by hand and that were posted again with the months of the
  // repair.
  std::vector<PostedAgain> again = {};
};

// A record that was taken back.
struct UndoneRecord {
  std::string what;  // "service", "warranty", "maintenance contract", "condition"
  std::string asset;
  Date on{};  // of a cover its last day
  Instant recorded{};
  std::string who;
};

// One that stands, and can be taken back by itself.
struct StandingRecord {
  // By which it is named: "service:3", "warranty:4", "contract:5", "condition:6", numbered in the
  // order of recording. Of a service that cost something, its repair: "repair:2".
  std::string key;
  UndoneRecord record;                                // what it is, as if it was taken back
  std::int64_t number = 0;                            // of those that cost nothing
  std::optional<std::int64_t> repair = std::nullopt;  // the event that its cost is
  std::optional<Book> book = std::nullopt;  // "joining:tax": that it was added to that book
};

// The key of a record of that kind (UndoneRecord::what): "contract:5" of a maintenance contract.
std::string record_key(std::string_view what, std::int64_t number);
std::string joining_key(Book book);  // "joining:tax"

enum class Change : std::uint8_t { kLife, kValue };

class Upkeep {
 public:
  // As Books: borrowed, one thread at a time, every call that writes is one transaction.
  Upkeep(store::Database& database, const Clock& clock, std::string who = {})
      : database_(database), clock_(clock), who_(std::move(who)) {}

  // Refused: an unknown asset, a day before service or after today, a next day that is not later.
  // The entries are those of the repair.
  Result<Recorded> record(const Service& service, Effect effect = Effect::kWrite,
                          const Observer& tell = {});
  Status record(const Cover& cover, Effect effect = Effect::kWrite);
  // Refused also: a condition that says nothing, counts below those of an earlier day.
  Status record(const Condition& condition, Effect effect = Effect::kWrite);

  // By day and asset: all that is due by `until`, and what is overdue. Of assets in service, and
  // deliveries of what was ordered. A service asks for the next one alone; of covers of a kind the
  // last that was recorded counts.
  Result<std::vector<Due>> due(Date until) const;
  // By day.
  Result<std::vector<Service>> services(std::string_view asset) const;
  Result<std::vector<Condition>> conditions(std::string_view asset) const;
  // By asset; none of those that have no records.
  Result<std::map<std::string, Kept, std::less<>>> kept() const;

  // Takes back what was recorded last of the asset, where that is a record that cost nothing: facts
  // stand and say that they were taken back. None, and nothing is done, where it was an event or a
  // step of its purchase, or there is no such asset in service: that is Books::undo()'s.
  Result<std::optional<UndoneRecord>> undo(std::string_view asset, Effect effect = Effect::kWrite);

  // All records of the asset that stand, as they were recorded; first the services that are
  // repairs. kNotFound: there is no such asset in service.
  Result<std::vector<StandingRecord>> records(std::string_view asset) const;
  // Takes one back by its number, whatever was recorded since: nothing else hangs on it. kNotFound:
  // no such record of the asset stands, or it cost something and is an event.
  Result<UndoneRecord> undo_record(std::string_view asset, std::int64_t number,
                                   Effect effect = Effect::kWrite);

  // Reviews the asset and posts the proposal of that change, as of today, in one transaction.
  // `document`: the number of the paper that stands behind it, as that of an Event. kRefused:
  // nothing speaks for one.
  Result<Applied> accept(std::string_view asset, Change change, Effect effect = Effect::kWrite,
                         const Observer& tell = {}, std::string_view document = {});

  // Of one asset in service, or of all that have condition records; see review.cc for the rules.
  Result<std::vector<Proposal>> review(std::optional<std::string_view> asset) const;

 private:
  // Within a transaction.
  Result<std::vector<Proposal>> proposals_of(std::optional<std::string_view> asset) const;

  store::Database& database_;
  const Clock& clock_;
  std::string who_;
};

// The rules by themselves: pure. `conditions` are of this asset, by day.
Result<std::vector<Proposal>> review_of(const Asset& asset, std::span<const Condition> conditions,
                                        Date today);

}  // namespace purser::books
