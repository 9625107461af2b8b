// Any text: the reader ends, never crashes, and gives only whole records.
#include <cstdlib>

#include "base/csv.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  auto reader = purser::CsvReader::from_text(
      "fuzz.csv", std::string(reinterpret_cast<const char*>(data), size));
  if (!reader) return 0;
  for (std::size_t records = 0;; ++records) {
    if (records > size + 1) std::abort();
    const auto more = reader->next();
    if (more && !*more) break;
    for (const std::string& column : reader->columns()) (void)reader->field(column);
  }
  return 0;
}
