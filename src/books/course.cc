#include "books/course.h"

#include <algorithm>

#include <fmt/format.h>

#include "books/calendar.h"
#include "books/segments.h"

namespace purser::books {
namespace {

using money::Money;

tl::unexpected<Error> refused(std::string message) {
  return fail(ErrorCode::kInvalidInput, std::move(message));
}

bool is_macrs(const Terms& terms) { return std::holds_alternative<Macrs>(terms.method); }

// Those that began by `date`.
std::span<const Segment> until(const std::vector<Segment>& layer, Date date) {
  const auto later = std::find_if(layer.begin() + 1, layer.end(),
                                  [&](const Segment& segment) { return segment.start > date; });
  return {layer.begin(), later};
}

}  // namespace

Result<Course> Course::of(const Terms& terms, std::span<const Event> events) {
  Course course(terms);
  course.plain_.disposed.reset();
  course.layers_ = {{Segment{terms.in_service, course.plain_, 0}}};
  PURSER_TRY(check(course.plain_));
  for (const Event& event : events) PURSER_TRY(course.take(event));
  if (terms.disposed && !course.disposed_) course.dispose(*terms.disposed);
  return course;
}

Status Course::take(const Event& event) {
  if (event.effective < plain_.in_service) {
    return refused(fmt::format("{} on {} is before it was in service, on {}", name(event.what),
                               format(event.effective), format(plain_.in_service)));
  }
  if (disposed_) {
    return refused(fmt::format("it was disposed of on {}; nothing can happen to it on {}",
                               format(*disposed_), format(event.effective)));
  }
  struct Take {
    Course& course;
    Date on;
    Status operator()(const Disposal&) const {
      course.dispose(on);
      return {};
    }
    Status operator()(const Improvement& what) const { return course.improve(what, on); }
    Status operator()(const Repair&) const { return {}; }
    Status operator()(const Estimate& what) const { return course.estimate(what, on); }
  };
  return std::visit(Take{*this, event.effective}, event.what);
}

void Course::dispose(Date on) {
  disposed_ = on;
  for (Segments& layer : layers_) {
    for (Segment& segment : layer) segment.terms.disposed = on;
  }
}

Status Course::improve(const Improvement& improvement, Date on) {
  Terms terms = layers_.front().back().terms;
  if (is_macrs(plain_)) {
    auto& macrs = std::get<Macrs>(terms.method);
    macrs.section_179.reset();
    macrs.bonus_basis_points = 0;
    terms.cost = improvement.cost;
    terms.salvage = Money::zero(terms.cost.currency());
    terms.in_service = on;
    layers_.push_back({Segment{on, terms, 0}});
    return {};
  }
  if (fully_charged(layers_.front().back(), on)) {
    return refused(
        fmt::format("its life is over by {}, so nothing could wear off the improvement; "
                    "estimate a longer one first: purser asset estimate --life",
                    format(on)));
  }
  PURSER_ASSIGN(terms.cost, money::add(terms.cost, improvement.cost));
  return begin_segment(std::move(terms), on);
}

Status Course::estimate(const Estimate& estimate, Date on) {
  if (is_macrs(plain_) || (estimate.method && std::holds_alternative<Macrs>(*estimate.method))) {
    return refused("macrs goes by its class from beginning to end and is not estimated");
  }
  Terms terms = layers_.front().back().terms;
  if (estimate.life) terms.life = *estimate.life;
  if (estimate.salvage) terms.salvage = *estimate.salvage;
  if (estimate.method) {
    auto* const now = std::get_if<UnitsOfProduction>(&terms.method);
    const auto used = now != nullptr ? now->used : nullptr;
    terms.method = *estimate.method;
    if (auto* units = std::get_if<UnitsOfProduction>(&terms.method)) units->used = used;
  }
  PURSER_TRY(check(terms));
  const bool by_table = std::holds_alternative<YearsTable>(terms.method);
  if (by_table && fully_charged(Segment{on, terms, 0}, on)) {
    return refused(
        fmt::format("{} charges nothing from {} on, so what is left would never wear off; give "
                    "percents for the years to come",
                    name(terms.method), format(on)));
  }
  if (estimate.life && fully_charged(Segment{on, terms, 0}, on)) {
    return refused(
        fmt::format("a life of {} from {} on would be over by {}; give one that lasts "
                    "longer, or dispose of it",
                    format(terms.life), format(terms.in_service), format(on)));
  }
  return begin_segment(std::move(terms), on);
}

Status Course::begin_segment(Terms terms, Date on) {
  Segments& layer = layers_.front();
  const std::int64_t opening = accumulated_in(layer, on);
  layer.push_back(Segment{on, std::move(terms), opening});
  return {};
}

Result<Money> Course::accumulated(Date date) const {
  std::int64_t minor = 0;
  for (const Segments& layer : layers_) minor += accumulated_in(until(layer, date), date);
  return Money(minor, plain_.cost.currency());
}

Money Course::cost(Date date) const {
  std::int64_t minor = 0;
  for (const Segments& layer : layers_) {
    if (&layer != &layers_.front() && layer.front().start > date) continue;
    minor += until(layer, date).back().terms.cost.minor();
  }
  return {minor, plain_.cost.currency()};
}

Result<Money> Course::book_value(Date date) const {
  if (disposed_ && *disposed_ <= date) return Money::zero(plain_.cost.currency());
  PURSER_ASSIGN(const Money charged, accumulated(date));
  PURSER_ASSIGN(const Money left, money::subtract(cost(date), charged));
  if (date < plain_.in_service) return left;
  return money::subtract(left, deducted_at_once(plain_));
}

const Terms& Course::terms(Date date) const { return until(layers_.front(), date).back().terms; }

Period Course::charged() const {
  Period all = charged_days(layers_.front().front().terms);
  for (const Segments& layer : layers_) {
    const Period days = charged_days(layer.back().terms);
    if (days.days() > 0) all.end = std::max(all.end, days.end);
    if (layer.size() > 1) all.end = std::max(days.end, layer.back().start);
  }
  if (disposed_ && all.start < *disposed_) {
    all.end = std::min(all.end, period_of(month_of(*disposed_)).end);
  }
  return all;
}

Result<Schedule> Course::schedule(PeriodLength length) const {
  const money::Currency currency = plain_.cost.currency();
  PURSER_ASSIGN(Schedule result, books::schedule(plain_, length));
  const Period days = charged();
  const Segments& first = layers_.front();
  if (first.size() == 1 && layers_.size() == 1 && !disposed_) return result;
  result.charges.clear();
  std::int64_t before = 0;
  Money known = cost(plain_.in_service);
  for (Periods periods(days.start, length, plain_.fiscal_year); periods.start() < days.end;
       periods.next()) {
    PURSER_ASSIGN(const Money after, accumulated(periods.end().date));
    result.charges.push_back(
        {{periods.start(), periods.end().date}, Money(after.minor() - before, currency)});
    before = after.minor();
    const Money by_end = cost(periods.end().date - std::chrono::days{1});
    if (by_end == known) continue;
    result.additions.push_back({periods.start(), Money(by_end.minor() - known.minor(), currency)});
    known = by_end;
  }
  result.total = Money(before, currency);
  return result;
}

}  // namespace purser::books
