#include "cli/asset_words.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cli/books_option.h"
#include "cli/contract.h"

namespace purser::cli {

using books::Asset;

namespace {
constexpr std::array<std::string_view, 6> kOfTheMachine{"class",      "site",        "idle_watts",
                                                        "load_watts", "maintenance", "space"};
}  // namespace

bool is_of_the_machine(std::string_view word) {
  return std::find(kOfTheMachine.begin(), kOfTheMachine.end(), word) != kOfTheMachine.end();
}

std::vector<Option> asset_options() {
  std::vector<Option> options = terms_options(Required::kNo);
  options.insert(
      options.end(),
      {book_option("in which: financial, or tax or management for an asset that is known; cost and "
                   "in-service date are then its own"),
       {"--section-179", "AMOUNT", "of macrs in the tax book: expensed at once"},
       {"--bonus", "PERCENT", "of macrs in the tax book: deducted of what section 179 leaves"},
       {"--class", "CLASS", "what the register sums it up with: gpu-servers, racks, …",
        books::kDefaultClass},
       {"--site", "SITE", "where it stands; a site's tariff and PUE price its power"},
       {"--idle-watts", "W", "what it draws doing nothing, where no meter says so"},
       {"--load-watts", "W", "what it draws under load, where no meter says so"},
       {"--maintenance", "AMOUNT/y", "contracts and spares of a year: 'USD 600/y'"},
       {"--space", "AMOUNT/mo", "rent of its place a month: 'USD 40/mo'"}});
  return options;
}

Result<Asset> asset_from(std::string_view name, const Words& words) {
  PURSER_ASSIGN(const books::Terms terms, terms_from(words));
  PURSER_ASSIGN(const auto idle, parse_word(words, "idle_watts", parse_watts));
  PURSER_ASSIGN(const auto load, parse_word(words, "load_watts", parse_watts));
  PURSER_ASSIGN(const auto maintenance, parse_word(words, "maintenance", [](std::string_view text) {
                  return parse_money_per(text, {"y", "year"});
                }));
  PURSER_ASSIGN(const auto space, parse_word(words, "space", [](std::string_view text) {
                  return parse_money_per(text, {"mo", "month"});
                }));
  if (idle.has_value() != load.has_value()) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} and {} belong together; give both or neither",
                            words.called("idle_watts"), words.called("load_watts")));
  }
  const std::string_view asset_class = words.of("class");
  return Asset{std::string(name),
               std::string(words.of("site")),
               terms,
               idle.value_or(Watts{}),
               load.value_or(Watts{}),
               maintenance,
               space,
               {},
               {},
               std::string(asset_class.empty() ? books::kDefaultClass : asset_class)};
}

Result<books::MemoTerms> memo_from(books::Book book, const Words& words, const Asset& known) {
  for (const std::string_view name : kOfTheMachine) {
    if (words.of(name).empty()) continue;
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} is no matter of the {} book; leave it out", words.called(name),
                            books::name(book)));
  }
  PURSER_ASSIGN(books::Terms terms, terms_beside(words, known.terms));
  return books::MemoTerms{book, std::move(terms)};
}

}  // namespace purser::cli
