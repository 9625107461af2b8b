// Any bytes are a record or a refusal that names the file; never a crash.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "report/run_record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto record = purser::report::parse_run_record(text, "train.json");
  if (!record && !record.error().message().starts_with("train.json: ")) std::abort();
  return 0;
}
