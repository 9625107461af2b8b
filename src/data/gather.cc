#include <array>

#include "data/data.h"

namespace purser::data {
namespace {

// The quotients themselves: multiplying by 1/255 would round some of them differently.
constexpr std::array<float, 256> kQuotients = [] {
  std::array<float, 256> quotients{};
  for (std::size_t byte = 0; byte < quotients.size(); ++byte) {
    quotients[byte] = static_cast<float>(byte) / 255.0F;
  }
  return quotients;
}();

}  // namespace

void gather_floats(const Dataset& dataset, std::span<const std::int64_t> indices,
                   std::span<float> out) {
  float* next = out.data();
  for (const std::int64_t index : indices) {
    for (const std::uint8_t byte : dataset.sample(index)) *next++ = kQuotients[byte];
  }
}

}  // namespace purser::data
