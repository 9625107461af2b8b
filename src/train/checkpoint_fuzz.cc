#include <cstddef>
#include <cstdint>
#include <string>

#include "base/files.h"
#include "train/checkpoint.h"

// The checksum keeps random bytes out; half of the inputs get a right one, so that the parser
// behind it is reached.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  (void)purser::train::parse_checkpoint(bytes);
  bytes += purser::sha256_hex(bytes);
  (void)purser::train::parse_checkpoint(bytes);
  return 0;
}
