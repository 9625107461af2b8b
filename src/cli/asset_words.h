// An asset as words: what the options of `asset add` and the columns of `asset import` say.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "books/books.h"
#include "cli/terms.h"
#include "cli/verb.h"

namespace purser::cli {

// Those of its terms, of its book, and of the asset itself.
std::vector<Option> asset_options();

// In the financial book. Errors start with the word's name.
Result<books::Asset> asset_from(std::string_view name, const Words& words);

// Of the machine itself, and the same in every book: site, watts and contracts.
bool is_of_the_machine(std::string_view word);

// In one more book, for an asset that is known there; words that are no matter of a memo book are
// refused.
Result<books::MemoTerms> memo_from(books::Book book, const Words& words, const books::Asset& known);

}  // namespace purser::cli
