#include "cli/asset_words.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "books/additions.h"
#include "cli/books_option.h"
#include "cli/contract.h"
#include "cli/foreign.h"

namespace purser::cli {

using books::Asset;
using money::Money;

namespace {
constexpr std::array<std::string_view, 10> kOfTheMachine{
    "class", "site",       "idle_watts", "load_watts", "maintenance",
    "space", "taken_over", "rate",       "serial",     "document"};

// What the books before say of something that is taken over on a day, in each book.
constexpr std::array<std::string_view, 7> kOfATakeover{
    "accumulated", "policy", "impaired", "unimpaired", "surplus", "lost", "year_opening"};

// "prospective" or "catch-up"
Result<bool> parse_policy(std::string_view text) {
  if (text == "prospective") return false;
  if (text == "catch-up") return true;
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' is no policy; write prospective or catch-up", text));
}

Result<Money> parse_amount(std::string_view text) { return money::parse_money(text); }

// None unless it was taken over on `on`.
Result<std::optional<books::Takeover>> takeover_from(const Words& words, std::optional<Date> on) {
  const bool any = std::ranges::any_of(
      kOfATakeover, [&](std::string_view name) { return !words.of(name).empty(); });
  if (!any && !on) return std::nullopt;
  if (!on) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} is missing: the day from which these books charge it",
                            words.called("taken_over")));
  }
  PURSER_ASSIGN(const auto accumulated, parse_word(words, "accumulated", parse_amount));
  if (!accumulated) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} is missing: what was charged before that day",
                            words.called("accumulated")));
  }
  PURSER_ASSIGN(const auto catches_up, parse_word(words, "policy", parse_policy));
  books::Takeover takeover{*on, *accumulated, catches_up.value_or(false)};
  PURSER_ASSIGN(takeover.impaired, parse_word(words, "impaired", parse_amount));
  PURSER_ASSIGN(takeover.unimpaired, parse_word(words, "unimpaired", parse_amount));
  PURSER_ASSIGN(takeover.surplus, parse_word(words, "surplus", parse_amount));
  PURSER_ASSIGN(takeover.lost, parse_word(words, "lost", parse_amount));
  PURSER_ASSIGN(takeover.year_opening,
                parse_word(words, "year_opening", books::parse_year_opening));
  return takeover;
}

struct NewTerms {
  books::Terms terms;
  std::optional<money::Foreign> paid = std::nullopt;
};
// With cost and salvage at the rate, if there is one.
Result<NewTerms> terms_at_rate(const Words& words) {
  if (words.of("rate").empty()) {
    PURSER_ASSIGN(books::Terms terms, terms_from(words));
    NewTerms bought{.terms = std::move(terms)};
    return bought;
  }
  PURSER_ASSIGN(Converter converter, Converter::from(words));
  std::optional<money::Foreign> paid;
  std::map<std::string_view, std::string> converted;
  for (const std::string_view name : {"cost", "salvage"}) {
    if (words.of(name) == "0") continue;
    PURSER_ASSIGN(const auto amount, parse_word(words, name, [](std::string_view text) {
                    return money::parse_money(text);
                  }));
    if (!amount) continue;
    auto given = converter.convert(*amount);
    if (!given) return fail(words.wrong(name, std::move(given).error()));
    if (name == "cost") paid = given->paid;
    converted[name] = format(given->amount);
  }
  PURSER_TRY(converter.finish());
  Words at_rate = words;
  at_rate.of = [&](std::string_view name) {
    const auto found = converted.find(name);
    return found == converted.end() ? words.of(name) : std::string_view(found->second);
  };
  PURSER_ASSIGN(books::Terms terms, terms_from(at_rate));
  NewTerms bought{.terms = std::move(terms)};
  bought.paid = paid;
  return bought;
}
}  // namespace

bool is_of_the_machine(std::string_view word) {
  return std::find(kOfTheMachine.begin(), kOfTheMachine.end(), word) != kOfTheMachine.end();
}

bool is_of_a_takeover(std::string_view word) {
  return std::find(kOfATakeover.begin(), kOfATakeover.end(), word) != kOfATakeover.end();
}

