// How long a prediction takes on this machine: models run by turns in short windows, so that what
// disturbs one disturbs all, and each window is compared with the original's of the same round.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "data/data.h"
#include "graph/graph.h"
#include "runtime/runtime.h"

namespace purser::optimize {

// Median and quartiles of a sample.
struct Spread {
  double median = 0;
  double lower = 0;  // first quartile
  double upper = 0;  // third quartile
};
Spread spread_of(std::vector<double> sample);  // of at least one number

struct Timing {
  std::int64_t batch = 0;
  Spread seconds_per_prediction;  // device-seconds: one thread of it, held for the whole call
  Spread speedup;                 // the original's time / this one's, round by round
  double best_seconds = 0;        // of the least disturbed window, per prediction
  int rounds = 0;                 // that were measured
};

struct MeasureOptions {
  std::int64_t batch = 1;
  int rounds = 31;
  Nanoseconds window = std::chrono::milliseconds(2);  // at least one call
  std::uint64_t seed = 1;                             // of the images
  // Asked after each round from the ninth on: false ends the measuring. Empty: all rounds.
  std::function<bool()> go_on = nullptr;
};

// A model that is ready to run on images of `dataset`, with one thread.
class Measured {
 public:
  static Result<Measured> open(const graph::Graph& graph, std::string name);

  // Is the answer for each of the samples right? The class of the largest output.
  Result<std::vector<std::uint8_t>> right_answers(const data::Dataset& dataset,
                                                  std::span<const std::int64_t> indices) const;
  const runtime::Session& session() const { return session_; }
  // Size of the model as a file.
  std::int64_t file_bytes() const { return file_bytes_; }

 private:
  Measured(runtime::Session session, std::int64_t file_bytes)
      : session_(std::move(session)), file_bytes_(file_bytes) {}
  runtime::Session session_;
  std::int64_t file_bytes_;
};

// The timing of each model; the first is the original that the others are compared with. The answer
// of every model is computed once before any is timed.
Result<std::vector<Timing>> measure(std::span<const Measured* const> models,
                                    const data::Dataset& dataset, const MeasureOptions& options);

// The larger batch that models are measured at; the smaller is 1.
inline constexpr std::int64_t kBatched = 32;

// What the graph takes relative to `reference`: of both batch sizes the larger share, since a
// candidate is as fast as where it is slowest. A quick look at the least disturbed windows, for
// ranking; what is reported comes from measure().
Result<double> relative_time(const graph::Graph& graph, const Measured& reference,
                             const data::Dataset& dataset);

// Kernels that ran in one prediction: name -> calls. For checking that what should compute in
// integers does.
Result<std::map<std::string, std::int64_t>> kernels_of(const graph::Graph& graph,
                                                       const data::Dataset& dataset);

}  // namespace purser::optimize
