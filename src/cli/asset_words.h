// An asset as words: what the options of `asset add` and the columns of `asset import` say.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "books/books.h"
#include "cli/terms.h"
#include "cli/verb.h"
#include "money/exchange.h"

namespace purser::cli {

// Those of its terms, of its book, and of the asset itself.
std::vector<Option> asset_options();

// The columns of a register: the name, and those options in snake_case.
const std::vector<std::string>& import_columns();

// What papers and machines are numbered with by others.
inline constexpr Option kSerial{"--serial", "TEXT", "its maker's serial number"};
inline constexpr Option kDocument{"--document", "TEXT", "the number of its invoice or voucher"};

// In the financial book, what was paid if that was in a foreign currency, and by which document.
struct NewAsset {
  books::Asset asset;
  std::optional<money::Foreign> paid = std::nullopt;
  std::string document = {};
  std::optional<money::Money> ignored_salvage = std::nullopt;  // given, and not asked
};
// Errors start with the word's name.
Result<NewAsset> asset_from(std::string_view name, const Words& words);

// Of the machine itself, and the same in every book: site, watts and contracts.
bool is_of_the_machine(std::string_view word);
// What the books before say of something that is taken over, in each book: "accumulated" and
// others.
bool is_of_a_takeover(std::string_view word);

struct NewMemo {
  books::MemoTerms memo;
  // When the tax years of the book's MACRS begin, if its own are others.
  std::optional<books::FiscalYearStart> other_year = std::nullopt;
  std::optional<money::Money> ignored_salvage = std::nullopt;
};
// In one more book, for an asset that is known there; words that are no matter of a memo book are
// refused. A taxpayer has one tax year, that by which its books are kept (26 USC 441): of MACRS
// that of the book or, of its first, that of the asset, unless the words say another.
Result<NewMemo> memo_from(books::Book book, const Words& words, const books::Asset& known,
                          const books::Additions& additions);

// "of which USD 10,500.00 wear off over 48mo from 2026-02-15 (straight-line, daily)"
Result<std::string> wearing_off(const books::Terms& terms);
// "over 48mo from 2026-02-15"; of what has no life "by use from 2026-02-15".
std::string span_text(const books::Terms& terms);
// What the method leaves at the end.
money::Money salvage_of(const books::Terms& terms);

}  // namespace purser::cli
