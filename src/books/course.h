// What an asset has lost by when, its whole life with all that happened in it: the terms it was
// bought on, cut into segments by events. Pure: values in, values out, any thread.
//
// An event leaves the past alone. What was charged until then, rounded as it was posted, stands;
// the rest of the base follows the rest of the method's curve:
//
//   A(day) = A(event) + (cost - A(event) - salvage) x (W(day) - W(event)) / (1 - W(event)),
//
// where W, from 0 to 1, is the part of the whole that the method in force charges by a day. So an
// event that changes nothing changes no charge, an event inside a month charges it in two parts,
// and the sum of all charges is all that was capitalised less salvage, to the minor unit. Declining
// balance goes on from the opening amount of its year, see segments.cc; an improvement under
// MACRS is property of its own, in service on that day (Pub. 946).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "books/event.h"
#include "books/schedule.h"
#include "books/terms.h"

namespace purser::books {

// From `start` on, until the next one starts.
struct Segment {
  Date start;
  Terms terms;           // cost: all that was capitalised by then; in_service: of the asset
  std::int64_t opening;  // minor units charged before it, rounded
};

class Course {
 public:
  // `events` are those of one book, and say of a disposal what `terms` may say too; ordered by
  // `effective` and id. Errors (kInvalidInput): one before service, or behind a disposal; an
  // improvement of something that is fully charged; an estimate that contradicts the terms, or of
  // MACRS.
  static Result<Course> of(const Terms& terms, std::span<const Event> events);

  // All that was charged before `date`, rounded; deducted_at_once() is not part of it.
  Result<money::Money> accumulated(Date date) const;
  // What was capitalised by the end of `date`.
  money::Money cost(Date date) const;
  // What it still is in the books: cost less everything charged or deducted; nothing once disposed.
  Result<money::Money> book_value(Date date) const;
  // In force on `date`.
  const Terms& terms(Date date) const;
  std::optional<Date> disposed() const { return disposed_; }
  Period charged() const;
  Result<Schedule> schedule(PeriodLength length) const;

 private:
  using Segments = std::vector<Segment>;
  explicit Course(Terms terms) : plain_(std::move(terms)) {}
  Status take(const Event& event);
  void dispose(Date on);
  Status improve(const Improvement& improvement, Date on);
  Status estimate(const Estimate& estimate, Date on);
  Status begin_segment(Terms terms, Date on);

  Terms plain_;                   // as it was bought
  std::vector<Segments> layers_;  // of MACRS one for each improvement; otherwise one
  std::optional<Date> disposed_;
};

}  // namespace purser::books
