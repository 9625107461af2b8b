// Parts of machines, as words.
#pragma once

#include <string_view>

#include "base/result.h"
#include "books/books.h"
#include "cli/arguments.h"
#include "cli/context.h"

namespace purser::cli {

// A part of a whole: 0 < part < whole.
struct ShareWords {
  std::int64_t part = 0;
  std::int64_t whole = 0;
};
Result<ShareWords> parse_share(std::string_view text);  // "1/8", "12.5%"

// The part that the options --share, --part and --on name leaves the books, and the rest stays.
Result<int> dispose_part(Context& context, const Arguments& arguments,
                         const books::Disposal& disposal, std::string_view done);

}  // namespace purser::cli
