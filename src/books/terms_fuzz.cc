// Any text: parsing terms never crashes, and what it accepts prints and parses to the same.
#include <cstdlib>

#include "books/schedule.h"
#include "books/terms.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  namespace books = purser::books;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto life = books::parse_life(text)) {
    if (*books::parse_life(format(*life)) != *life) std::abort();
  }
  if (const auto convention = books::parse_convention(text)) {
    if (*books::parse_convention(name(*convention)) != *convention) std::abort();
  }
  if (const auto method = books::parse_method(text)) {
    if (*books::parse_method(name(*method)) != *method) std::abort();
  }
  if (const auto length = books::parse_period_length(text)) {
    if (*books::parse_period_length(name(*length)) != *length) std::abort();
  }
  if (const auto start = books::parse_fiscal_year_start(text)) {
    if (start->day > std::chrono::day{28}) std::abort();
  }
  return 0;
}
