// What happens to an asset between its purchase and its end. Facts only, written down once and
// never changed; what they do to charges is in course.h, what they post in posting.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"
#include "books/book.h"
#include "books/terms.h"
#include "money/money.h"

namespace purser::books {

// It leaves: sold, or scrapped for nothing. What charges it on that day is the convention.
// (IAS 16.67)
struct Disposal {
  money::Money proceeds;  // >= 0
};
// What makes it last longer or do more: added to its cost. (IAS 16.12)
struct Improvement {
  money::Money cost;  // > 0
};
// What keeps it going: an expense of its month.
struct Repair {
  money::Money cost;  // > 0
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
// It stands elsewhere from that day on; what is not given stays. No charge changes.
struct Move {
  std::optional<std::string> site = std::nullopt;         // name of a Site
  std::optional<std::string> cost_centre = std::nullopt;  // a name, as the node; empty: none
  std::optional<std::string> node = std::nullopt;
};
// What it draws where no meter says so; what is not given stays.
struct Measurement {
  std::optional<Watts> idle_watts = std::nullopt;
  std::optional<Watts> load_watts = std::nullopt;
};
// It is taken out of use for a while. What it is charged goes on. (IAS 16.55)
struct Pause {};
struct Resume {};
using Happening = std::variant<Disposal, Improvement, Repair, Estimate, Impairment, Revaluation,
                               Move, Measurement, Pause, Resume>;

struct Event {
  std::int64_t id = 0;  // given by the books, in the order of recording
  std::string asset;
  std::optional<Book> book = std::nullopt;  // none: every book
  Date on{};                                // when it happened
  Date effective{};  // from when on it counts: that day, or the first open one if it was closed
  Happening what;
  Instant recorded{};
  std::string who = {};  // recorded it; empty: before it was asked

  bool concerns(Book one) const { return !book || *book == one; }
};
// Whether it says where the asset stands or what it draws (placement.h), and changes no charge.
bool is_of_placement(const Happening& what);
std::string_view name(const Happening& what);  // "disposal", "improvement", "repair", "estimate", …

}  // namespace purser::books
