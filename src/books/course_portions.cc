// Assets that come in the middle of their lives, divide, become one and come back. Behind the door
// of course.h.
#include <algorithm>

#include <fmt/format.h>

#include "books/calendar.h"
#include "books/course.h"
#include "books/portions.h"
#include "books/segments.h"

namespace purser::books {
namespace {

tl::unexpected<Error> refused(std::string message) {
  return fail(ErrorCode::kRefused, std::move(message));
}

Balances balances_of(const Portion& portion) {
  return {.cost = portion.cost,
          .impaired = portion.impaired,
          .eliminated = -portion.accumulated,
          .surplus = portion.surplus,
          .lost = portion.lost,
          .revalued = portion.revalued};
}

Balances without(Balances balances, const Portion& portion) {
  balances.cost -= portion.cost;
  balances.impaired -= portion.impaired;
  balances.eliminated += portion.accumulated;
  balances.surplus -= portion.surplus;
  balances.lost -= portion.lost;
  return balances;
}

Balances with(Balances balances, const Portion& portion) {
  balances.cost += portion.cost;
  balances.impaired += portion.impaired;
  balances.eliminated -= portion.accumulated;
  balances.surplus += portion.surplus;
  balances.lost += portion.lost;
  balances.revalued = balances.revalued || portion.revalued;
  return balances;
}

Segment taken_over(const Terms& plain, const Portion& portion, Date on) {
  Terms terms = plain;
  terms.in_service = portion.in_service;
  const Balances balances = balances_of(portion);
  return Segment{
      .start = on,
      .terms = with_amounts(std::move(terms), balances, portion.salvage, deducted_of(portion)),
      .opening = 0,
      .balances = balances,
      .began = Began::kTakenOver,
      .year_base = portion.year_base,
      .ahead = portion.ahead.value_or(0),
      .goes_on = portion.goes_on};
}

}  // namespace

Status Course::open(const Opening& opening, Date on) {
  if (opening.portions.empty()) {
    return refused("it came into these books as a part, but of nothing in this one");
  }
  opened_ = on;
  layers_.clear();
  for (const Portion& portion : opening.portions) {
    layers_.push_back({ruled(taken_over(plain_, portion, on))});
  }
  return {};
}

Status Course::split(const Split& split, Date on) {
  if (split.portions.size() != layers_.size()) {
    return refused("what was split off does not fit what it was split from");
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    Segments& layer = layers_[i];
    const Portion& portion = split.portions[i];
    const Terms& last = layer.back().terms;
    const Balances balances = without(worn_balances(layer, on), portion);
    const Deducted its = deducted_of(last);
    // Earlier versions called all of it section 179.
    const std::int64_t expensed = std::min(deducted_of(portion).section_179, its.section_179);
    const std::int64_t bonus = portion.deducted - expensed;
    Terms terms = with_amounts(last, balances, last.salvage.minor() - portion.salvage,
                               {its.section_179 - expensed, its.bonus - bonus});
    Segment rest =
        ruled({on, std::move(terms), accumulated_in(layer, on), balances, Began::kDivided});
    if (portion.ahead) rest.ahead = charged_ahead(layer, on) - *portion.ahead;
    layer.push_back(std::move(rest));
  }
  return {};
}

Status Course::merge(const Merge& merge, Date on) {
  if (std::holds_alternative<Macrs>(plain_.method)) {
    for (const Portion& portion : merge.portions) {
      layers_.push_back({ruled(taken_over(plain_, portion, on))});
    }
    return {};
  }
  Segments& layer = layers_.front();
  for (const Portion& portion : merge.portions) {
    const Terms& last = layer.back().terms;
    const Balances balances = with(worn_balances(layer, on), portion);
    Terms terms = with_amounts(last, balances, last.salvage.minor() + portion.salvage, {});
    std::string base = sum_of_year_bases(year_base(layer, on), portion.year_base);
    Segment both{on,       std::move(terms), accumulated_in(layer, on),
                 balances, Began::kDivided,  std::move(base)};
    if (portion.ahead) both.ahead = charged_ahead(layer, on) + *portion.ahead;
    layer.push_back(std::move(both));
  }
  return {};
}

// Its charges go on where they stopped, over what is left of its life; a table of MACRS makes the
// missed ones good in the first month.
Status Course::reinstate(Date on) {
  if (!disposed_ || merged_) return refused("it was not disposed of, so nothing can come back");
  const Date gone = *disposed_;
  gaps_.push_back({gone, on});
  disposed_.reset();
  for (Segments& layer : layers_) {
    Terms terms = layer.back().terms;
    terms.disposed.reset();
    const std::int64_t charged = accumulated_in(layer, on);
    const std::int64_t left = terms.cost.minor() - charged;
    const Periods years(gone, PeriodLength::kYear, terms.fiscal_year);
    const bool same_year = on < years.end().date;
    const auto* const declining = std::get_if<DecliningBalance>(&terms.method);
    const bool by_year = declining != nullptr && !declining->per_period;
    std::string base = same_year && by_year ? year_base(layer, gone) : std::to_string(left);
    const Segment back = ruled({on, std::move(terms), charged, worn_balances(layer, on),
                                Began::kMeasured, std::move(base)});
    const bool is_table = std::holds_alternative<Macrs>(back.terms.method);
    if (!is_table && left > back.terms.salvage.minor() && fully_charged(back, on)) {
      return refused(
          fmt::format("its life was over by {}, so nothing could wear off what is left of it; add "
                      "it anew, with what it is worth: purser asset add",
                      format(on)));
    }
    layer.push_back(back);
  }
  return {};
}

bool Course::is_gone(Date date) const {
  if (disposed_ && *disposed_ <= date) return true;
  return std::any_of(gaps_.begin(), gaps_.end(),
                     [&](const Period& gap) { return gap.start <= date && date < gap.end; });
}

Result<std::vector<Portion>> Course::holdings(Date date) const {
  std::vector<Portion> all;
  for (const Segments& layer : layers_) {
    const Segment& last = layer.back();
    const Balances balances = worn_balances(layer, date);
    const std::int64_t charged = accumulated_in(layer, date);
    Portion portion{.in_service = last.terms.in_service,
                    .cost = balances.cost,
                    .salvage = last.terms.salvage.minor(),
                    .deducted = deducted_at_once(last.terms).minor(),
                    .bonus = deducted_of(last.terms).bonus,
                    .accumulated = charged - balances.eliminated,
                    .impaired = balances.impaired,
                    .surplus = balances.surplus,
                    .lost = balances.lost,
                    .revalued = balances.revalued,
                    .year_base = year_base(layer, date),
                    .ahead = charged_ahead(layer, date)};
    portion.unimpaired = balances.cost - portion.impaired - portion.accumulated;
    if (portion.impaired != 0) {
      PURSER_ASSIGN(portion.unimpaired, unimpaired(date));
    }
    all.push_back(std::move(portion));
  }
  return all;
}

}  // namespace purser::books
