// Any text as a file of units used: what is accepted is in order and without overlap, and is
// written and read as the same.
#include <cstdlib>

#include <fmt/format.h>

#include "base/fuzzing.h"
#include "cli/units_used.h"

namespace {

using Used = std::vector<purser::books::UnitsUsed>;

purser::Result<Used> parse_used(std::string_view text) {
  PURSER_ASSIGN(auto csv, purser::CsvReader::from_text("units.csv", std::string(text)));
  return purser::cli::read_units_used(std::move(csv));
}

std::string print_used(const Used& all) {
  std::string text = "start,end,units\n";
  for (const auto& used : all) {
    if (used.period.end <= used.period.start || used.millionths < 0) std::abort();
    if (&used != all.data() && used.period.start < (&used - 1)->period.end) std::abort();
    text +=
        fmt::format("{},{},{}\n", purser::format(used.period.start),
                    purser::format(used.period.end), purser::books::format_units(used.millionths));
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  purser::check_round_trip(text, parse_used, print_used);
  return 0;
}
