// The terms of an asset as words: --cost, --salvage, --life … mean the same in every verb, and the
// columns cost, salvage, life … of a CSV file mean the same as those.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "books/terms.h"
#include "cli/arguments.h"
#include "cli/verb.h"
#include "money/money.h"

namespace purser::cli {

// Must --cost, --life and --in-service be given?
enum class Required : std::uint8_t { kNo, kYes };
std::vector<Option> terms_options(Required required);

// Words by their names in snake_case, such as "in_service"; empty if they were not given. They come
// from the options of a command line or the columns of a file.
struct Words {
  std::function<std::string_view(std::string_view name)> of;
  bool flags = false;  // readers call them --in-service, not in_service
  // Of words that readers know by other names, or that were written otherwise: what they call one,
  // and `error`, which is about one, as told to them. Empty: as they stand here.
  std::function<std::string(std::string_view name)> theirs = {};
  std::function<Error(std::string_view name, Error error)> retold = {};

  std::string called(std::string_view name) const;
  // An Error about that word, which leads it.
  Error wrong(std::string_view name, Error error) const;
};
// Borrowed: the arguments must outlive the words.
Words words_of(const Arguments& arguments);

// What `parse` makes of a word, nothing if it was not given, or an Error that starts with its name.
template <class Parse>
auto parse_word(const Words& words, std::string_view name, Parse parse)
    -> Result<std::optional<typename decltype(parse(std::string_view()))::value_type>> {
  const std::string_view text = words.of(name);
  if (text.empty()) return std::nullopt;
  auto value = parse(text);
  if (!value) return fail(words.wrong(name, std::move(value).error()));
  return *std::move(value);
}

// What the words of those options say; salvage is zero if not given, and of MACRS, whose tables
// leave none. Besides the options' own words: section_179 and bonus, of MACRS. Each error starts
// with the word's name.
Result<books::Terms> terms_from(const Words& words);

// What was given of a salvage and is not asked; none otherwise.
std::optional<money::Money> ignored_salvage(const Words& words, const books::Terms& terms);
// "macrs goes by its table and leaves no salvage: USD 1,500.00 is ignored." as a line; empty: none
// was given.
std::string ignored_text(const std::optional<money::Money>& salvage);

// The same for another book of an asset: cost and in-service date are those of `known` unless
// given.
Result<books::Terms> terms_beside(const Words& words, const books::Terms& known);

}  // namespace purser::cli
