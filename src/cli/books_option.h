// --book NAME, which means the same in every verb of the books.
#pragma once

#include <optional>

#include "base/result.h"
#include "books/book.h"
#include "cli/arguments.h"
#include "cli/verb.h"

namespace purser::cli {

// None if it was not given. Errors start with the flag.
inline Result<std::optional<books::Book>> book_asked_for(const Arguments& arguments) {
  if (!arguments.has("--book")) return std::nullopt;
  auto book = books::parse_book(arguments.text("--book"));
  if (!book) return fail(std::move(book).error().in("--book"));
  return *book;
}

inline Option book_option(std::string_view help, std::string_view default_text = "financial") {
  return {"--book", "NAME", help, default_text};
}

}  // namespace purser::cli
