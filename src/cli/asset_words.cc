#include "cli/asset_words.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cli/books_option.h"
#include "cli/contract.h"

namespace purser::cli {

using books::Asset;

namespace {
constexpr std::array<std::string_view, 7> kOfTheMachine{
    "class", "site", "idle_watts", "load_watts", "maintenance", "space", "taken_over"};

// "prospective" or "catch-up"
Result<bool> parse_policy(std::string_view text) {
  if (text == "prospective") return false;
  if (text == "catch-up") return true;
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' is no policy; write prospective or catch-up", text));
}

// None unless it was taken over on `on`.
Result<std::optional<books::Takeover>> takeover_from(const Words& words, std::optional<Date> on) {
  PURSER_ASSIGN(const auto accumulated, parse_word(words, "accumulated", [](std::string_view text) {
                  return money::parse_money(text);
                }));
  PURSER_ASSIGN(const auto catches_up, parse_word(words, "policy", parse_policy));
  if (on && accumulated) {
    return books::Takeover{*on, *accumulated, catches_up.value_or(false)};
  }
  if (!on && !accumulated && !catches_up) return std::nullopt;
  return fail(ErrorCode::kInvalidInput,
              on ? fmt::format("{} is missing: what was charged before that day",
                               words.called("accumulated"))
                 : fmt::format("{} is missing: the day from which these books charge it",
                               words.called("taken_over")));
}
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
       {"--space", "AMOUNT/mo", "rent of its place a month: 'USD 40/mo'"},
       {"--taken-over", "DATE",
        "out of other books, in the middle of its life: charged here from "
        "then on"},
       {"--accumulated", "AMOUNT", "what was charged before that day"},
       {"--policy", "POLICY",
        "of what that differs from its terms: prospective (the rest of its "
        "life bears it) or catch-up (an expense of that day)",
        "prospective"}});
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
  PURSER_ASSIGN(const auto taken_over, parse_word(words, "taken_over", parse_date));
  PURSER_ASSIGN(const auto takeover, takeover_from(words, taken_over));
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
               std::string(asset_class.empty() ? books::kDefaultClass : asset_class),
               takeover};
}

Result<books::MemoTerms> memo_from(books::Book book, const Words& words, const Asset& known) {
  for (const std::string_view name : kOfTheMachine) {
    if (words.of(name).empty()) continue;
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} is no matter of the {} book; leave it out", words.called(name),
                            books::name(book)));
  }
  PURSER_ASSIGN(books::Terms terms, terms_beside(words, known.terms));
  books::MemoTerms memo{book, std::move(terms)};
  if (words.of("accumulated").empty()) return memo;  // by its terms
  if (!known.takeover) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{}: '{}' was bought, not taken over; leave it out",
                            words.called("accumulated"), known.name));
  }
  PURSER_ASSIGN(const auto takeover, takeover_from(words, known.takeover->on));
  memo.takeover = takeover;
  return memo;
}

}  // namespace purser::cli
