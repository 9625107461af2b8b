#include "optimize/widths.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

namespace purser::optimize {
namespace {

// Each halving of what is left costs the same: the last channels of a layer are worth more than its
// first that go.
double price_of(const PrunableGroup& group, std::int64_t width) {
  return -std::log(std::max(1e-9, 1 - group.lost_at(width)));
}

}  // namespace

std::vector<std::int64_t> widths_to_try(std::int64_t channels) {
  std::vector<std::int64_t> widths;
  for (std::int64_t eighths = 7; eighths >= 1; --eighths) {
    const std::int64_t width = channels * eighths / 8;
    if (width >= 1 && width < channels && (widths.empty() || width < widths.back())) {
      widths.push_back(width);
    }
  }
  return widths;
}

std::vector<WidthStep> steps_of(std::span<const WidthStep> measured, double noise) {
  std::vector<WidthStep> steps;
  double fastest = 1;
  for (const WidthStep& step : measured) {
    if (step.time < fastest * (1 - noise)) {
      steps.push_back(step);
      fastest = step.time;
    }
  }
  return steps;
}

double PrunableGroup::lost_at(std::int64_t width) const {
  std::vector<double> sorted = importance;
  std::sort(sorted.begin(), sorted.end());
  const double all = std::accumulate(sorted.begin(), sorted.end(), 0.0);
  const double lost = std::accumulate(sorted.begin(), sorted.end() - width, 0.0);
  return all > 0 ? lost / all : 0;
}

std::vector<Widths> width_path(std::span<const PrunableGroup> groups) {
  struct Choice {
    double price = 0;
    Widths widths;
  };
  // The cheapest choice for each time saved, in thousandths; one group after the other joins.
  constexpr std::size_t kWhole = 1000;
  std::vector<std::optional<Choice>> cheapest(kWhole + 1);
  cheapest[0] = Choice{};
  for (const PrunableGroup& group : groups) {
    std::vector<WidthStep> options{{group.group.channels, 1}};
    options.insert(options.end(), group.steps.begin(), group.steps.end());
    std::vector<double> prices;
    for (const WidthStep& option : options) prices.push_back(price_of(group, option.width));
    std::vector<std::optional<Choice>> joined(kWhole + 1);
    for (std::size_t saved = 0; saved <= kWhole; ++saved) {
      const std::optional<Choice>& so_far = cheapest[saved];
      if (!so_far) continue;
      for (std::size_t i = 0; i < options.size(); ++i) {
        const WidthStep& option = options[i];
        const auto more = static_cast<std::size_t>(std::lround((1 - option.time) * 1000));
        std::optional<Choice>& place = joined[std::min(saved + more, kWhole)];
        const double price = so_far->price + prices[i];
        if (place && place->price <= price) continue;
        Choice choice{price, so_far->widths};
        choice.widths.push_back(option.width);
        place = std::move(choice);
      }
    }
    cheapest = std::move(joined);
  }
  // Whoever saves more for less makes a choice pointless.
  std::vector<Widths> path;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t saved = kWhole; saved > 0; --saved) {
    std::optional<Choice>& choice = cheapest[saved];
    if (!choice || choice->price >= least) continue;
    least = choice->price;
    path.push_back(std::move(choice->widths));
  }
  std::reverse(path.begin(), path.end());
  return path;
}

Result<graph::Graph> prune_to(const graph::Graph& graph, std::span<const PrunableGroup> groups,
                              const Widths& widths) {
  graph::Graph pruned = graph;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (widths[g] == groups[g].group.channels) continue;
    const auto keep = most_important(groups[g].importance, widths[g]);
    PURSER_ASSIGN(pruned, keep_channels(pruned, groups[g].group, keep));
  }
  return pruned;
}

Result<std::vector<PrunableGroup>> prunable_groups(const graph::Graph& graph,
                                                   const RelativeTime& relative_time) {
  std::vector<PrunableGroup> prunable;
  for (ChannelGroup& group : find_groups(graph)) {
    if (!group.frozen.empty()) continue;
    PrunableGroup candidate{std::move(group), {}, {}};
    candidate.importance = importance(graph, candidate.group);
    std::vector<WidthStep> measured;
    for (const std::int64_t width : widths_to_try(candidate.group.channels)) {
      PURSER_ASSIGN(const auto pruned, prune_to(graph, {&candidate, 1}, {width}));
      PURSER_ASSIGN(const double time, relative_time(pruned));
      measured.push_back({width, time});
    }
    candidate.steps = steps_of(measured);
    prunable.push_back(std::move(candidate));
  }
  return prunable;
}

}  // namespace purser::optimize
