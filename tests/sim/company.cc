// The life of the company: what it does when, and how each step is audited.
#include "sim/company.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/doors.h"

namespace purser::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::array kCurrencies{"USD", "JPY", "BHD"};  // 2, 0 and 3 decimals

}  // namespace

Company::Company(fs::path folder, std::uint64_t seed)
    : folder_(std::move(folder)),
      random_(seed),
      clock_(midnight(Date(std::chrono::year{2026} / 1 / 1)) +
             std::chrono::days(random_.below(720)) + minutes(random_.below(1440))),
      currency_(*money::Currency::parse(kCurrencies[random_.below(kCurrencies.size())])) {
  facts_.currency = currency_.code();
  facts_.digits = currency_.digits();
}

Company::~Company() = default;

Status Company::open() {
  PURSER_ASSIGN(doors_, Doors::open(folder_, clock_));
  return {};
}

void Company::note(std::string deed) {
  diary_.push_back(fmt::format("{}  {}", format(clock_.now()), deed));
}

Status Company::audit() {
  return auditor_.audit(facts_, doors_->books, doors_->records, doors_->budgets, clock_.now());
}

Status Company::step() {
  struct Deed {
    std::uint64_t weight;
    Status (Company::*run)();
  };
  constexpr std::array kDeeds{Deed{4, &Company::add_site},
                              Deed{4, &Company::change_site},
                              Deed{6, &Company::place},
                              Deed{6, &Company::add_asset},
                              Deed{6, &Company::asset_event},
                              Deed{3, &Company::split},
                              Deed{3, &Company::undo_event},
                              Deed{16, &Company::start_run},
                              Deed{30, &Company::work},
                              Deed{10, &Company::collect},
                              Deed{8, &Company::post},
                              Deed{12, &Company::close_month},
                              Deed{8, &Company::collect_late},
                              Deed{3, &Company::accrue},
                              Deed{4, &Company::reverse},
                              Deed{4, &Company::set_budget},
                              Deed{4, &Company::reserve},
                              Deed{6, &Company::killed_at_work},
                              Deed{6, &Company::killed_while_collecting},
                              Deed{6, &Company::killed_while_posting},
                              Deed{8, &Company::killed_while_closing}};
  if (!doors_) PURSER_TRY(open());
  PURSER_TRY(pass_time());
  std::uint64_t sum = 0;
  for (const Deed& deed : kDeeds) sum += deed.weight;
  std::uint64_t drawn = draw(sum);
  for (const Deed& deed : kDeeds) {
    if (drawn < deed.weight) {
      PURSER_TRY((this->*deed.run)());
      break;
    }
    drawn -= deed.weight;
  }
  return audit();
}

Status Company::pass_time() {
  const std::uint64_t kind = draw(100);
  if (kind < 20) clock_.advance(Nanoseconds(draw(600'000'000'000)));
  if (kind >= 20 && kind < 65) clock_.advance(minutes(draw(std::uint64_t{48} * 60)));
  if (kind >= 65 && kind < 90) clock_.advance(hours(draw(std::uint64_t{24} * 14)));
  if (kind >= 90) {  // exactly to the first instant of the next month
    clock_.set(midnight(first_day(month_of(date_of(clock_.now())) + std::chrono::months{1})));
  }
  return {};
}

// --- for proofs that the auditor sees ------------------------------------------------------------

Status Company::tamper(std::string_view sql) { return doors_->database.run(sql); }

bool Company::has_everything() const {
  const bool reserved = !facts_.reservations.empty();
  std::size_t beats = 0;
  for (const auto& [id, run] : facts_.runs) beats += run.beats.size();
  const bool usage = facts_.all_collected && beats > 5;
  const bool sited = std::any_of(facts_.assets.begin(), facts_.assets.end(),
                                 [](const auto& asset) { return !asset.second.site.empty(); });
  const bool in_mid_month = midnight(first_day(month_of(date_of(clock_.now())))) < clock_.now();
  const bool improved =
      std::any_of(facts_.assets.begin(), facts_.assets.end(), [](const auto& asset) {
        const auto& events = asset.second.events;
        return std::any_of(events.begin(), events.end(), [](const EventFact& event) {
          return event.what == Happened::kImprovement;
        });
      });
  return reserved && usage && sited && has_changed_site() && improved && in_mid_month &&
         !facts_.closed.empty();
}

}  // namespace purser::sim
