// The search: makes candidates, measures them, chooses one, proves it.
#include <algorithm>
#include <filesystem>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/random.h"
#include "graph/fold.h"
#include "optimize/calibrate.h"
#include "optimize/choice.h"
#include "optimize/fine_tune.h"
#include "optimize/groups.h"
#include "optimize/integers.h"
#include "optimize/optimize.h"
#include "optimize/pace.h"
#include "optimize/states.h"
#include "optimize/widths.h"

namespace purser::optimize {
namespace {

// Of the times that are reported.
constexpr int kRounds = 41;
constexpr Nanoseconds kWindow = std::chrono::milliseconds(2);

std::string join_widths(const Widths& widths) { return fmt::format("{}", fmt::join(widths, "-")); }

class Search {
 public:
  Search(const graph::Graph& graph, const data::Splits& data, const Options& options,
         Observer& observer, const Clock& clock)
      : graph_(graph),
        data_(data),
        options_(options),
        pace_(options.allowance, observer, clock, outcome_),
        held_out_(hold_out(graph, data.train, options)),
        fine_tuner_(data.train, held_out_.training, options, states_, pace_, outcome_) {}

  Result<Outcome> run() {
    if (!options_.states.empty()) {
      PURSER_ASSIGN(states_, States::open(options_.states, graph_, data_.train.fingerprint(),
                                          options_.seed, options_.fine_tune_epochs));
    }
    PURSER_TRY(add_original());
    PURSER_TRY(try_folding());
    PURSER_TRY(try_integers(outcome_.candidates[0], "int8"));
    if (options_.fine_tunes > 0) PURSER_TRY(try_pruning());
    PURSER_TRY(time_all());
    mark_frontier();
    // Who stops a search may go on with it: the test set stays unused for then.
    if (outcome_.told_to_stop) {
      outcome_.verdict = Verdict::kUndecided;
    } else {
      PURSER_TRY(prove_best());
      states_.remove();
    }
    outcome_.device_time = pace_.elapsed();
    return std::move(outcome_);
  }

 private:
  // What measuring, choosing and proving take after the last fine-tuning.
  Nanoseconds time_to_finish() const {
    constexpr std::int64_t kModels = 4;  // timed by turns, about
    const Nanoseconds window = std::max<Nanoseconds>(2 * kWindow, 33 * answer_time_);
    return kModels * kRounds * window + 2 * data_.test.size() * answer_time_;
  }

  // --- candidates ---
  Status add(Candidate candidate, const std::vector<std::uint8_t>& right, Measured measured) {
    candidate.file_bytes = measured.file_bytes();
    candidate.held_out.correct = std::accumulate(right.begin(), right.end(), std::int64_t{0});
    candidate.held_out.total = static_cast<std::int64_t>(right.size());
    if (outcome_.candidates.empty()) original_right_ = right;
    candidate.against_original = compare(original_right_, right);
    candidate.expected_drop_upper =
        candidate.against_original.expected_upper_bound(data_.test.size());
    candidate.promising =
        !outcome_.candidates.empty() && candidate.expected_drop_upper <= options_.max_drop;
    outcome_.candidates.push_back(std::move(candidate));
    measured_.push_back(std::make_unique<Measured>(std::move(measured)));
    return {};
  }

  Status add(Candidate candidate) {
    PURSER_ASSIGN(auto measured, Measured::open(candidate.graph, candidate.name));
    const Nanoseconds began = pace_.elapsed();
    PURSER_ASSIGN(const auto right, measured.right_answers(data_.train, held_out_.held_out));
    if (outcome_.candidates.empty()) {
      answer_time_ = (pace_.elapsed() - began) / static_cast<std::int64_t>(right.size());
    }
    return add(std::move(candidate), right, std::move(measured));
  }

  Status add_original() {
    Candidate original;
    original.name = "original";
    original.recipe = "as it came";
    original.graph = graph_;
    for (const ChannelGroup& group : find_groups(graph_)) {
      if (group.frozen.empty()) original.widths.push_back(group.channels);
    }
    return add(std::move(original));
  }

