#include "web/page.h"

#include <cstddef>

namespace purser::web {
namespace {

#ifdef PURSER_PAGE_FILE
// The bundled page, as the assembler finds it: a literal of this size is slow to compile.
__asm__(
    ".pushsection .rodata\n"
    "purser_page_start:\n"
    ".incbin \"" PURSER_PAGE_FILE
    "\"\n"
    "purser_page_end:\n"
    ".byte 0\n"
    ".popsection\n");
extern "C" {
extern const char purser_page_start[] __attribute__((visibility("hidden")));
extern const char purser_page_end[] __attribute__((visibility("hidden")));
}
std::string_view empty_page() {
  return {purser_page_start, static_cast<std::size_t>(purser_page_end - purser_page_start)};
}
#else
std::string_view empty_page() { return {}; }
#endif

constexpr std::string_view kPlaceOfReport = "/*REPORT*/";

}  // namespace

Result<std::string> page(std::string_view json) {
  const std::string_view whole = empty_page();
  const std::size_t place = whole.find(kPlaceOfReport);
  if (place == std::string_view::npos) {
    return fail(ErrorCode::kUnsupported,
                "this purser was built without the page of reports: build it with Node and "
                "-DPURSER_WEB=ON, or take the figures from `purser report --json`");
  }
  std::string out(whole.substr(0, place));
  out += for_script_element(json);
  out += whole.substr(place + kPlaceOfReport.size());
  return out;
}

bool is_page(std::string_view begin) {
  return begin.find("<title>Purser report</title>") != std::string_view::npos;
}

std::string for_script_element(std::string_view json) {
  constexpr std::string_view kLineSeparator = "\xE2\x80\xA8";
  constexpr std::string_view kParagraphSeparator = "\xE2\x80\xA9";
  std::string out;
  out.reserve(json.size() + json.size() / 16);
  while (!json.empty()) {
    if (json.front() == '<') {
      out += "\\u003c";
      json.remove_prefix(1);
    } else if (json.starts_with(kLineSeparator)) {
      out += "\\u2028";
      json.remove_prefix(kLineSeparator.size());
    } else if (json.starts_with(kParagraphSeparator)) {
      out += "\\u2029";
      json.remove_prefix(kParagraphSeparator.size());
    } else {
      out += json.front();
      json.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace purser::web
