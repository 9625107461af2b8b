#include "data/data.h"
#include "data/float_of_byte.h"

namespace purser::data {

void gather_floats(const Dataset& dataset, std::span<const std::int64_t> indices,
                   std::span<float> out) {
  float* next = out.data();
  for (const std::int64_t index : indices) {
    for (const std::uint8_t byte : dataset.sample(index)) *next++ = kFloatOfByte[byte];
  }
}

}  // namespace purser::data
