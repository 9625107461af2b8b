// Training of any ONNX graph whose operators are known here, on LibTorch, inside an allowance:
// so much tensor memory, so much device time, until such a moment. No money here.
//
//   check_supported(graph)                      can this graph be trained? (needs no LibTorch)
//   plan(graph, dataset, options, clock)        measures real steps, promises a price
//   train(graph, dataset, plan, options, …)     keeps the promise, or stops before it breaks
//   evaluate(graph, dataset, indices, limits)   accuracy with its 95% interval
//   answers(graph, dataset, indices, limits)    what a teacher says, for distillation
//
// The graph takes one float input [batch, …] and gives one output [batch, classes]: logits, or what
// a final Softmax makes of them (the loss is then computed from what goes into it).
//
// Same seed, same bytes: with the same plan (micro-batch, accumulation, threads), library and kind
// of processor, a run that was interrupted anywhere and resumed gives bit for bit the weights of
// the run that was not. `plan` keeps the plan of the saved run wherever it can, and says where not.
//
// Threads: plan, train and evaluate own the process's tensor allocator while they run. Call one of
// them at a time; they use `threads` threads for arithmetic and one that reads ahead.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"
#include "data/data.h"
#include "graph/graph.h"
#include "meter/meter.h"

namespace purser::train {

// --- what can be trained -------------------------------------------------------------------------

// Refuses (kUnsupported) a graph that `train` could not execute, naming the first node and operator
// in the way; or (kInvalidInput) one without a trainable parameter or with other inputs and outputs
// than said above. Pure; needs no LibTorch.
Status check_supported(const graph::Graph& graph);
// The ONNX operators that can be trained through, in alphabetical order.
std::vector<std::string> supported_operators();

// The shape of one sample as the graph's only input takes it: the data set's own where the graph
// leaves it open. The same shape, or flattened to one dimension, or with dimensions of 1 more or
// fewer; kInvalidInput for any other, also of as many numbers: it would be learned from scrambled
// images. Pure; needs no LibTorch.
Result<std::vector<std::int64_t>> sample_shape(const graph::Graph& graph,
                                               const data::Dataset& dataset);

// --- what to do ----------------------------------------------------------------------------------

// How the learning rate falls after the warm-up, to zero at the last step.
enum class Schedule : std::uint8_t { kConstant, kLinear, kCosine };
std::string_view name(Schedule schedule);

// Distillation: a sample is learned from what another model answers to it, besides its label. With
// share a, temperature T, the teacher's logits t and the model's own s, a sample's loss is
//   (1 - a) cross_entropy(label, s) + a T^2 KL(softmax(t / T) || softmax(s / T))
// (Hinton, Vinyals, Dean 2015: T^2 keeps the gradient's size where T changes.)
struct Teacher {
  // [dataset.size(), dataset.classes], row by row; must outlive the run. Rows of held-out samples
  // are not read.
  std::span<const float> logits;
  double temperature = 2;  // above 0
  double share = 0.5;      // [0, 1]
};

inline constexpr std::int64_t kEpochsMax = 1'000'000;

struct Options {
  std::int64_t batch = 128;  // samples behind one step of the optimizer, however it is cut up
  // At most so many of them are learned at once, [1, batch]; the pieces are made equal. Nothing:
  // what `plan` measures as the fastest, which may differ from one call to the next.
  std::optional<std::int64_t> micro_batch;
  std::int64_t epochs = 4;      // [1, kEpochsMax], at most; the schedule is sized to them
  double learning_rate = 4e-3;  // of AdamW, at its peak
  Schedule schedule = Schedule::kLinear;
  double warmup_fraction = 0.05;   // of all steps
  double weight_decay = 1e-2;      // of weights; biases, scales and shifts have none
  double label_smoothing = 0.0;    // [0, 1)
  std::optional<Teacher> teacher;  // none: the labels alone
  std::uint64_t seed = 1;          // of the order of samples and dropout
  // The part of the data set that decides when to stop is drawn by `seed`, and is this share of it,
  // (0, 1); a model that was trained before has its own (hold_out_of).
  double held_out_fraction = 0.1;
  std::optional<double> target_accuracy;  // on the held-out part, as Evaluation::passes counts it
  // Times an epoch the held-out part is looked at.
  std::int64_t looks_per_epoch = 2;
  // tensor_memory is a cap (without one a step is planned within half of what the machine has
  // free); device_time and deadline end the run.
  meter::Allowance allowance;
  // Samples that the caller will evaluate after `train`, within the same allowance (a test set).
  std::int64_t evaluated_after = 0;
  // 0: as many as the saved run began with, or as the process may use cores.
  int threads = 0;

