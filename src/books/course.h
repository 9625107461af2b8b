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
// MACRS is property of its own, in service on that day (Pub. 946). An impairment takes its loss
// from what charges count down from, a revaluation counts down from the new amount.
//
// What was told after its month was closed counts from the first open day (Event::effective). Under
// MACRS the law goes by the day on which it happened (Event::on): that decides the tax year, the
// quarter and what the year of disposal has, and the first open month makes good what the closed
// ones were charged too much or too little. (26 USC 168(d)(4), 168(i)(6)(B))
//
// What passes between assets is no charge: accumulated() counts what was charged here. What came
// from elsewhere, or went, is in Balances::eliminated.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "books/event.h"
#include "books/macrs_year.h"
#include "books/schedule.h"
#include "books/terms.h"

namespace purser::books {

// What its accounts hold beside charges, in minor units.
struct Balances {
  std::int64_t cost = 0;      // all that was capitalised, or the fair value last revalued to
  std::int64_t impaired = 0;  // accumulated impairment
  // Charges that left accumulated depreciation, by a revaluation or with a part of the asset;
  // negative: accumulated depreciation that was not charged here but came from elsewhere.
  std::int64_t eliminated = 0;
  std::int64_t surplus = 0;  // of revaluations, in equity
  std::int64_t lost = 0;     // losses in profit that neither wore off since nor were made good
  bool revalued = false;     // then what its impairments took may come back to the surplus
};

// Whether the amount that is carried was added to at its start, measured anew, or taken over: then
// nothing was charged here before.
enum class Began : std::uint8_t { kAdded, kMeasured, kDivided, kTakenOver };

// From `start` on, until the next one starts.
struct Segment {
  Date start;
  Terms terms;  // cost: what charges count down from, cost - impaired + eliminated; in_service: of
                // the asset
  std::int64_t opening = 0;  // minor units charged before it, rounded
  Balances balances = {};
  Began began = Began::kAdded;
  std::string year_base = {};  // as in Portion; empty: it follows from the segment before
  // Its tax year was ruled upon: what it charges from here on may be less than what was charged.
  bool is_ruled = false;
  // The day from which on it is gone. By MACRS `terms.disposed`, the day on which it went, may lie
  // in a month that was closed before.
  std::optional<Date> left = std::nullopt;
  // What was charged before its start, here or where it came from, and is taken back if it goes
  // before the convention grants it; see Portion.
  std::int64_t ahead = 0;
  // What was taken over is charged as it was before: see Portion.
  bool goes_on = false;

  // Placed in service in a month that was closed before: what that was not charged, it is here.
  bool is_late() const { return began == Began::kAdded && start > terms.in_service; }
};

// What an impairment or a revaluation moved.
struct Measured {
  std::int64_t event = 0;    // its id
  std::int64_t charged = 0;  // minor units, all until then
  Balances before = {};
  Balances after = {};
  std::int64_t carried_before = 0;
  std::int64_t carried_after = 0;
  std::int64_t to_profit = 0;  // negative: a loss
  std::int64_t to_surplus = 0;
};

class Course {
 public:
  // `events` are those of one book, and say of a disposal what `terms` may say too; ordered by
  // `effective` and id. Errors: terms that check() refuses, of an estimate too. kRefused: an event
  // before service, or behind a disposal; an improvement or a gain of something that is fully
  // charged; an impairment of what is carried at that or, never impaired, at less; an estimate,
  // impairment or revaluation of MACRS.
  // `rulings`: of the tax years of that book, in order; asked by MACRS without a named convention.
  static Result<Course> of(const Terms& terms, std::span<const Event> events,
                           std::span<const MacrsRuling> rulings = {});

