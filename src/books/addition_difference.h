// Whether an asset was added just as a line of a register says. Pure: values in, values out.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "books/books.h"
#include "books/purchase.h"

namespace purser::books {

// The first word that differs, called as the options of `asset add` in snake_case: "life".
struct Difference {
  std::string_view word;
  std::string known;  // this and `given` are empty where nothing was said
  std::string given;
};

// An asset and what is known of its purchase.
struct Added {
  const Asset& asset;
  const AtOnce& bought;
  // What readings of its use said before others took their place.
  std::span<const UnitsUsed> replaced = {};
};

// Between how an asset came into the financial book and how it is given: None if word for word the
// same, whatever happened to it since and whichever readings came in besides, or took the place of
// others. Errors: those of a takeover that cannot be.
Result<std::optional<Difference>> difference(const Added& known, const Added& given);
// The same in a memo book, in which `known` stands.
Result<std::optional<Difference>> difference(const Asset& known, const MemoTerms& given);

}  // namespace purser::books