  // --- what is constant, computed once ---
  Status try_folding() {
    if (!pace_.go_on("fold", 0)) return {};
    const Nanoseconds began = pace_.elapsed();
    Candidate candidate;
    candidate.graph = graph_;
    PURSER_ASSIGN(const graph::FoldReport report, graph::fold(candidate.graph));
    const std::pair<std::int64_t, std::string_view> parts[] = {
        {report.batch_norms, "BatchNormalization merged"},
        {report.dropouts, "Dropout removed"},
        {report.identities, "Identity removed"},
        {report.dead, "unused removed"}};
    std::vector<std::string> words;
    for (const auto& [count, what] : parts) {
      if (count > 0) words.push_back(fmt::format("{} {}", count, what));
    }
    if (words.empty()) return {};
    candidate.name = "folded";
    candidate.recipe = fmt::format("{}", fmt::join(words, ", "));
    candidate.widths = outcome_.candidates[0].widths;
    candidate.device_time = pace_.elapsed() - began;
    return add(std::move(candidate));
  }

  // --- 8-bit integers ---
  std::vector<std::int64_t> calibration_images() const {
    std::vector<std::int64_t> images = held_out_.training;  // never of the images that judge
    Random random(options_.seed);
    random.shuffle(std::span(images));
    images.resize(std::min(images.size(), static_cast<std::size_t>(options_.calibration_samples)));
    return images;
  }

  // The fastest of several ways to quantize `source`.
  Status try_integers(const Candidate& source, const std::string& name) {
    const Nanoseconds began = pace_.elapsed();
    graph::Graph folded = source.graph;
    const Widths widths = source.widths;
    const std::string recipe = source.name == "original" ? "" : source.recipe + "; ";
    PURSER_TRY(graph::fold(folded));
    PURSER_ASSIGN(const auto reference, Measured::open(folded, name + " (float)"));
    const std::vector<std::int64_t> images = calibration_images();
    std::optional<IntegerModel> best;
    double least_time = std::numeric_limits<double>::infinity();
    std::string why_none;
    int tried = 0;
    std::vector<std::set<std::size_t>> ways = {{}};  // nodes that stay float
    if (const auto first = first_convolution(folded); !first.empty()) ways.push_back(first);
    for (const std::set<std::size_t>& keep_float : ways) {
      for (const ActivationType activation : {ActivationType::kUint8, ActivationType::kInt8}) {
        const double done = tried++ / (2.0 * static_cast<double>(ways.size()));
        if (!pace_.go_on("quantize " + name, done)) return {};
        auto model = make_integers(folded, keep_float, activation, data_.train, images);
        if (!model) {
          if (model.error().code() != ErrorCode::kUnsupported) return fail(model.error());
          why_none = model.error().message();
          continue;
        }
        PURSER_ASSIGN(const double time, relative_time(model->graph, reference, data_.train));
        if (time < least_time) {
          least_time = time;
          best = *std::move(model);
        }
      }
    }
    if (!best) {
      outcome_.notes.push_back(fmt::format("{}: not tried: {}", name, why_none));
      return {};
    }
    Candidate candidate;
    candidate.name = name;
    candidate.recipe = recipe + best->recipe;
    candidate.integer_kernels = best->kernels;
    candidate.graph = std::move(best->graph);
    candidate.widths = widths;
    candidate.further_epochs = source.further_epochs;
    candidate.device_time = pace_.elapsed() - began;
    return add(std::move(candidate));
  }

  // --- time ---
  Status time_all() {
    std::vector<const Measured*> models;
    models.reserve(measured_.size());
    for (const auto& measured : measured_) models.push_back(measured.get());
    // Large models fill a window with one call: in a short allowance fewer rounds must do.
    const auto go_on = [this] { return pace_.left() > 2 * data_.test.size() * answer_time_; };
    PURSER_ASSIGN(const auto single,
                  measure(models, data_.train,
                          {.batch = 1, .rounds = kRounds, .window = kWindow, .go_on = go_on}));
    PURSER_ASSIGN(
        const auto batched,
        measure(models, data_.train,
                {.batch = kBatched, .rounds = kRounds, .window = kWindow, .go_on = go_on}));
    for (std::size_t i = 0; i < models.size(); ++i) {
      outcome_.candidates[i].single = single[i];
      outcome_.candidates[i].batched = batched[i];
    }
    const int rounds = std::min(single[0].rounds, batched[0].rounds);
    if (rounds < kRounds) {
      outcome_.notes.push_back(
          fmt::format("timed in {} rounds instead of {}: the allowance is short", rounds, kRounds));
    }
    return {};
  }

