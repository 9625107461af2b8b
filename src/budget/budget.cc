#include "budget/budget.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"

namespace purser::budget {
namespace {

using money::Cost;

Status check_currency(const Standing& standing, const cost::RateCard& card) {
  const money::Currency ours = standing.budget.amount.currency();
  if (card.capacity.currency() == ours) return {};
  return fail(ErrorCode::kInvalidInput,
              fmt::format("budget '{}' is in {}, but '{}' is priced in {}; use a budget in {}",
                          standing.budget.name, ours.code(), card.resource,
                          card.capacity.currency().code(), card.capacity.currency().code()));
}

// What the rest buys, as a clause.
std::string what_fits(const Cost& remaining, const cost::RateCard& card) {
  const Nanoseconds time = cost::affordable(card, remaining);
  if (time == Nanoseconds{0}) return "nothing fits any more";
  return fmt::format("{} on '{}' would fit", humanize(time), card.resource);
}

}  // namespace

std::string_view name(Span span) { return span == Span::kMonth ? "month" : "total"; }

Result<Span> parse_span(std::string_view text) {
  if (text == "total") return Span::kTotal;
  if (text == "month") return Span::kMonth;
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' is no span of a budget; write month or total", text));
}

Cost Standing::remaining() const { return Cost(budget.amount) - spent - reserved; }

Standing standing(const Budget& budget, std::span<const Spend> spends,
                  std::span<const Reservation> reservations, std::string_view except_run) {
  const Cost zero = Cost::zero(budget.amount.currency());
  Standing result{.budget = budget, .spent = zero, .reserved = zero};
  std::map<std::string_view, Cost> by_run;
  for (const Spend& spend : spends) {
    if (spend.run_id == except_run) continue;
    by_run.try_emplace(spend.run_id, zero).first->second += spend.cost;
    result.spent += spend.cost;
  }
  for (const Reservation& reservation : reservations) {
    if (reservation.run_id == except_run) continue;
    const auto spent = by_run.find(reservation.run_id);
    const Cost open = reservation.upper_bound - (spent != by_run.end() ? spent->second : zero);
    if (!open.is_negative()) result.reserved += open;
  }
  return result;
}

Status admit(const Standing& standing, const cost::RateCard& card, const Cost& upper_bound) {
  PURSER_TRY(check_currency(standing, card));
  const Cost remaining = standing.remaining();
  if (upper_bound <= remaining) return {};
  const std::string name = standing.budget.name;
  return fail(
      ErrorCode::kRefused,
      fmt::format("budget '{}' has {} left of {}{}; this run would cost up to {}: {}; shorten it, "
                  "or raise the budget: purser budget set {} AMOUNT",
                  name, money::format(std::max(remaining, Cost::zero(remaining.currency()))),
                  money::format(standing.budget.amount),
                  standing.reserved.is_zero() ? ""
                                              : fmt::format(" ({} is reserved by runs at work)",
                                                            money::format(standing.reserved)),
                  money::format(upper_bound), what_fits(remaining, card), name));
}

Result<meter::Allowance> allowance(const Standing& standing, const cost::RateCard& card) {
  PURSER_TRY(check_currency(standing, card));
  const Nanoseconds time = cost::affordable(card, standing.remaining());
  meter::Allowance allowance;
  if (time != Nanoseconds::max()) allowance.device_time = time;
  return allowance;
}

}  // namespace purser::budget
