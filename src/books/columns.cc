#include "books/columns.h"

namespace purser::books {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

// 16 and more: no digit.
constexpr unsigned value_of(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a') + 10U;
  return 16;
}

}  // namespace

std::string stored_digest(std::string_view hex) {
  std::string bytes;
  if (hex.size() == 2 * kDigestBytes) bytes.reserve(kDigestBytes);
  for (std::size_t i = 0; i + 1 < hex.size() && hex.size() == 2 * kDigestBytes; i += 2) {
    const unsigned byte = value_of(hex[i]) * 16U + value_of(hex[i + 1]);
    if (value_of(hex[i]) > 15 || value_of(hex[i + 1]) > 15) return std::string(hex);
    bytes += static_cast<char>(byte);
  }
  return bytes.empty() ? std::string(hex) : bytes;
}

std::string digest_from(std::string_view bytes) {
  if (bytes.size() != kDigestBytes) return std::string(bytes);
  std::string hex(2 * kDigestBytes, '0');
  for (std::size_t i = 0; i < kDigestBytes; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    hex[2 * i] = kDigits[byte >> 4U];
    hex[2 * i + 1] = kDigits[byte & 0xFU];
  }
  return hex;
}

}  // namespace purser::books
