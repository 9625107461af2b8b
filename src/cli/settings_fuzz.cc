// Any text as purser.toml: never a crash, and what is accepted is written and read as the same.
#include <cstdlib>

#include "base/fuzzing.h"
#include "cli/settings.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace purser;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_round_trip(
      text, [](std::string_view toml) { return cli::parse_settings(toml, "purser.toml"); },
      cli::settings_text);
  return 0;
}
