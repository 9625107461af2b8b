// Any bytes on a connection, cut anywhere: reading never crashes, never wants more memory than its
// limits, and gives the same requests however the stream is cut.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "serve/http_reader.h"

namespace {

using purser::serve::HttpReader;

// What a whole reading of the stream saw.
std::vector<std::string> requests_of(std::string_view stream, std::size_t step) {
  const purser::serve::HttpLimits limits{
      .head_bytes_max = 512, .headers_max = 8, .body_bytes_max = 256};
  HttpReader reader(limits);
  std::vector<std::string> seen;
  while (!stream.empty()) {
    const auto space = reader.space();
    const std::size_t bytes = std::min({step, stream.size(), space.size()});
    if (bytes == 0 || reader.capacity_bytes() > 64 * 1024) std::abort();
    std::memcpy(space.data(), stream.data(), bytes);
    reader.received(bytes);
    stream.remove_prefix(bytes);
    HttpReader::State state = reader.next();
    while (state == HttpReader::State::kRequest) {
      const auto& request = reader.request();
      seen.push_back(std::string(request.method) + ' ' + std::string(request.path) + '?' +
                     std::string(request.query) + ' ' + std::string(request.body));
      reader.consume();
      state = reader.next();
    }
    if (state == HttpReader::State::kBad) {
      // Which limit is met first may depend on the cut; that something is refused may not.
      seen.emplace_back("refused");
      break;
    }
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t step = 1 + data[0] % 64;
  if (requests_of(stream, step) != requests_of(stream, SIZE_MAX)) std::abort();
  return 0;
}
