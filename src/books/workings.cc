// How an accumulated amount came about, in one clause for a person.
#include <fmt/format.h>

#include "books/macrs.h"
#include "books/schedule.h"
#include "books/timeline.h"

namespace purser::books {
namespace {

using money::Money;

// "259 / 1461 days", "8.5 / 48 months": in the convention's own unit.
std::string life_text(const Terms& terms, Date date) {
  const Timeline timeline(terms);
  const Share share = timeline.share_at(date);
  if (timeline.by_days()) return fmt::format("{} / {} days", share.done, share.total);
  const std::int64_t ticks = share.done * timeline.ticks() / share.total;
  return fmt::format("{}{} / {} months", ticks / kTicksPerMonth,
                     ticks % kTicksPerMonth == 0 ? "" : ".5", timeline.ticks() / kTicksPerMonth);
}

std::string base_text(const Terms& terms) {
  return fmt::format("({} - {})", format(terms.cost), format(terms.salvage));
}

std::string units_text(const UnitsOfProduction& method, Date date) {
  money::Int128 done = 0;
  bool in_part = false;
  static const std::vector<UnitsUsed> none;
  for (const UnitsUsed& used : method.used ? *method.used : none) {
    if (used.period.start >= date) break;
    done += used.millionths;
    in_part = used.period.end > date;
  }
  return fmt::format("{} / {} units{}", format_units(done), format_units(method.total_millionths),
                     in_part ? ", of the last reading a part" : "");
}

struct Workings {
  const Terms& terms;
  Date date;

  std::string operator()(const StraightLine&) const {
    return fmt::format("{} x {}", base_text(terms), life_text(terms, date));
  }
  std::string operator()(const DecliningBalance&) const {
    return fmt::format("{} declining to {} over {}", format(terms.cost), format(terms.salvage),
                       life_text(terms, date));
  }
  std::string operator()(const SumOfYears&) const {
    return fmt::format("{} by digits over {}", base_text(terms), life_text(terms, date));
  }
  std::string operator()(const YearsTable&) const {
    return fmt::format("{} by the percents of its years over {}", base_text(terms),
                       life_text(terms, date));
  }
  std::string operator()(const UnitsOfProduction& method) const {
    return fmt::format("{} x {}", base_text(terms), units_text(method, date));
  }
  std::string operator()(const Macrs&) const {
    return fmt::format("{} by the rates of its class over {}",
                       format(Money(macrs_basis(terms).basis, terms.cost.currency())),
                       life_text(terms, date));
  }
};

}  // namespace

std::string workings(const Terms& terms, Date date) {
  return std::visit(Workings{terms, date}, terms.method);
}

}  // namespace purser::books
