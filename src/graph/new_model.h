// Models that Purser makes itself, untrained: something to start from when nobody brought a file.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/graph.h"

namespace purser::graph {

// A small convolutional classifier. For every width: a 3x3 convolution that keeps the size, Relu,
// and a 2x2 maximum that halves it; then one linear layer to the classes.
struct CnnSpec {
  std::vector<std::int64_t> input{1, 28, 28};  // channels, height, width
  std::int64_t classes = 10;
  std::vector<std::int64_t> widths{32, 64};  // channels of each convolution
  std::uint64_t seed = 0;                    // of the initial weights
};

// Input "image" float32 [batch, channels, height, width], output "logits" float32 [batch, classes];
// the batch is dynamic. Weights and biases are uniform in +-1/sqrt(fan_in) (LibTorch's default,
// Kaiming uniform with a = sqrt(5)): the same seed gives the same bytes on every machine.
// Refuses sizes that are not positive, an image that the pools would halve to nothing, and more
// than 2^28 weights.
Result<Graph> new_cnn(const CnnSpec& spec);

}  // namespace purser::graph
