// Making a trained model cheaper to run without making it worse, and proving both on this machine.
// No money here: an allowance of device time comes in, and what was used goes out.
//
//   PURSER_ASSIGN(const Outcome outcome, optimize(graph, data, options, observer, clock));
//   outcome.best()                 the candidate to keep, or the original if nothing was worth it
//
// The search makes candidates (what is constant computed once, 8-bit integers, fewer channels with
// a short fine-tuning, both), times each on ONNX Runtime by turns with the original, one thread,
// and looks at held-out images of the training data. The test set is used once: to prove the one
// that was chosen.
//
// Deterministic with a seed, but for what depends on measured time: which integer type and which
// widths are fastest here, and how much fine-tuning fits the allowance.
//
// Threads: like train, it owns the process's tensor allocator while it runs; one call at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"
#include "data/data.h"
#include "graph/graph.h"
#include "meter/meter.h"
#include "optimize/compare.h"
#include "optimize/measure.h"
#include "train/train.h"

namespace purser::optimize {

struct Options {
  // Absolute points of accuracy, as a fraction, that may be lost: the upper end of the one-sided
  // 95% interval of the drop must not exceed it. In [0, 1).
  double max_drop = 0.005;
  // device_time and deadline end the search with what was found so far; tensor_memory caps the
  // fine-tuning.
  meter::Allowance allowance;
  std::uint64_t seed = 1;  // of calibration images and fine-tuning
  // Of a model that does not say which images its training held out (train::hold_out_of), they are
  // drawn by `seed`, and are this share: what it has learned from must not judge it.
  double held_out_fraction = 0.1;
  std::int64_t calibration_samples = 500;
  std::int64_t fine_tune_epochs = 4;      // of a pruned model, at most
  double fine_tune_learning_rate = 3e-3;  // at its peak; falls to zero
  // A model whose answers a pruned one learns from besides the labels (train::Teacher), of the same
  // input and classes; none: the labels alone. Must outlive the call.
  const graph::Graph* teacher = nullptr;
  double teacher_share = 0.5;
  double teacher_temperature = 2;
  int fine_tunes = 2;        // pruned models that are trained at most; 0: no pruning
  double least_speedup = 2;  // pruning aims at this; it goes further if accuracy allows
  int threads = 0;           // of the fine-tuning; 0: as many as cores may be used
  // What a narrower graph takes relative to the original, which decides the widths. Empty: it is
  // measured on this machine.
  std::function<Result<double>(const graph::Graph&)> time_of_widths = nullptr;
  // An existing folder where the state of a fine-tuning is saved, so that the same search, stopped
  // or killed, goes on with it; removed when the search ends by itself. Empty: nowhere.
  std::filesystem::path states;
};

// Less than this is not worth a new model, nor, of a narrower one, its training.
inline constexpr double kLeastGain = 1.05;

// One model that might take the original's place; the original is the first.
struct Candidate {
  std::string name;    // "original", "folded", "int8", "pruned 16-32", "pruned 16-32 + int8"
  std::string recipe;  // how it was made, in words
  graph::Graph graph;
  train::Evaluation held_out;   // accuracy with its interval; `loss` is not measured
  Comparison against_original;  // over the same held-out images
  Timing single;                // batch 1
  Timing batched;               // batch 32
  std::int64_t file_bytes = 0;
  std::vector<std::int64_t> widths;  // channels of each group that can be pruned
  // Epochs that it was fine-tuned, which the original was not: a part of its accuracy may be
  // theirs.
  std::int64_t further_epochs = 0;
  std::string integer_kernels;  // "QGemm x1, QLinearConv x2", as the profile says; or empty
  Nanoseconds device_time{};    // that making it took
  bool on_frontier = false;     // no other is both faster and more accurate
  // Upper end of the drop's one-sided 95% interval over as many images as the test set has, if the
  // shares of the held-out images hold there.
  double expected_drop_upper = 0;
  // Can it be expected to stay within max_drop on the test set, judged by the held-out images?
  bool promising = false;

  // The smaller of the speed-ups at the two batch sizes.
  double speedup() const;
  // By kLeastGain or more at both batch sizes in the median round, and faster in three of four.
  bool measurably_faster() const;
};

enum class Verdict : std::uint8_t {
  kKeep,       // measurably faster, and no worse than allowed with 95% confidence
  kNotFaster,  // nothing was measurably faster
  kNotProven,  // faster, but the drop may exceed max_drop
  kUndecided,  // told to stop before anything was chosen
};
std::string_view name(Verdict verdict);  // "keep", "not faster", "not proven", "undecided"

struct Outcome {
  std::vector<Candidate> candidates;  // the original first, in the order they were made
  std::size_t chosen = 0;             // index; 0 if none was chosen
  Verdict verdict = Verdict::kNotFaster;
  // On the test set, used once; `total` is 0 if nothing was chosen.
  train::Evaluation original_test;
  train::Evaluation chosen_test;
  Comparison test;
  std::vector<std::string> notes;  // what was not tried, and why
  Nanoseconds device_time{};       // of the whole search
  std::int64_t samples_trained = 0;
  Bytes peak_tensor_memory;
  // Of this search's fine-tunings, spent by earlier ones that were stopped.
  Nanoseconds earlier_device_time{};
  bool stopped = false;       // by the observer or the allowance, before everything was tried
  bool told_to_stop = false;  // by the observer: nothing was chosen

  const Candidate& best() const { return candidates[verdict == Verdict::kKeep ? chosen : 0]; }
};

// Told what happens, on the calling thread. kStop ends the search at the next safe point: with the
// candidates made so far, none of them chosen, the test set unused.
struct ProgressReport {
  std::string_view phase;  // "calibrate", "measure widths", "fine-tune pruned 16-32", …
  double done = 0;         // of this phase, 0 to 1
  Nanoseconds device_time{};
  std::int64_t samples = 0;  // trained on so far
};
class Observer {
 public:
  virtual ~Observer() = default;
  virtual train::Next on_progress(const ProgressReport&) { return train::Next::kGoOn; }
};

// The parts of the training data that a search learns from and is judged by.
data::HoldOut hold_out(const graph::Graph& graph, const data::Dataset& dataset,
                       const Options& options);

// Refuses what `optimize` could not: a graph without one float32 image input and one output of
// classes that fits the data (kInvalidInput), or an option out of range. Quick; needs no engine.
Status check(const graph::Graph& graph, const data::Dataset& dataset, const Options& options);

Result<Outcome> optimize(const graph::Graph& graph, const data::Splits& data,
                         const Options& options, Observer& observer, const Clock& clock);

}  // namespace purser::optimize
