// Ids and short names of runs.
#include <array>
#include <random>
#include <string_view>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "meter/recorder.h"

namespace purser::meter {
namespace {

constexpr std::array<std::string_view, 64> kAdjectives{
    "able",    "agile",  "amber",  "ample", "azure",  "balmy",  "bold",   "brave",
    "brisk",   "calm",   "candid", "clear", "clever", "coral",  "cosmic", "crisp",
    "daring",  "deft",   "eager",  "early", "fair",   "fancy",  "fleet",  "fond",
    "frank",   "fresh",  "gentle", "glad",  "golden", "grand",  "green",  "happy",
    "hardy",   "honest", "humble", "ideal", "jolly",  "keen",   "kind",   "lively",
    "loyal",   "lucky",  "mellow", "merry", "mighty", "modest", "neat",   "noble",
    "patient", "plain",  "polite", "prime", "proud",  "quick",  "quiet",  "ready",
    "silver",  "smart",  "steady", "sunny", "swift",  "tidy",   "warm",   "witty"};
constexpr std::array<std::string_view, 64> kAnimals{
    "adder",   "albatross", "alpaca", "badger",  "beaver", "bison",   "bobcat",  "camel",
    "caracal", "condor",    "coot",   "crane",   "crow",   "curlew",  "deer",    "dingo",
    "dolphin", "dove",      "eagle",  "egret",   "elk",    "falcon",  "ferret",  "finch",
    "fox",     "gannet",    "gecko",  "gibbon",  "goose",  "grouse",  "gull",    "hare",
    "hawk",    "heron",     "ibex",   "ibis",    "jackal", "jay",     "kestrel", "kite",
    "koala",   "lark",      "lemur",  "linnet",  "lynx",   "marten",  "mole",    "moose",
    "newt",    "ocelot",    "osprey", "otter",   "owl",    "panther", "petrel",  "puffin",
    "raven",   "robin",     "seal",   "sparrow", "stoat",  "swan",    "tern",    "wombat"};

}  // namespace

Result<std::string> fresh_name(const IsTaken& is_taken, Random& random) {
  constexpr int kDraws = 16;
  std::string drawn;
  for (int i = 0; i < kDraws; ++i) {
    drawn = fmt::format("{}-{}", kAdjectives[random.below(kAdjectives.size())],
                        kAnimals[random.below(kAnimals.size())]);
    PURSER_ASSIGN(const bool taken, is_taken(drawn));
    if (!taken) return drawn;
  }
  for (int number = 2;; ++number) {
    std::string numbered = fmt::format("{}-{}", drawn, number);
    PURSER_ASSIGN(const bool taken, is_taken(numbered));
    if (!taken) return numbered;
  }
}

Result<Run> new_run(RunRequest request, const IsTaken& is_taken, Random& random,
                    const Clock& clock) {
  PURSER_ASSIGN(std::string name, fresh_name(is_taken, random));
  const Instant now = clock.now();
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  constexpr std::uint64_t kFortyEightBits = (1ULL << 48U) - 1;
  return Run{.id = fmt::format("{:%Y%m%dt%H%M%S}-{:012x}", second, random.next() & kFortyEightBits),
             .name = std::move(name),
             .verb = std::move(request.verb),
             .resource = std::move(request.resource),
             .model = std::move(request.model),
             .model_version = std::move(request.model_version),
             .budget = std::move(request.budget),
             .started = request.began.value_or(now)};
}

std::uint64_t fresh_seed() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32U) | device();
}

}  // namespace purser::meter
