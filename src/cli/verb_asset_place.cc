// purser asset move | measure | pause | resume: where machines stand, what they draw, and when they
// rest.
#include <fmt/format.h>

#include "cli/asset_words.h"
#include "cli/contract.h"
#include "cli/entry_listing.h"
#include "cli/event_answer.h"
#include "cli/verbs.h"

namespace purser::cli {
namespace {

Result<int> run_move(Context& context, const Arguments& arguments) {
  const auto given = [&](std::string_view flag) {
    return arguments.has(flag) ? std::optional(std::string(arguments.text(flag))) : std::nullopt;
  };
  const books::Move move{given("--site"), given("--cost-centre"), given("--node"),
                         given("--serial")};
  const bool stays = !move.site && !move.cost_centre && !move.node;
  if (stays && !move.serial) {
    return fail(ErrorCode::kInvalidInput,
                "it is moved nowhere; give --site, --cost-centre, --node or --serial");
  }
  return record_event(context, arguments, move, std::nullopt,
                      (stays ? "given " : "moved to ") + place_text(move));
}

Result<std::optional<Watts>> watts_of(const Arguments& arguments, std::string_view flag) {
  if (!arguments.has(flag)) return std::optional<Watts>();
  const auto watts = parse_watts(arguments.text(flag));
  if (!watts) return fail(watts.error().in(flag));
  return std::optional(*watts);
}

Result<int> run_measure(Context& context, const Arguments& arguments) {
  books::Measurement measured;
  PURSER_ASSIGN(measured.idle_watts, watts_of(arguments, "--idle-watts"));
  PURSER_ASSIGN(measured.load_watts, watts_of(arguments, "--load-watts"));
  if (!measured.idle_watts && !measured.load_watts) {
    return fail(ErrorCode::kInvalidInput,
                "nothing was measured; give --idle-watts or --load-watts");
  }
  return record_event(context, arguments, measured, std::nullopt,
                      fmt::format("measured ({})", watts_text(measured)));
}

Result<int> run_pause(Context& context, const Arguments& arguments) {
  return record_event(context, arguments, books::Pause{}, std::nullopt, "paused");
}

Result<int> run_resume(Context& context, const Arguments& arguments) {
  return record_event(context, arguments, books::Resume{}, std::nullopt, "resumed");
}

constexpr Option kOn{"--on", "DATE", "from which day on", {}, true};

}  // namespace

void add_asset_place_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "asset move",
       .summary = "say where a machine stands from a day on, and so what its power costs",
       .details =
           "What it drew before is priced by the site that it left, and so is a closed month: a\n"
           "day in one counts as the first open one. What was posted of open months under names\n"
           "of the old site is posted anew. Cost centre and node are labels of your own.\n"
           "A serial number that was wrong, or of what its maker sent in its place, counts\n"
           "from that day on.\n\n"
           "  purser asset move server --on 2026-11-15 --site oslo --node rack-7",
       .positionals = {{"NAME", "which"}},
       .options = {kOn,
                   {"--site", "SITE", "a site of these books", "as it was"},
                   {"--cost-centre", "NAME", "who answers for it", "as it was"},
                   {"--node", "NAME", "its rack, or its name in the cluster", "as it was"},
                   {"--serial", "TEXT", "its maker's serial number", "as it was"},
                   kDocument,
                   kDryRun},
       .run = run_move});
  verbs.push_back({.name = "asset measure",
                   .summary = "say what a machine draws from a day on, where no meter says so",
                   .details = "  purser asset measure server --on 2026-11-15 --idle-watts 60",
                   .positionals = {{"NAME", "which"}},
                   .options = {kOn,
                               {"--idle-watts", "W", "doing nothing", "as it was"},
                               {"--load-watts", "W", "under load", "as it was"},
                               kDocument,
                               kDryRun},
                   .run = run_measure});
  verbs.push_back(
      {.name = "asset pause",
       .summary = "take a machine out of use for a while; its charges go on",
       .details =
           "It draws nothing, no run is proposed to it, and what its rest costs stands on the\n"
           "bill as paused, apart from idling: depreciation does not cease while it rests.\n\n"
           "  purser asset pause server --on 2026-11-15",
       .positionals = {{"NAME", "which"}},
       .options = {kOn, kDocument, kDryRun},
       .run = run_pause});
  verbs.push_back({.name = "asset resume",
                   .summary = "take a machine that was paused back into use",
                   .details = "  purser asset resume server --on 2026-11-25",
                   .positionals = {{"NAME", "which"}},
                   .options = {kOn, kDocument, kDryRun},
                   .run = run_resume});
}

}  // namespace purser::cli
