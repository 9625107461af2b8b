// Rewrites that compute at rest what a model would compute again for every prediction. They change
// no result of inference beyond the rounding of float32; they are for models that are no longer
// trained.
#pragma once

#include <cstdint>

#include "graph/graph.h"

namespace purser::graph {

struct FoldReport {
  std::int64_t batch_norms = 0;  // merged into the convolution before them
  std::int64_t dropouts = 0;     // removed: they do nothing at inference
  std::int64_t identities = 0;   // removed
  std::int64_t dead = 0;         // nodes and initializers that nobody needed any more
};

// Applies all of them until nothing changes, then infers the shapes. Left alone: a Dropout that is
// told to train or whose mask is read, a BatchNormalization whose convolution has other readers or
// whose parameters are not float32 initializers. On an error the graph is unchanged.
Result<FoldReport> fold(Graph& graph);

}  // namespace purser::graph
