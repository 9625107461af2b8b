// What happens to an asset between its purchase and its end. Facts only, written down once and
// never changed; what they do to charges is in course.h, what they post in posting.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"
#include "books/book.h"
#include "books/terms.h"
#include "money/exchange.h"
#include "money/money.h"

namespace purser::books {

// It leaves: sold, or scrapped for nothing. What charges it on that day is the convention.
// (IAS 16.67)
struct Disposal {
  money::Money proceeds;  // >= 0
  // What was paid for it is taken off the price of what replaces it. (IAS 16.71)
  bool trade_in = false;
  // Of a part, recorded in one with the split that made it one, and undone with it.
  bool with_split = false;
  std::optional<money::Foreign> paid = std::nullopt;  // what `proceeds` are by its rate
};
// What makes it last longer or do more, or came late of its purchase: added to its cost.
// (IAS 16.12)
struct Improvement {
  // Not zero. Below zero: a reduction of its price that came after its purchase, a supplier's
  // credit note, which is taken off its cost. (IAS 16.16 a)
  money::Money cost;
  std::optional<money::Foreign> paid = std::nullopt;  // what `cost` is by its rate
};
// What keeps it going: an expense of its month.
struct Repair {
  money::Money cost;                                  // > 0
  std::optional<money::Foreign> paid = std::nullopt;  // what `cost` is by its rate
};
// What is expected of it from now on; the past stays. (IAS 16.51, IAS 8.36)
struct Estimate {
  std::optional<Life> life = std::nullopt;  // the whole of it, from the in-service date on
  std::optional<money::Money> salvage = std::nullopt;
  std::optional<Method> method = std::nullopt;
};
// What it will bring its owner, by use or sale. If it is carried at more, the rest is lost; if at
// less, an earlier loss is taken back, up to what it would be carried at without it. (IAS 36.59,
// 36.117)
struct Impairment {
  money::Money recoverable;  // >= 0
};
// It is carried at its fair value from now on. (IAS 16.31)
struct Revaluation {
  money::Money fair_value;  // >= 0
};
// It stands elsewhere from that day on, or is known by another serial number: of what replaced it,
// or as it should have been. What is not given stays. No charge changes.
struct Move {
  std::optional<std::string> site = std::nullopt;         // name of a Site
  std::optional<std::string> cost_centre = std::nullopt;  // a name, as the node; empty: none
  std::optional<std::string> node = std::nullopt;
  std::optional<std::string> serial = std::nullopt;  // empty: none
};
// What it draws where no meter says so; what is not given stays.
struct Measurement {
  std::optional<Watts> idle_watts = std::nullopt;
  std::optional<Watts> load_watts = std::nullopt;
};
// It is taken out of use for a while. What it is charged goes on. (IAS 16.55)
struct Pause {};
struct Resume {};

// What passes from one asset to another, or from the books that were kept before into these, of one
// book; of MACRS one for each property. Minor units.
struct Portion {
  Book book = Book::kFinancial;
  Date in_service{};             // from when on its method counts
  std::int64_t cost = 0;         // >= 0
  std::int64_t salvage = 0;      // >= 0
  std::int64_t deducted = 0;     // section 179 and bonus
  std::int64_t bonus = 0;        // of it
  std::int64_t accumulated = 0;  // depreciation, without what was deducted
  std::int64_t impaired = 0;     // accumulated impairment
  std::int64_t surplus = 0;      // of revaluations
  std::int64_t lost = 0;         // as in Balances, see course.h
  bool revalued = false;
  std::int64_t unimpaired = 0;  // what it would be carried at had it never been impaired
  // What the rate of declining balance applies to in this year, a fraction such as "2500/3"; empty:
  // as it would be without events, in proportion to what is carried.
  std::string year_base = {};
  // Of a takeover: what had been charged by the books before. The rest of `accumulated` is caught
  // up, an expense of the day. None: all of it.
  std::optional<std::int64_t> given = std::nullopt;
  // Of `accumulated`, what its convention does not grant to what goes in the month or year of that
  // day: if it goes then, that is taken back. None: nothing is; so by versions that did not ask.
  std::optional<std::int64_t> ahead = std::nullopt;
  // Of a takeover: `accumulated` is what its terms charge by that day, so it goes on from their
  // exact amount, as if it had been here all along. False: from `accumulated`; so by earlier
  // versions.
  bool goes_on = false;

  bool operator==(const Portion&) const = default;
};
// It comes into these books in the middle of its life: out of other books, or as a part of another
// asset. What was charged before is not charged again.
struct Opening {
  std::vector<Portion> portions;
  std::string part_of = {};  // an asset; empty: it was taken over from other books
};
// A part of it goes on as an asset of its own. No gain, no loss.
struct Split {
  std::string part;
  std::vector<Portion> portions;
};
// Another asset becomes a part of it, with all that stands for it.
struct Merge {
  std::string merged;
  std::vector<Portion> portions;
};
// The other side of a merge: it is a part of another asset from now on.
struct Merged {
  std::string into;
  std::vector<Portion> portions;
};
// What was disposed of is back, with all that stood for it then.
struct Reinstatement {};
using Happening =
    std::variant<Disposal, Improvement, Repair, Estimate, Impairment, Revaluation, Move,
                 Measurement, Pause, Resume, Opening, Split, Merge, Merged, Reinstatement>;

struct Event {
  std::int64_t id = 0;  // given by the books, in the order of recording
  std::string asset;
  std::optional<Book> book = std::nullopt;  // none: every book
  Date on{};                                // when it happened
  // From when on it counts: that day, or the first open one if it was closed. Under MACRS the law
  // counts from `on`, and what closed months lack of that is made good then: see course.h.
  Date effective{};
  Happening what;
  Instant recorded{};
  std::string who = {};       // recorded it; empty: before it was asked
  std::string document = {};  // the number of its invoice or voucher; empty: nobody said

  bool concerns(Book one) const { return !book || *book == one; }
};
// Whether it says where the asset stands or what it draws (placement.h), and changes no charge.
bool is_of_placement(const Happening& what);
// What passed; null of events that pass nothing on.
std::vector<Portion>* portions_of(Happening& what);
const std::vector<Portion>* portions_of(const Happening& what);

// With which other asset it is shared: a split, a merge, and what the other side has of them.
// Empty: with none.
std::string_view partner_of(const Happening& what);

// Since when an asset is gone after all that, in the order in which it counts: disposed of, or a
// part of another. None if it is not. `gone`: before all that.
std::optional<Date> gone_since(std::span<const Event> events,
                               std::optional<Date> gone = std::nullopt);

// In a foreign currency; none of events that are not paid for, or were paid in that of the asset.
// Of a disposal, what was received.
const std::optional<money::Foreign>& paid_of(const Happening& what);

// "document INV-7", and a rule of the journal with that; as it is without one.
std::string document_text(std::string_view document);
std::string with_document(std::string_view rule, std::string_view document);

// "disposal", "improvement" or, below zero, "credit", "repair", "estimate", …
std::string_view name(const Happening& what);

}  // namespace purser::books
