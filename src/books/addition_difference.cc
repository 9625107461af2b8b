#include "books/addition_difference.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "books/takeover.h"

namespace purser::books {
namespace {

using money::Money;

// By column, in the order in which a register has them; empty: nothing was said.
using Texts = std::vector<std::pair<std::string_view, std::string>>;

std::string text_of(const std::optional<Money>& amount) { return amount ? format(*amount) : ""; }

void add_terms(Texts& words, const Terms& terms) {
  const bool by_table = std::holds_alternative<Macrs>(terms.method);  // asks no salvage
  words.emplace_back("salvage", by_table ? "" : format(terms.salvage));
  words.emplace_back("in_service", format(terms.in_service));
  words.emplace_back("method", name(terms.method));
  words.emplace_back("life", format(terms.life));
  words.emplace_back("convention", name(terms.convention));
  words.emplace_back("fiscal_year_start", format(terms.fiscal_year));
  const auto* const macrs = std::get_if<Macrs>(&terms.method);
  words.emplace_back("section_179", macrs != nullptr ? text_of(macrs->section_179) : "");
  words.emplace_back("bonus", macrs != nullptr && macrs->bonus_basis_points != 0
                                  ? fmt::format("{}.{:02}%", macrs->bonus_basis_points / 100,
                                                macrs->bonus_basis_points % 100)
                                  : "");
}

void add_machine(Texts& words, const Asset& asset) {
  words.emplace_back("class", asset.asset_class);
  words.emplace_back("serial", asset.serial);
  words.emplace_back("site", asset.site);
  words.emplace_back("idle_watts", fmt::format("{} mW", asset.idle_watts.milli));
  words.emplace_back("load_watts", fmt::format("{} mW", asset.load_watts.milli));
  words.emplace_back("maintenance", text_of(asset.maintenance_per_year));
  words.emplace_back("space", text_of(asset.space_per_month));
}

// None: bought here.
void add_takeover(Texts& words, std::optional<Date> on, const std::optional<Portion>& portion,
                  money::Currency currency) {
  words.emplace_back("taken_over", on ? format(*on) : "");
  if (!portion) return;
  const auto amount = [&](std::int64_t minor) { return format(Money(minor, currency)); };
  words.emplace_back("accumulated", amount(portion->given.value_or(portion->accumulated)));
  words.emplace_back("policy", portion->given ? "catch-up" : "prospective");
  words.emplace_back("impaired", amount(portion->impaired));
  words.emplace_back("unimpaired", amount(portion->impaired == 0 ? 0 : portion->unimpaired));
  words.emplace_back("surplus", portion->revalued ? amount(portion->surplus) : "");
  words.emplace_back("lost", amount(portion->lost));
  words.emplace_back("year_opening",
                     portion->year_base.empty()
                         ? ""
                         : format(YearOpening{.currency = currency, .minor = portion->year_base}));
}

// How it came out of other books, or of another asset; none of what was bought.
const Event* opening_of(const Asset& asset) {
  const auto found = std::ranges::find_if(
      asset.events, [](const Event& event) { return std::holds_alternative<Opening>(event.what); });
  return found == asset.events.end() ? nullptr : &*found;
}

std::optional<Portion> portion_in(const Event& opening, Book book) {
  for (const Portion& portion : std::get<Opening>(opening.what).portions) {
    if (portion.book == book) return portion;
  }
  return std::nullopt;
}

Texts words_of(const Added& added, const Terms& terms) {
  const auto& paid = added.bought.paid;
  Texts words{{"cost", format(paid ? paid->amount : terms.cost)},
              {"rate", paid ? paid->rate.text() : ""}};
  add_terms(words, terms);
  add_machine(words, added.asset);
  words.emplace_back("document", added.bought.document);
  return words;
}

std::optional<Difference> first_difference(const Texts& known, const Texts& given) {
  for (std::size_t i = 0; i < std::min(known.size(), given.size()); ++i) {
    if (known[i].second == given[i].second) continue;
    return Difference{known[i].first, known[i].second, given[i].second};
  }
  return std::nullopt;
}

std::string text_of(const UnitsUsed& reading) {
  return fmt::format("{} units from {} until {}", format_units(reading.millionths),
                     format(reading.period.start), format(reading.period.end));
}

// Readings that came in besides are no other terms, nor are those that took the place of others.
std::optional<Difference> in_readings(const Added& known, const Terms& given) {
  const auto* const its = std::get_if<UnitsOfProduction>(&known.asset.terms.method);
  const auto* const told = std::get_if<UnitsOfProduction>(&given.method);
  if (its == nullptr || told == nullptr || told->used == nullptr) return std::nullopt;
  const auto holds = [](std::span<const UnitsUsed> all, const UnitsUsed& one) {
    return std::ranges::find(all, one) != all.end();
  };
  const auto now =
      its->used ? std::span<const UnitsUsed>(*its->used) : std::span<const UnitsUsed>();
  for (const UnitsUsed& reading : *told->used) {
    if (holds(now, reading) || holds(known.replaced, reading)) continue;
    const auto beside = std::ranges::find_if(now, [&](const UnitsUsed& one) {
      return one.period.start < reading.period.end && reading.period.start < one.period.end;
    });
    return Difference{"units_used", beside == now.end() ? "" : text_of(*beside), text_of(reading)};
  }
  return std::nullopt;
}

}  // namespace

Result<std::optional<Difference>> difference(const Added& known, const Added& given) {
  const Asset& asset = given.asset;
  Terms terms = asset.terms;
  std::optional<Portion> came;
  if (asset.takeover) {
    keep_convention(terms, asset.takeover->on);
    PURSER_ASSIGN(came, portion_of(terms, Book::kFinancial, *asset.takeover));
  }
  Texts its = words_of(known, known.asset.terms);
  Texts told = words_of(given, terms);
  const Event* const opening = opening_of(known.asset);
  add_takeover(its, opening ? std::optional(opening->effective) : std::nullopt,
               opening ? portion_in(*opening, Book::kFinancial) : std::nullopt,
               known.asset.currency());
  add_takeover(told, asset.takeover ? std::optional(asset.takeover->on) : std::nullopt, came,
               asset.currency());
  if (auto differs = first_difference(its, told)) return differs;
  return in_readings(known, terms);
}

Result<std::optional<Difference>> difference(const Asset& known, const MemoTerms& given) {
  const Terms& stands = *known.terms_in(given.book);
  Terms terms = given.terms;
  Texts its;
  Texts told;
  const Event* const opening = opening_of(known);
  if (opening != nullptr) keep_convention(terms, opening->effective);
  add_terms(its, stands);
  add_terms(told, terms);
  if (opening != nullptr) {
    PURSER_ASSIGN(const Takeover by_terms, takeover_by_terms(terms, opening->effective));
    PURSER_ASSIGN(const Portion came,
                  portion_of(terms, given.book, given.takeover.value_or(by_terms)));
    add_takeover(its, opening->effective, portion_in(*opening, given.book), known.currency());
    add_takeover(told, opening->effective, came, known.currency());
  }
  return first_difference(its, told);
}

}  // namespace purser::books
