#include "optimize/widths.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace purser::optimize {

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
  Widths widths;
  for (const PrunableGroup& group : groups) widths.push_back(group.group.channels);
  std::vector<std::size_t> taken(groups.size(), 0);  // steps of each group
  std::vector<Widths> path;
  while (true) {
    std::size_t best = groups.size();
    double best_price = std::numeric_limits<double>::infinity();
    for (std::size_t g = 0; g < groups.size(); ++g) {
      if (taken[g] == groups[g].steps.size()) continue;
      const WidthStep& next = groups[g].steps[taken[g]];
      const double time_now = taken[g] == 0 ? 1 : groups[g].steps[taken[g] - 1].time;
      const double lost = groups[g].lost_at(next.width) - groups[g].lost_at(widths[g]);
      const double price = lost / (time_now - next.time);
      if (price < best_price) {
        best_price = price;
        best = g;
      }
    }
    if (best == groups.size()) return path;
    widths[best] = groups[best].steps[taken[best]++].width;
    path.push_back(widths);
  }
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