std::vector<Option> asset_options() {
  std::vector<Option> options = terms_options(Required::kNo);
  const auto cost = std::find_if(options.begin(), options.end(),
                                 [](const Option& option) { return option.flag == "--cost"; });
  options.insert(cost + 1, kRate);
  options.insert(
      options.end(),
      {book_option("in which: financial, or tax or management for an asset that is known; cost and "
                   "in-service date are then its own"),
       {"--section-179", "AMOUNT", "of macrs in the tax book: expensed at once"},
       {"--bonus", "PERCENT",
        "of macrs in the tax book: deducted of what section 179 leaves; 100% of what was acquired "
        "after 2025-01-19, 20% of what was before and is placed in service in 2026"},
       {"--class", "CLASS", "what the register sums it up with: gpu-servers, racks, …",
        books::kDefaultClass},
       kSerial,
       kDocument,
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
        "prospective"},
       {"--impaired", "AMOUNT", "taken over: what impairments took off it besides"},
       {"--unimpaired", "AMOUNT",
        "what it would be carried at without them, the most that is ever taken back",
        "by its terms"},
       {"--surplus", "AMOUNT", "of one that was revalued: its surplus in equity, or 'USD 0'"},
       {"--lost", "AMOUNT", "losses in profit that a revaluation would make good",
        "what is impaired"},
       {"--year-opening", "AMOUNT",
        "of declining balance: what the rate of the year of that day applies to", "by its terms"}});
  return options;
}

const std::vector<std::string>& import_columns() {
  static const std::vector<std::string> kColumns = [] {
    std::vector<std::string> names{"name"};
    for (const Option& option : asset_options()) {
      std::string name(option.flag.substr(2));
      std::replace(name.begin(), name.end(), '-', '_');
      names.push_back(std::move(name));
    }
    return names;
  }();
  return kColumns;
}

Result<NewAsset> asset_from(std::string_view name, const Words& words) {
  PURSER_ASSIGN(const NewTerms bought, terms_at_rate(words));
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
  NewAsset one{{std::string(name),
                std::string(words.of("site")),
                bought.terms,
                idle.value_or(Watts{}),
                load.value_or(Watts{}),
                maintenance,
                space,
                {},
                {},
                std::string(asset_class.empty() ? books::kDefaultClass : asset_class),
                takeover},
               bought.paid,
               std::string(words.of("document"))};
  one.asset.serial = words.of("serial");
  one.ignored_salvage = ignored_salvage(words, one.asset.terms);
  return one;
}

namespace {
// Gives the year to MACRS of which nothing is said, or says which other the book has.
Status settle_tax_year(const Words& words, const Asset& known, const books::Additions& additions,
                       NewMemo& one) {
  books::Terms& terms = one.memo.terms;
  if (!std::holds_alternative<books::Macrs>(terms.method)) return {};
  PURSER_ASSIGN(const auto of_book,
                additions.macrs_year_start(one.memo.book, terms.cost.currency()));
  const books::Terms* const stands = known.terms_in(one.memo.book);
  if (words.of("fiscal_year_start").empty() && stands != nullptr) {
    terms.fiscal_year = stands->fiscal_year;
  } else if (words.of("fiscal_year_start").empty()) {
    terms.fiscal_year = of_book.value_or(known.terms.fiscal_year);
  } else if (of_book && *of_book != terms.fiscal_year) {
    one.other_year = of_book;
  }
  return {};
}
}  // namespace

Result<NewMemo> memo_from(books::Book book, const Words& words, const Asset& known,
                          const books::Additions& additions) {
  for (const std::string_view name : kOfTheMachine) {
    if (words.of(name).empty()) continue;
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} is no matter of the {} book; leave it out", words.called(name),
                            books::name(book)));
  }
  PURSER_ASSIGN(books::Terms terms, terms_beside(words, known.terms));
  NewMemo one{.memo = {book, std::move(terms)}};
  one.ignored_salvage = ignored_salvage(words, one.memo.terms);
  PURSER_TRY(settle_tax_year(words, known, additions, one));
  const auto given = std::ranges::find_if(
      kOfATakeover, [&](std::string_view word) { return !words.of(word).empty(); });
  if (given == kOfATakeover.end()) return one;  // by its terms
  if (!known.takeover) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{}: '{}' was bought, not taken over; leave it out",
                            words.called(*given), known.name));
  }
  PURSER_ASSIGN(one.memo.takeover, takeover_from(words, known.takeover->on));
  return one;
}

money::Money salvage_of(const books::Terms& terms) {
  return std::holds_alternative<books::Macrs>(terms.method)
             ? money::Money::zero(terms.cost.currency())
             : terms.salvage;
}

std::string span_text(const books::Terms& terms) {
  const std::string over =
      terms.life.is_none() ? std::string("by use") : fmt::format("over {}", format(terms.life));
  return fmt::format("{} from {}", over, format(terms.in_service));
}

Result<std::string> wearing_off(const books::Terms& terms) {
  PURSER_ASSIGN(const money::Money left,
                money::subtract(terms.cost, books::deducted_at_once(terms)));
  PURSER_ASSIGN(const money::Money base, money::subtract(left, salvage_of(terms)));
  return fmt::format("of which {} wear off {} ({}, {})", format(base), span_text(terms),
                     books::name(terms.method), books::name(terms.convention));
}

}  // namespace purser::cli
