// What condition records say about how long an asset will last and what it is worth.
//
// Three rules, each with its source. They only propose: IAS 16.51 asks for a review of life and
// salvage at least each year, IAS 36.9 for a look at whether something may be impaired.
//
//   1. Work lost: below 80% of its throughput when new, its economic performance is worse than was
//      expected (IAS 36.12 g). Proposed: a test against the same part of what it is carried at, a
//      start for whoever measures what it will bring.
//   2. Wear: the line through the first and last record reaches 80% before its life ends, or it has
//      new uncorrectable memory errors or ten new XIDs since the record before the last (IAS 16.56
//      b, expected physical wear). Proposed: a life that ends on that day, or in a year.
//   3. It lasts: at 95% or more, without new errors, in the last year of its life (IAS 16.51).
//      Proposed: a year more.
#include <algorithm>

#include <fmt/format.h>

#include "books/upkeep.h"

namespace purser::books {
namespace {

using money::Money;

constexpr std::int64_t kWornPermille = 800;
constexpr std::int64_t kSoundPermille = 950;
constexpr std::int64_t kManyXids = 10;
constexpr int kMonthsMore = 12;

std::string percent(std::int64_t permille) {
  return fmt::format("{}.{}%", permille / 10, permille % 10);
}

// The life that ends last before or on `end`, but not before it is over `today`, in the unit of the
// present one.
std::optional<Life> life_until(const Terms& terms, Date end, Date today) {
  Life life = terms.life;
  if (!life.months()) {
    const Date last = std::max(end, today + std::chrono::days{1});
    life.count = static_cast<std::int32_t>((last - terms.in_service).count());
  } else {
    life.unit = Life::Unit::kMonths;
    life.count = static_cast<std::int32_t>((month_of(end) - month_of(terms.in_service)).count());
    if (add_months(terms.in_service, life.count) > end) --life.count;
    while (life.count > 0 && add_months(terms.in_service, life.count) <= today) ++life.count;
  }
  return life.count > 0 ? std::optional(life) : std::nullopt;
}

Date end_of(const Terms& terms) {
  const auto months = terms.life.months();
  return months ? add_months(terms.in_service, *months)
                : terms.in_service + std::chrono::days{terms.life.count};
}

// The first and last of those that tell its work.
struct Trend {
  const Condition* first = nullptr;
  const Condition* last = nullptr;
};
Trend trend_of(std::span<const Condition> conditions) {
  Trend trend;
  for (const Condition& condition : conditions) {
    if (!condition.work_permille) continue;
    if (trend.first == nullptr) trend.first = &condition;
    trend.last = &condition;
  }
  return trend;
}

// The day on which that line reaches the worn mark; none where it does not fall.
std::optional<Date> worn_on(const Trend& trend) {
  if (trend.first == nullptr) return std::nullopt;
  const std::int64_t first = trend.first->work_permille.value_or(0);
  const std::int64_t last = trend.last->work_permille.value_or(0);
  const std::int64_t days = (trend.last->on - trend.first->on).count();
  if (days <= 0 || last >= first) return std::nullopt;
  const std::int64_t left = std::max<std::int64_t>(last - kWornPermille, 0);
  return trend.last->on + std::chrono::days{left * days / (first - last)};
}

struct Errors {
  std::int64_t ecc = 0;
  std::int64_t xid = 0;
};
// Since the record before the last that counted them.
Errors new_errors(std::span<const Condition> conditions) {
  const auto rise = [&](auto member) -> std::int64_t {
    std::optional<std::int64_t> before;
    std::optional<std::int64_t> last;
    for (const Condition& condition : conditions) {
      if (!(condition.*member)) continue;
      before = last;
      last = condition.*member;
    }
    return last && before ? *last - *before : 0;
  };
  return {rise(&Condition::ecc_errors), rise(&Condition::xid_errors)};
}

std::string errors_text(const Errors& errors) {
  return fmt::format("{} uncorrectable memory errors and {} XIDs are new since the record before",
                     errors.ecc, errors.xid);
}

class Review {
 public:
  Review(const Asset& asset, std::span<const Condition> conditions, Date today)
      : asset_(asset),
        conditions_(conditions),
        today_(today),
        trend_(trend_of(conditions)),
        errors_(new_errors(conditions)) {}

