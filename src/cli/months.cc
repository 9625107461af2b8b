#include "cli/months.h"

#include <fmt/format.h>

namespace purser::cli {

Result<Months> parse_months(std::string_view text) {
  const std::size_t dots = text.find("..");
  PURSER_ASSIGN(const Month first, parse_month(text.substr(0, dots)));
  if (dots == std::string_view::npos) return Months{first, first};
  PURSER_ASSIGN(const Month last, parse_month(text.substr(dots + 2)));
  if (last < first) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' ends before it begins; write the earlier month first", text));
  }
  return Months{first, last};
}

}  // namespace purser::cli
