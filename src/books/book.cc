#include "books/book.h"

#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace purser::books {

std::string_view name(Book book) {
  switch (book) {
    case Book::kFinancial:
      return "financial";
    case Book::kTax:
      return "tax";
    case Book::kManagement:
      break;
  }
  return "management";
}

Result<Book> parse_book(std::string_view text) {
  std::vector<std::string> names;
  for (const Book book : kBooks) {
    if (text == name(book)) return book;
    names.emplace_back(name(book));
  }
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' is no book{}; write {}", text, did_you_mean(text, names),
                          fmt::join(names, ", ")));
}

}  // namespace purser::books