  // --- fewer channels ---
  struct Narrow {
    Widths widths;
    double speedup = 1;  // of the joint model, quickly measured
  };

  Result<double> time_of(const graph::Graph& graph) const {
    if (options_.time_of_widths) return options_.time_of_widths(graph);
    return relative_time(graph, *measured_[0], data_.train);
  }

  Status try_pruning() {
    // Asked before the widths are measured, which takes longest of all.
    if (const Status trainable = train::check_supported(graph_); !trainable) {
      outcome_.notes.push_back(
          fmt::format("channels were left alone: {}", trainable.error().message()));
      return {};
    }
    const auto relative = [&](const graph::Graph& graph) -> Result<double> {
      if (!pace_.go_on("measure widths", 0)) {
        return fail(ErrorCode::kCancelled, "stopped while widths were measured");
      }
      return time_of(graph);
    };
    const auto groups = prunable_groups(graph_, relative);
    if (!groups && groups.error().code() == ErrorCode::kCancelled) return {};
    if (!groups) return fail(groups.error());
    for (const ChannelGroup& group : find_groups(graph_)) {
      if (group.frozen.empty() || group.gives_output) continue;
      outcome_.notes.push_back(
          fmt::format("channels of '{}' were left alone: {}", group.name, group.frozen));
    }
    PURSER_ASSIGN(auto path, measured_path(*groups));
    PURSER_ASSIGN(const std::size_t begun, put_begun_into(path, *groups));
    if (path.empty()) {
      outcome_.notes.emplace_back("no narrower model was faster on this machine");
      return {};
    }
    return fine_tune_along(*groups, path, begun);
  }

  // The widths that an earlier search began to fine-tune; path.size() if there are none. What this
  // machine measured then may not be on the path that it measures now.
  Result<std::size_t> put_begun_into(std::vector<Narrow>& path,
                                     const std::vector<PrunableGroup>& groups) {
    for (const Widths& widths : states_.begun(groups)) {
      const auto same = std::find_if(path.begin(), path.end(),
                                     [&](const Narrow& n) { return n.widths == widths; });
      if (same != path.end()) return static_cast<std::size_t>(same - path.begin());
      PURSER_ASSIGN(const auto pruned, prune_to(graph_, groups, widths));
      PURSER_ASSIGN(const double time, time_of(pruned));
      if (1 / time < kLeastGain) continue;
      const auto after = std::find_if(path.begin(), path.end(),
                                      [&](const Narrow& n) { return n.speedup > 1 / time; });
      return static_cast<std::size_t>(path.insert(after, {widths, 1 / time}) - path.begin());
    }
    return path.size();
  }

  Result<std::vector<Narrow>> measured_path(const std::vector<PrunableGroup>& groups) {
    std::vector<Narrow> path;
    for (const Widths& widths : width_path(groups)) {
      if (!pace_.go_on("measure widths", 0.5)) break;
      PURSER_ASSIGN(const auto pruned, prune_to(graph_, groups, widths));
      PURSER_ASSIGN(const double time, time_of(pruned));
      // The path narrows; one that is no faster than the one before only loses accuracy.
      if (1 / time > (path.empty() ? kLeastGain : path.back().speedup * 1.02)) {
        path.push_back({widths, 1 / time});
      }
    }
    return path;
  }

  // Begins with what an earlier search began, or at the first that reaches the speed-up aimed at;
  // then further while accuracy allows, or back towards the whole model while it does not.
  Status fine_tune_along(const std::vector<PrunableGroup>& groups, const std::vector<Narrow>& path,
                         std::size_t begun) {
    std::set<std::size_t> tried;
    std::size_t next = begun < path.size() ? begun : 0;
    while (begun == path.size() && next + 1 < path.size() &&
           path[next].speedup < options_.least_speedup * 1.1)
      ++next;
    for (int attempt = 0; attempt < options_.fine_tunes && !outcome_.stopped; ++attempt) {
      tried.insert(next);
      PURSER_ASSIGN(const bool promising, try_widths(groups, path[next]));
      const auto further =
          std::find_if(path.begin() + static_cast<std::ptrdiff_t>(next), path.end(),
                       [&](const Narrow& n) { return n.speedup > path[next].speedup * 1.5; });
      if (promising && further != path.end()) {
        next = static_cast<std::size_t>(further - path.begin());
      } else if (!promising && next > 0) {
        next = next / 2;
      } else {
        break;
      }
      if (tried.contains(next)) break;
    }
    return {};
  }

