// Several books of one thing: what investors, the tax office and the house itself are told.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace purser::books {

// The financial book is the ledger: it holds every kind of entry, and prices come out of it. Tax
// and management are memo books: they hold what an asset loses by other terms, and are never summed
// with it.
enum class Book : std::uint8_t { kFinancial, kTax, kManagement };
inline constexpr std::array kBooks{Book::kFinancial, Book::kTax, Book::kManagement};

Result<Book> parse_book(std::string_view text);  // "financial", "tax", "management"
std::string_view name(Book book);

}  // namespace purser::books