  Result<std::vector<Proposal>> proposals() {
    PURSER_ASSIGN(const Course course, asset_.course(Book::kFinancial));
    PURSER_ASSIGN(const Money carried, course.book_value(today_));
    const Terms& terms = course.terms(std::max(today_, asset_.begins()));
    if (const auto test = work_lost(carried)) add(carried, *test, reason_);
    const bool by_life = !std::holds_alternative<UnitsOfProduction>(terms.method) &&
                         !std::holds_alternative<Macrs>(terms.method);
    if (!by_life) return proposals_;
    if (const auto life = worn(terms)) {
      add(carried, Estimate{.life = *life}, reason_);
    } else if (const auto longer = lasts(terms)) {
      add(carried, Estimate{.life = *longer}, reason_);
    }
    return proposals_;
  }

 private:
  void add(Money carried, Happening what, std::string reason) {
    proposals_.push_back({asset_.name, today_, std::move(reason), std::move(what), carried});
  }

  std::optional<Impairment> work_lost(Money carried) {
    if (trend_.last == nullptr || carried.minor() <= 0) return std::nullopt;
    const std::int64_t permille = trend_.last->work_permille.value_or(0);
    const bool was_tested =
        std::any_of(asset_.events.begin(), asset_.events.end(), [&](const Event& event) {
          return std::holds_alternative<Impairment>(event.what) &&
                 event.concerns(Book::kFinancial) && event.effective >= trend_.last->on;
        });
    if (permille >= kWornPermille || was_tested) return std::nullopt;
    const Money recoverable(
        static_cast<std::int64_t>(money::multiply_divide(carried.minor(), permille, 1000)),
        carried.currency());
    if (recoverable == carried) return std::nullopt;  // a cent or two
    reason_ = fmt::format("On {} it did {} of its work when new, below {}.",
                          format(trend_.last->on), percent(permille), percent(kWornPermille));
    return Impairment{recoverable};
  }

  std::optional<Life> worn(const Terms& terms) {
    std::optional<Date> end;
    if (const auto day = worn_on(trend_)) {
      end = day;
      reason_ =
          fmt::format("From {} on {} to {} on {}: at that pace it is below {} from {} on.",
                      percent(trend_.first->work_permille.value_or(0)), format(trend_.first->on),
                      percent(trend_.last->work_permille.value_or(0)), format(trend_.last->on),
                      percent(kWornPermille), format(*day));
    }
    const Date in_a_year = add_months(today_, kMonthsMore);
    const bool failing = errors_.ecc > 0 || errors_.xid >= kManyXids;
    if (failing && (!end || in_a_year < *end)) {
      end = in_a_year;
      reason_ = errors_text(errors_) + ".";
    }
    if (!end || *end >= end_of(terms) || end_of(terms) <= today_) return std::nullopt;
    const auto life = life_until(terms, *end, today_);
    if (!life || (life->months() && life->months() == terms.life.months())) return std::nullopt;
    reason_ += fmt::format(" Its life ends on {}.", format(end_of(terms)));
    return life;
  }

  std::optional<Life> lasts(const Terms& terms) {
    if (trend_.last == nullptr || errors_.ecc > 0 || errors_.xid > 0) return std::nullopt;
    const std::int64_t permille = trend_.last->work_permille.value_or(0);
    const Date end = end_of(terms);
    const bool in_its_last_year = end > today_ && add_months(today_, kMonthsMore) >= end;
    if (permille < kSoundPermille || !in_its_last_year) return std::nullopt;
    reason_ = fmt::format(
        "On {} it did {} of its work when new, without new errors, and its life "
        "ends on {}.",
        format(trend_.last->on), percent(permille), format(end));
    Life life = terms.life;
    if (const auto months = life.months()) {
      life = {*months + kMonthsMore, Life::Unit::kMonths};
    } else {
      life.count += 365;
    }
    return life;
  }

  const Asset& asset_;
  std::span<const Condition> conditions_;
  Date today_;
  Trend trend_;
  Errors errors_;
  std::string reason_;
  std::vector<Proposal> proposals_;
};

}  // namespace

Result<std::vector<Proposal>> review_of(const Asset& asset, std::span<const Condition> conditions,
                                        Date today) {
  return Review(asset, conditions, today).proposals();
}

}  // namespace purser::books
