#include "books/course.h"

#include <algorithm>

#include <fmt/format.h>

#include "books/calendar.h"
#include "books/macrs.h"
#include "books/segments.h"

namespace purser::books {
namespace {

using money::Money;

tl::unexpected<Error> refused(std::string message) {
  return fail(ErrorCode::kRefused, std::move(message));
}

bool is_macrs(const Terms& terms) { return std::holds_alternative<Macrs>(terms.method); }

// As it would be had nothing of it been impaired.
void unimpair(Portion& portion) {
  const std::int64_t carried = portion.cost - portion.accumulated - portion.impaired;
  portion.year_base = share_of_year_base(portion.year_base, portion.unimpaired, carried);
  portion.accumulated = portion.cost - portion.unimpaired;
  portion.impaired = 0;
}

}  // namespace

Result<Course> Course::of(const Terms& terms, std::span<const Event> events,
                          std::span<const MacrsRuling> rulings) {
  Course course(terms);
  course.plain_.disposed.reset();
  course.rulings_.assign(rulings.begin(), rulings.end());
  PURSER_TRY(check(course.plain_));
  course.layers_ = {{course.ruled({.start = terms.in_service,
                                   .terms = course.plain_,
                                   .balances = {.cost = terms.cost.minor()}})}};
  auto ruling = rulings.begin();
  // Of one day, rulings come first: what happens then is charged by them.
  for (const Event& event : events) {
    for (; ruling != rulings.end() && ruling->effective <= event.effective; ++ruling) {
      course.rule(*ruling);
    }
    PURSER_TRY(course.take(event));
    course.taken_.push_back(event);
  }
  for (; ruling != rulings.end(); ++ruling) course.rule(*ruling);
  if (terms.disposed && !course.disposed_) course.dispose(*terms.disposed, *terms.disposed);
  return course;
}

Status Course::take(const Event& event) {
  if (event.effective < plain_.in_service) {
    return refused(fmt::format("{} on {} is before it was in service, on {}", name(event.what),
                               format(event.effective), format(plain_.in_service)));
  }
  if (disposed_ && !std::holds_alternative<Reinstatement>(event.what)) {
    return refused(fmt::format("it {} on {}; nothing can happen to it on {}",
                               merged_ ? "became a part of another" : "was disposed of",
                               format(*disposed_), format(event.effective)));
  }
  struct Take {
    Course& course;
    const Event& event;
    Date on;
    Status operator()(const Disposal&) const {
      course.dispose(event.on, on);
      return {};
    }
    Status operator()(const Improvement& what) const { return course.improve(what, event.on, on); }
    Status operator()(const Repair&) const { return {}; }
    Status operator()(const Estimate& what) const { return course.estimate(what, on); }
    Status operator()(const Impairment& what) const { return course.impair(event, what); }
    Status operator()(const Revaluation& what) const { return course.revalue(event, what); }
    Status operator()(const Move&) const { return {}; }
    Status operator()(const Measurement&) const { return {}; }
    Status operator()(const Pause&) const { return {}; }
    Status operator()(const Resume&) const { return {}; }
    Status operator()(const Opening& what) const { return course.open(what, on); }
    Status operator()(const Split& what) const { return course.split(what, on); }
    Status operator()(const Merge& what) const { return course.merge(what, on); }
    Status operator()(const Merged&) const {
      course.disposed_ = course.merged_ = on;
      return {};
    }
    Status operator()(const Reinstatement&) const { return course.reinstate(on); }
  };
  return std::visit(Take{*this, event, event.effective}, event.what);
}

void Course::dispose(Date happened, Date on) {
  disposed_ = on;
  for (Segments& layer : layers_) {
    for (Segment& segment : layer) {
      // What came back stays disposed of until then.
      if (!gaps_.empty() && segment.start < gaps_.back().end) continue;
      const Date went = is_macrs(plain_) ? std::max(happened, segment.terms.in_service) : on;
      segment.terms.disposed = went;
      segment.left = on;
    }
  }
}

// A table goes by what was paid; what is left is less by all that came back of it.
Status Course::refuse_credit(Money credit, Date on) const {
  if (is_macrs(plain_)) {
    return refused(
        "a table of macrs goes by what was paid, and has no place for a price that is reduced "
        "later: figure the rest by hand (Pub. 946), and credit the other books: --book financial");
  }
  const std::int64_t carried =
      layers_.front().back().terms.cost.minor() - accumulated_in(layers_.front(), on);
  if (credit.minor() <= carried) return {};
  return refused(
      fmt::format("it is carried at {} on {}, and {} are more than that; credit what it is carried "
                  "at, and book "
                  "the rest as income in the ledger that the export goes to",
                  format(Money(carried, credit.currency())), format(on), format(credit)));
}

Status Course::improve(const Improvement& improvement, Date happened, Date on) {
  const bool is_credit = improvement.cost.is_negative();
  if (is_credit) PURSER_TRY(refuse_credit(-improvement.cost, on));
  Terms terms = layers_.front().back().terms;
  if (is_macrs(plain_)) {
    auto& macrs = std::get<Macrs>(terms.method);
    macrs.section_179.reset();
    macrs.bonus.reset();
    macrs.bonus_basis_points = 0;
    terms.cost = improvement.cost;
    terms.salvage = Money::zero(terms.cost.currency());
    terms.in_service = happened;
    const Balances balances{.cost = terms.cost.minor()};
    layers_.push_back({ruled({.start = on, .terms = std::move(terms), .balances = balances})});
    return {};
  }
  if (!is_credit && fully_charged(layers_.front().back(), on)) {
    return refused(
        fmt::format("its life is over by {}, so nothing could wear off the improvement; "
                    "estimate a longer one first: purser asset estimate --life",
                    format(on)));
  }
  PURSER_ASSIGN(terms.cost, money::add(terms.cost, improvement.cost));
  Balances balances = worn_balances(layers_.front(), on);
  balances.cost += improvement.cost.minor();
  return begin_segment(std::move(terms), on, balances);
}

Status Course::estimate(const Estimate& estimate, Date on) {
  const bool to_macrs = estimate.method && std::holds_alternative<Macrs>(*estimate.method);
  if (is_macrs(plain_) || to_macrs) {
    return fail(is_macrs(plain_) ? ErrorCode::kRefused : ErrorCode::kInvalidInput,
                "macrs goes by its class from beginning to end and is not estimated");
  }
  Terms terms = layers_.front().back().terms;
  if (estimate.life) terms.life = *estimate.life;
  if (estimate.salvage) terms.salvage = *estimate.salvage;
  if (estimate.method) {
    auto* const now = std::get_if<UnitsOfProduction>(&terms.method);
    const auto used = now != nullptr ? now->used : nullptr;
    terms.method = *estimate.method;
    auto* const units = std::get_if<UnitsOfProduction>(&terms.method);
    if (units != nullptr && units->used == nullptr) units->used = used;
  }
  Terms whole = terms;  // salvage is of what was paid, whatever was lost of it since
  whole.cost = cost(on);
  PURSER_TRY(check(whole));
  const bool by_table = std::holds_alternative<YearsTable>(terms.method);
  if (by_table && fully_charged(Segment{on, terms, 0}, on)) {
    return refused(
        fmt::format("{} charges nothing from {} on, so what is left would never wear off; give "
                    "percents for the years to come",
                    name(terms.method), format(on)));
  }
  const bool by_use = std::holds_alternative<UnitsOfProduction>(terms.method);
  if (estimate.method && by_use && fully_charged(Segment{on, terms, 0}, on)) {
    return refused(
        fmt::format("all of {} are used by {}, so nothing would wear off any more; give all that "
                    "it will do, what is done by then included",
                    name(terms.method), format(on)));
  }
  if (estimate.life && fully_charged(Segment{on, terms, 0}, on)) {
    return refused(
        fmt::format("a life of {} from {} on would be over by {}; give one that lasts "
                    "longer, or dispose of it",
                    format(terms.life), format(terms.in_service), format(on)));
  }
  return begin_segment(std::move(terms), on, worn_balances(layers_.front(), on));
}

Status Course::begin_segment(Terms terms, Date on, const Balances& balances, Began began) {
  Segments& layer = layers_.front();
  const std::int64_t opening = accumulated_in(layer, on);
  layer.push_back(Segment{on, std::move(terms), opening, balances, began});
  return {};
}

// --- impairment and revaluation ------------------------------------------------------------------

Measured Course::measure(const Event& event) const {
  const Segments& layer = layers_.front();
  Measured measured{.event = event.id, .charged = accumulated_in(layer, event.effective)};
  measured.before = measured.after = worn_balances(layer, event.effective);
  measured.carried_before = layer.back().terms.cost.minor() - measured.charged;
  return measured;
}

Status Course::begin_measured(const Measured& measured, Date on) {
  const Segment& last = layers_.front().back();
  if (measured.carried_after > measured.carried_before && fully_charged(last, on)) {
    return refused(
        fmt::format("its life is over by {}, so nothing could wear off what it gains; estimate a "
                    "longer one first: purser asset estimate --life",
                    format(on)));
  }
  Terms terms = last.terms;
  terms.cost = Money(measured.carried_after + measured.charged, plain_.cost.currency());
  measured_.push_back(measured);
  return begin_segment(std::move(terms), on, measured.after, Began::kMeasured);
}

Result<std::int64_t> Course::unimpaired(Date on) const {
  std::vector<Event> others;
  for (const Event& event : taken_) {
    if (std::holds_alternative<Impairment>(event.what)) continue;
    others.push_back(event);
    if (auto* const portions = portions_of(others.back().what)) {
      for (Portion& portion : *portions) unimpair(portion);
    }
  }
  PURSER_ASSIGN(const Course course, of(plain_, others));
  PURSER_ASSIGN(const Money charged, course.accumulated(on));
  return course.basis(on).minor() - charged.minor();
}

// A loss takes the surplus first; a gain first makes good losses in profit. (IAS 36.60, 36.119)
Status Course::impair(const Event& event, const Impairment& impairment) {
  if (is_macrs(plain_)) {
    return refused("macrs goes by its class from beginning to end; what it lost shows in its sale");
  }
  Measured measured = measure(event);
  Balances& after = measured.after;
  const auto text = [&](std::int64_t minor) {
    return format(Money(minor, plain_.cost.currency()));
  };
  const std::int64_t change = impairment.recoverable.minor() - measured.carried_before;
  if (change <= 0) {
    if (change == 0) {
      return refused(fmt::format("it is carried at {} on {}: nothing is lost or gained",
                                 text(measured.carried_before), format(event.effective)));
    }
    measured.to_surplus = -std::min(-change, after.surplus);
    measured.to_profit = change - measured.to_surplus;
    measured.carried_after = measured.carried_before + change;
  } else {
    PURSER_ASSIGN(const std::int64_t cap, unimpaired(event.effective));
    const std::int64_t gain = std::min({change, cap - measured.carried_before, after.impaired});
    if (gain <= 0) {
      return refused(fmt::format(
          "it is carried at {} on {}, {}; what is worth more is revalued: purser asset revalue",
          text(measured.carried_before), format(event.effective),
          after.impaired == 0 ? "and was never impaired"
                              : "which is what it would be had it never been impaired"));
    }
    measured.to_profit = after.revalued ? std::min(gain, after.lost) : gain;
    measured.to_surplus = gain - measured.to_profit;
    measured.carried_after = measured.carried_before + gain;
  }
  after.impaired += measured.carried_before - measured.carried_after;
  after.surplus += measured.to_surplus;
  after.lost = std::max<std::int64_t>(after.lost - measured.to_profit, 0);
  return begin_measured(measured, event.effective);
}

// What was charged until then is eliminated, and the cost becomes the fair value. A gain first
// makes good what was lost in profit, a loss takes the surplus first. (IAS 16.35b, 16.39, 16.40)
Status Course::revalue(const Event& event, const Revaluation& revaluation) {
  if (is_macrs(plain_)) {
    return refused("macrs goes by its class from beginning to end and is not revalued");
  }
  Measured measured = measure(event);
  Balances& after = measured.after;
  measured.carried_after = revaluation.fair_value.minor();
  const std::int64_t change = measured.carried_after - measured.carried_before;
  measured.to_profit =
      change >= 0 ? std::min(change, after.lost) : change + std::min(-change, after.surplus);
  measured.to_surplus = change - measured.to_profit;
  after.cost = measured.carried_after;
  after.impaired = 0;
  after.eliminated = measured.charged;
  after.revalued = true;
  after.surplus += measured.to_surplus;
  after.lost -= measured.to_profit;
  return begin_measured(measured, event.effective);
}

Result<Money> Course::accumulated(Date date) const {
  if (merged_) date = std::min(date, *merged_);
  std::int64_t minor = 0;
  for (const Segments& layer : layers_) {
    const bool begins_later =
        layer.front().began == Began::kTakenOver && date <= layer.front().start;
    if (!begins_later) minor += accumulated_in(until(layer, date), date);
  }
  return Money(minor, plain_.cost.currency());
}

Result<Money> Course::charge(const Period& period) const {
  PURSER_ASSIGN(const Money before, accumulated(period.start));
  PURSER_ASSIGN(const Money after, accumulated(period.end));
  return money::subtract(after, before);
}

Money Course::cost(Date date) const { return {balances(date).cost, plain_.cost.currency()}; }

Balances Course::balances(Date date) const {
  Balances all = until(layers_.front(), date).back().balances;
  for (const Segments& layer : std::span(layers_).subspan(1)) {
    if (layer.front().start > date) continue;
    const Balances& its = until(layer, date).back().balances;
    all.cost += its.cost;
    all.eliminated += its.eliminated;
  }
  return all;
}

Money Course::deducted(Date date) const {
  Money sum = Money::zero(plain_.cost.currency());
  for (const Segments& layer : layers_) {
    if (&layer != &layers_.front() && layer.front().start > date) continue;
    Terms terms = until(layer, date).back().terms;
    if (!is_gone(date)) terms.disposed.reset();
    const Money its = deducted_at_once(terms);
    sum = Money(sum.minor() + its.minor(), sum.currency());
  }
  return sum;
}

Money Course::bonus_denied() const {
  std::int64_t minor = 0;
  for (const Segments& layer : layers_) {
    Terms kept = layer.back().terms;
    const std::int64_t left = deducted_at_once(kept).minor();
    kept.disposed.reset();
    minor += deducted_at_once(kept).minor() - left;
  }
  return {minor, plain_.cost.currency()};
}

// What charges count down from.
Money Course::basis(Date date) const {
  const Balances all = balances(date);
  return {all.cost - all.impaired + all.eliminated, plain_.cost.currency()};
}

const Measured* Course::measured(std::int64_t event) const {
  const auto found = std::find_if(measured_.begin(), measured_.end(),
                                  [&](const Measured& one) { return one.event == event; });
  return found == measured_.end() ? nullptr : &*found;
}

Result<Money> Course::book_value(Date date) const {
  if (is_gone(date)) return Money::zero(plain_.cost.currency());
  PURSER_ASSIGN(const Money charged, accumulated(date));
  PURSER_ASSIGN(const Money left, money::subtract(basis(date), charged));
  if (date < plain_.in_service) return left;
  return money::subtract(left, deducted(date));
}

const Terms& Course::terms(Date date) const { return until(layers_.front(), date).back().terms; }

Period Course::charged() const {
  Period all = charged_days(layers_.front().front().terms);
  if (opened_) all.start = std::max(all.start, *opened_);
  all.end = all.start;
  for (const Segments& layer : layers_) {
    const Period days = charged_days(layer.back().terms);
    if (days.days() > 0) all.end = std::max(all.end, days.end);
    // What was charged otherwise before is made good on the first day: of a ruling, or of what was
    // told late.
    const Segment& last = layer.back();
    const auto makes_good = [&](Date day) {
      all.end = std::max(all.end, day + std::chrono::days{1});
    };
    if (layer.front().is_late()) makes_good(layer.front().start);
    if (last.left && last.terms.disposed < last.left) makes_good(*last.left);
    if (layer.size() == 1) continue;
    all.end = std::max(all.end, last.start + std::chrono::days{last.is_ruled ? 1 : 0});
  }
  if (disposed_ && all.start < *disposed_) {
    all.end = std::min(all.end, period_of(month_of(*disposed_)).end);
  }
  return all;
}

}  // namespace purser::books