  // All that was charged before `date`, rounded; deducted_at_once() is not part of it.
  Result<money::Money> accumulated(Date date) const;
  // What is charged in those days.
  Result<money::Money> charge(const Period& period) const;
  // What was capitalised by the end of `date`, or what it was revalued to.
  money::Money cost(Date date) const;
  // What its accounts hold on `date`; `cost` and `eliminated` of all layers.
  Balances balances(Date date) const;
  // Section 179 and bonus of what stands on `date`; once it is gone, without bonus_denied().
  money::Money deducted(Date date) const;
  // What bonus its disposal takes back: all of it, if it went in the tax year in which it was
  // placed in service.
  money::Money bonus_denied() const;
  // All that stands for it just before `date`, by property; `book` is not set. To be asked of a
  // course whose events all lie before it.
  Result<std::vector<Portion>> holdings(Date date) const;
  // What of it was placed in service by itself, of MACRS; without what is a part of another asset.
  std::vector<MacrsProperty> properties() const;
  // What that tax year has of what it is now, of MACRS: by its tables alone, whatever was posted
  // when, and whatever a part took with it or gave back.
  Result<money::Money> deduction(const Period& year) const;
  // None for other events.
  const Measured* measured(std::int64_t event) const;
  // What it still is in the books: cost less everything charged, deducted or lost; nothing once
  // disposed.
  Result<money::Money> book_value(Date date) const;
  // In force on `date`.
  const Terms& terms(Date date) const;
  // Since when it is gone: disposed of, or a part of another. None if it was reinstated.
  std::optional<Date> disposed() const { return disposed_; }
  Period charged() const;
  // What is written off by the end of each period, and what it is carried at, are what a register
  // of that day says; once it is gone, what left with it. `entered`: when these books got an asset
  // that was told late; what its terms had charged by then is a charge of that period.
  Result<Schedule> schedule(PeriodLength length, std::optional<Date> entered = std::nullopt) const;

 private:
  using Segments = std::vector<Segment>;
  explicit Course(Terms terms) : plain_(std::move(terms)) {}
  Status take(const Event& event);
  // `happened` on that day, and counts from `on`.
  void dispose(Date happened, Date on);
  Status improve(const Improvement& improvement, Date happened, Date on);
  Status refuse_credit(money::Money credit, Date on) const;
  Status estimate(const Estimate& estimate, Date on);
  Status impair(const Event& event, const Impairment& impairment);
  Status revalue(const Event& event, const Revaluation& revaluation);
  // course_portions.cc
  Status open(const Opening& opening, Date on);
  Status split(const Split& split, Date on);
  Status merge(const Merge& merge, Date on);
  Status reinstate(Date on);
  bool is_gone(Date date) const;
  // What it is carried at, and its balances with what wore off of it, just before `on`.
  Measured measure(const Event& event) const;
  Status begin_measured(const Measured& measured, Date on);
  // As it would be carried had it never been impaired.
  Result<std::int64_t> unimpaired(Date on) const;
  // course_rulings.cc
  void rule(const MacrsRuling& ruling);
  // With the convention that is in force at its start.
  Segment ruled(Segment segment) const;
  void tell_deducted(Schedule& schedule) const;
  // What it is carried at but for charges, and what is written off of it beside them.
  struct Carried {
    std::int64_t base = 0;
    std::int64_t written_off = 0;
    bool operator==(const Carried&) const = default;
  };
  Carried carried(Date date) const;
  Status begin_segment(Terms terms, Date on, const Balances& balances, Began began = Began::kAdded);
  money::Money basis(Date date) const;

  Terms plain_;                   // as it was bought
  std::vector<Segments> layers_;  // of MACRS one for each improvement; otherwise one
  std::vector<Measured> measured_;
  std::vector<Event> taken_;
  std::vector<MacrsRuling> rulings_;
  std::optional<Date> disposed_;
  std::optional<Date> opened_;  // here; what was charged elsewhere before is not charged again
  std::optional<Date> merged_;  // into another: nothing is charged from then on
  std::vector<Period> gaps_;    // disposed of, and back
};

}  // namespace purser::books
