// A graph made ready to run: every value has a slot, every node an operator with its attributes
// read, every slot is emptied after its last reader, so that what no gradient needs is freed.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <ATen/core/TensorBody.h>

#include "base/result.h"
#include "graph/graph.h"
#include "train/operators.h"

namespace purser::train {

class Program {
 public:
  static Result<Program> compile(const graph::Graph& graph);

  // Slots of values that exist before a run: parameters and constants.
  std::optional<std::size_t> slot(const std::string& value) const;
  void set(std::size_t slot, at::Tensor tensor) { values_[slot] = std::move(tensor); }
  const at::Tensor& get(std::size_t slot) const { return values_[slot]; }

  // The logits for a batch: what goes into a final Softmax, or the output. `failing` names the node
  // in work while this runs, for the message when ATen throws.
  at::Tensor run(const at::Tensor& input, Mode mode, std::string& failing);

  bool has_batch_statistics() const { return has_batch_statistics_; }

 private:
  struct Step {
    std::string node;  // for messages
    Operator compute;
    std::vector<std::size_t> inputs;  // kAbsent where left out
    std::size_t output;
    std::vector<std::size_t> last_used_here;
  };
  static constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

  std::size_t slot_of(const std::string& value);
  Status add_constants(const graph::Graph& graph);
  Status add_steps(const graph::Graph& graph);
  void find_last_uses();

  std::vector<Step> steps_;
  std::vector<at::Tensor> values_;
  std::map<std::string, std::size_t> slots_;
  std::size_t constants_ = 0;  // slots below this one are never emptied
  std::size_t input_ = 0;
  std::size_t logits_ = 0;
  bool has_batch_statistics_ = false;
};

}  // namespace purser::train