  // Prunes, fine-tunes, quantizes. Is one of the two candidates promising?
  Result<bool> try_widths(const std::vector<PrunableGroup>& groups, const Narrow& narrow) {
    const Nanoseconds began = pace_.elapsed();
    const std::string name = "pruned " + join_widths(narrow.widths);
    PURSER_ASSIGN(const auto pruned, prune_to(graph_, groups, narrow.widths));
    PURSER_ASSIGN(auto trained, fine_tuner_.tune(pruned, narrow.widths, name, time_to_finish()));
    if (!trained) return false;
    Candidate candidate;
    candidate.name = name;
    candidate.further_epochs = trained->epochs;
    candidate.recipe =
        fmt::format("channels {}, fine-tuned for {} {} ({} steps){}", join_widths(narrow.widths),
                    trained->epochs, trained->epochs == 1 ? "epoch" : "epochs", trained->steps,
                    options_.teacher == nullptr ? "" : " with a teacher");
    candidate.graph = std::move(trained->graph);
    PURSER_TRY(graph::fold(candidate.graph));
    candidate.widths = narrow.widths;
    candidate.device_time = pace_.elapsed() - began;
    PURSER_TRY(add(std::move(candidate)));
    const std::size_t pruned_at = outcome_.candidates.size() - 1;
    const Candidate source = outcome_.candidates[pruned_at];
    PURSER_TRY(try_integers(source, name + " + int8"));
    return std::any_of(outcome_.candidates.begin() + static_cast<std::ptrdiff_t>(pruned_at),
                       outcome_.candidates.end(), [](const Candidate& c) { return c.promising; });
  }

  // --- the choice ---
  void mark_frontier() {
    for (Candidate& a : outcome_.candidates) {
      a.on_frontier = std::none_of(
          outcome_.candidates.begin(), outcome_.candidates.end(), [&](const Candidate& b) {
            const bool as_good =
                b.speedup() >= a.speedup() && b.held_out.correct >= a.held_out.correct;
            const bool better =
                b.speedup() > a.speedup() || b.held_out.correct > a.held_out.correct;
            return as_good && better;
          });
    }
  }

  Status prove_best() {
    const Choice choice = choose(outcome_.candidates);
    outcome_.chosen = choice.candidate;
    if (choice.candidate != 0) PURSER_TRY(prove());
    outcome_.verdict = verdict_of(choice, outcome_.test, options_.max_drop);
    return {};
  }

  // The only use of the test set.
  Status prove() {
    std::vector<std::int64_t> all(static_cast<std::size_t>(data_.test.size()));
    std::iota(all.begin(), all.end(), 0);
    PURSER_ASSIGN(const auto before, measured_[0]->right_answers(data_.test, all));
    PURSER_ASSIGN(const auto after, measured_[outcome_.chosen]->right_answers(data_.test, all));
    const auto evaluation = [](const std::vector<std::uint8_t>& right) {
      train::Evaluation result;
      result.correct = std::accumulate(right.begin(), right.end(), std::int64_t{0});
      result.total = static_cast<std::int64_t>(right.size());
      return result;
    };
    outcome_.original_test = evaluation(before);
    outcome_.chosen_test = evaluation(after);
    outcome_.test = compare(before, after);
    return {};
  }

  const graph::Graph& graph_;
  const data::Splits& data_;
  const Options& options_;
  Outcome outcome_;
  States states_;
  Pace pace_;
  data::HoldOut held_out_;
  FineTuner fine_tuner_;
  Nanoseconds answer_time_{};  // of the original, an image
  std::vector<std::uint8_t> original_right_;
  std::vector<std::unique_ptr<Measured>> measured_;  // of each candidate
};

}  // namespace

Result<Outcome> optimize(const graph::Graph& graph, const data::Splits& data,
                         const Options& options, Observer& observer, const Clock& clock) {
  PURSER_TRY(check(graph, data.train, options));
  PURSER_ASSIGN(Outcome outcome, Search(graph, data, options, observer, clock).run());
  if (!train::hold_out_of(graph)) {
    outcome.notes.insert(
        outcome.notes.begin(),
        fmt::format("the model does not say which images it has not learned from: those of seed {} "
                    "are taken for them, and its accuracy on them may flatter it",
                    options.seed));
  }
  return outcome;
}

}  // namespace purser::optimize