  // Where the state is saved (atomically, synced): before the first step, every
  // `checkpoint_interval` of device time, when stopped, and at the end. Replaces what is there.
  // Empty: nowhere.
  std::filesystem::path checkpoint;
  Nanoseconds checkpoint_interval = std::chrono::seconds(10);
  // Goes on from `checkpoint`. Refuses one that is not there (kNotFound), and one that is damaged
  // or of another graph, data set or options (kInvalidInput).
  bool resume = false;
};

// How one step of the optimizer is executed: `accumulate` micro-batches of `micro_batch` samples or
// one less, whose summed gradients are divided by the number of samples: the same gradient, to
// rounding, as in one piece. (Not so for the statistics of BatchNormalization and the masks of
// Dropout, which belong to a micro-batch.)
struct StepPlan {
  std::int64_t micro_batch = 0;
  std::int64_t accumulate = 0;
  int threads = 0;
  auto operator<=>(const StepPlan&) const = default;
};

// --- what it will take ---------------------------------------------------------------------------

// A step that was really taken, with everything in it.
struct Measurement {
  StepPlan step;
  double samples_per_second = 0;  // the median step's
  Bytes peak_tensor_memory;       // live, within the step
};

struct Forecast {
  double samples_per_second = 0;
  std::int64_t steps = 0;         // of the optimizer, still to take
  Nanoseconds step_time{};        // the median of those measured
  Nanoseconds step_time_upper{};  // the slowest of them
  Nanoseconds device_time{};  // expected: steps, looks at the held-out part, the last evaluation
  Nanoseconds device_time_upper{};  // if every step took as long as the slowest measured
  Bytes peak_tensor_memory;         // of the step planned, measured
  Bytes smallest_tensor_memory;     // with which this model could be trained at all
  Nanoseconds look_time{};          // at the held-out part
  Nanoseconds fixed_time{};         // spent once: on what the caller evaluates afterwards
  // Of the stream of samples that a run from its start takes.
  std::int64_t training_samples = 0;
  std::int64_t batch = 0;
  std::int64_t looks_per_epoch = 0;
  // `device_time_upper` of a run of so many epochs, from its start.
  Nanoseconds device_time_upper_of(std::int64_t epochs) const;
  // The most epochs whose device_time_upper_of is not above the limit; 0 if not even one.
  std::int64_t epochs_within(Nanoseconds limit) const;
  double evaluation_samples_per_second = 0;
};

struct Plan {
  StepPlan step;
  Forecast forecast;
  std::int64_t steps_done = 0;  // of the saved run that is gone on with
  // The saved run's cut, where the memory or the threads given now do not allow it: the weights
  // will differ from those of the run never stopped, by the rounding of sums in another order (and
  // by the statistics of BatchNormalization and the masks of Dropout, which are a micro-batch's).
  std::optional<StepPlan> recut_from;
  std::vector<Measurement> measurements;  // every candidate that was tried, in that order
  Bytes peak_tensor_memory;               // that measuring itself held at once
  Nanoseconds device_time{};              // that measuring took: work, and the run's
};

// May a long computation go on? Asked at its safe points, on the thread that called it. Empty:
// always.
using StopRequested = std::function<bool()>;

// Takes a few real steps (forward, backward, optimizer with its state) at several micro-batch
// sizes, fits peak(b) = M0 + m1 b, and picks the fastest cut of the batch whose measured peak stays
// within allowance.tensor_memory; of a run that is resumed, its own if that stays within it. The
// graph and data are left as they were. kInvalidInput: the memory allowed is less than one sample
// needs (the sentence says the least that works) or than the micro-batch asked for needs, or the
// weights are no numbers. kCancelled: a stop was requested, asked between two micro-batches. And
// what resume refuses.
Result<Plan> plan(const graph::Graph& graph, const data::Dataset& dataset, const Options& options,
                  const Clock& clock, const StopRequested& stop_requested = {});

// The epochs that the run whose state is saved there was begun with. kInvalidInput: no state, or a
// damaged one.
Result<std::int64_t> saved_epochs(const std::filesystem::path& checkpoint);

// --- doing it ------------------------------------------------------------------------------------

// An accuracy is a share of a finite sample: the interval is Wilson's (1927), at 95%.
struct Evaluation {
  std::int64_t correct = 0;
  std::int64_t total = 0;
  double loss = 0;  // mean cross entropy, nats
  double accuracy() const;
  double lower() const;
  double upper() const;
  double standard_error() const;
  // Is a target passed? By one standard error: of several looks at a finite sample the first lucky
  // one would otherwise count. This is what ends a run, and what tells whether it reached it.
  bool passes(double target_accuracy) const;
};

// The end of one step of the optimizer.
struct StepReport {
  std::int64_t step = 0;          // 1 … steps
  std::int64_t steps = 0;         // planned
  double epoch = 0;               // passed, with fraction
  std::int64_t samples = 0;       // since the start of the run, resumed parts included
  double loss = 0;                // mean of this step's samples
  double samples_per_second = 0;  // smoothed
  Nanoseconds device_time{};      // of this call so far
  Nanoseconds remaining{};        // expected, if no target ends it sooner
  Bytes peak_tensor_memory;       // so far
};

// A point of the curve: a look at the held-out part.
struct CurvePoint {
  std::int64_t step = 0;
  double epoch = 0;
  double training_loss = 0;  // mean since the last look
  double learning_rate = 0;
  Evaluation held_out;
  Nanoseconds device_time{};  // of the whole run, resumed parts included
};

enum class Next : std::uint8_t { kGoOn, kStop };

// Told what happens, on the thread that called train; may end it at a safe point. The time spent in
// here is the run's.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual Next on_step(const StepReport&) { return Next::kGoOn; }
  virtual Next on_look(const CurvePoint&) { return Next::kGoOn; }
};

