// What a byte of a picture is as input of a model.
#pragma once

#include <array>
#include <cstddef>

namespace purser::data {

// Byte b is the float b / 255: the quotients themselves, for multiplying by 1/255 would round some
// of them differently.
inline constexpr std::array<float, 256> kFloatOfByte = [] {
  std::array<float, 256> quotients{};
  for (std::size_t byte = 0; byte < quotients.size(); ++byte) {
    quotients[byte] = static_cast<float>(byte) / 255.0F;
  }
  return quotients;
}();

}  // namespace purser::data