enum class StopReason : std::uint8_t { kTarget, kEpochs, kAllowance, kStopped };
std::string_view name(StopReason reason);  // "target", "epochs", "allowance", "stopped"

struct Outcome {
  graph::Graph graph;  // the same graph with the trained weights and statistics
  std::vector<CurvePoint> curve;
  Evaluation held_out;  // of `graph`
  StopReason reason = StopReason::kEpochs;
  StepPlan step;                       // as executed
  std::int64_t steps = 0;              // taken, resumed parts included
  std::int64_t samples = 0;            // learned from in this call
  std::int64_t samples_evaluated = 0;  // in this call
  bool resumed = false;
  Nanoseconds device_time{};        // of this call, evaluations included
  Nanoseconds total_device_time{};  // of the run, resumed parts included
  double samples_per_second = 0;    // of steps, of this call
  Bytes peak_tensor_memory;         // live at once, measured
  Bytes peak_process_memory;        // the process's largest resident set so far
  Bytes besides_tensors;            // its resident set at the end, less what tensors held of it
};

// Trains until the target is reached, the epochs are over, the allowance would be exceeded by the
// next step and the last evaluation, or the observer says stop. The device time counted is that of
// `clock` from call to return. kRefused: the loss became no number; no resuming mends that.
Result<Outcome> train(const graph::Graph& graph, const data::Dataset& dataset, const Plan& plan,
                      const Options& options, Observer& observer, const Clock& clock);

// Which part of its training data a model has never learned from: data::hold_out by this seed and
// share. `train` writes it into the model's metadata, and keeps to what stands there: what was
// never learned from stays so when a model is trained again.
struct HeldOutBy {
  std::uint64_t seed = 0;
  double fraction = 0;
};
// Nothing: the model does not say, or nothing that makes sense.
std::optional<HeldOutBy> hold_out_of(const graph::Graph& graph);

struct Limits {
  int threads = 0;                     // 0: as many as the process may use cores
  std::optional<Bytes> tensor_memory;  // a cap
  std::int64_t micro_batch = 128;
};

// Accuracy and loss of the graph on the samples named.
Result<Evaluation> evaluate(const graph::Graph& graph, const data::Dataset& dataset,
                            std::span<const std::int64_t> indices, const Limits& limits);

// What the graph answers to the samples named: logits, [indices.size(), dataset.classes], row by
// row.
Result<std::vector<float>> answers(const graph::Graph& graph, const data::Dataset& dataset,
                                   std::span<const std::int64_t> indices, const Limits& limits);

}  // namespace purser::train
