#include "cli/tax_years.h"

#include <algorithm>

#include <fmt/format.h>

#include "money/money.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using books::Convention;
using books::MacrsRuling;
using books::MacrsTest;
using books::RuledAsset;
using books::RuledYear;
using money::Cost;
using money::Money;
using report::Align;
using report::Json;

constexpr std::size_t kAssetsShown = 20;
constexpr std::string_view kMoreThanForty = "more than 40%";

// Sums of a year may be more than one amount can be.
Cost sum_of(money::Int128 minor, money::Currency currency) {
  return {minor * currency.billionths_per_minor(), currency};
}

std::string why(const MacrsTest& test) {
  const money::Currency currency = test.year.currency;
  const std::string percent = last_quarter_percent(test);
  return fmt::format("{} of {}{} {} placed in service in its last three months, {} 40%",
                     format(sum_of(test.last_quarter(), currency)),
                     format(sum_of(test.all(), currency)),
                     percent == kMoreThanForty ? std::string() : fmt::format(" ({})", percent),
                     test.last_quarter() == 0 ? "is" : "are",
                     test.convention() == Convention::kMidQuarter ? "more than" : "no more than");
}

// What the closed months of the year, or its return, said.
std::string past_text(const RuledYear& ruled) {
  if (ruled.is_closed) {
    return fmt::format(
        "All its months are closed, and its return was by {}: amend it, or file "
        "Form 3115 if a later one was filed too. From {} on the books stand as the "
        "law has them.\n",
        books::name(ruled.before), format(ruled.ruling.effective));
  }
  if (ruled.ruling.effective == ruled.ruling.year.start) return {};
  return fmt::format("Closed months stand; from {} on what was charged otherwise is made good.\n",
                     format(ruled.ruling.effective));
}

Money difference(const RuledAsset& asset) {
  return {asset.after.minor() - asset.before.minor(), asset.after.currency()};
}

std::string assets_text(const RuledYear& ruled) {
  const auto by = [](Convention convention) {
    return fmt::format("by {}", books::name(convention));
  };
  report::Table table({{"deducted in this year"},
                       {by(ruled.before), Align::kDecimal},
                       {by(ruled.ruling.convention), Align::kDecimal},
                       {"difference", Align::kDecimal}});
  const money::Currency currency = ruled.ruling.year.currency;
  Cost before = Cost::zero(currency);
  Cost after = before;
  for (const RuledAsset& asset : ruled.assets) {
    before += Cost(asset.before);
    after += Cost(asset.after);
  }
  const std::size_t shown = std::min(kAssetsShown, ruled.assets.size());
  for (const RuledAsset& asset : std::span(ruled.assets).first(shown)) {
    table.add_row(
        {asset.asset, format(asset.before), format(asset.after), format(difference(asset))});
  }
  table.add_total({ruled.assets.size() == shown
                       ? std::string("total")
                       : fmt::format("total of {} assets", ruled.assets.size()),
                   format(before), format(after), format(after - before)});
  return table.render(report::TableStyle::for_stdout());
}

// Of the asset's own year; none if nobody ruled on it.
const MacrsRuling* last_ruling(const books::Asset& asset, const books::TaxYear& year) {
  const MacrsRuling* last = nullptr;
  for (const MacrsRuling& ruling : asset.rulings) {
    if (ruling.year == year) last = &ruling;
  }
  return last;
}

}  // namespace

std::string last_quarter_percent(const MacrsTest& test) {
  constexpr std::int64_t kFortyPercent = 4'000;
  const auto share = test.share_basis_points();
  if (!share) return {};
  const bool is_more = test.convention() == Convention::kMidQuarter;
  if (*share == kFortyPercent && is_more) return std::string(kMoreThanForty);
  return fmt::format("{}.{:02}%", *share / 100, *share % 100);
}

Json test_json(const MacrsTest& test) {
  const books::TaxYear& year = test.year;
  Json quarters = Json::array();
  for (const money::Int128 minor : test.quarters) quarters.push(sum_of(minor, year.currency));
  const auto share = test.share_basis_points();
  Json json = Json::object();
  json.set("book", books::name(year.book))
      .set("start", year.start)
      .set("end", year.days().end)
      .set("placed_in_service_by_quarter", quarters)
      .set("placed_in_service", sum_of(test.all(), year.currency))
      .set("last_quarter_percent", share ? Json(static_cast<double>(*share) / 100) : Json())
      .set("properties", test.properties)
      .set("convention_by_law", books::name(test.convention()));
  return json;
}

Json ruled_json(std::span<const RuledYear> ruled) {
  Json years = Json::array();
  for (const RuledYear& one : ruled) {
    Json assets = Json::array();
    for (const RuledAsset& asset : one.assets) {
      Json json = Json::object();
      json.set("asset", asset.asset)
          .set("deducted_before", asset.before)
          .set("deducted_after", asset.after);
      assets.push(json);
    }
    Json json = test_json(one.test);
    json.set("convention_before", books::name(one.before))
        .set("effective", one.ruling.effective)
        .set("closed", one.is_closed)
        .set("assets", assets);
    years.push(json);
  }
  return years;
}

std::string ruled_text(std::span<const RuledYear> ruled, books::Effect effect) {
  std::string text;
  for (const RuledYear& one : ruled) {
    const books::TaxYear& year = one.ruling.year;
    text += fmt::format("In the {} book the year from {} {} {} instead of {}: {}.\n",
                        books::name(year.book), format(year.start),
                        effect == books::Effect::kWrite ? "is" : "would be",
                        books::name(one.ruling.convention), books::name(one.before), why(one.test));
    text += past_text(one);
    if (!one.assets.empty()) text += assets_text(one);
  }
  return text;
}

std::string convention_text(const books::Asset& asset, books::Book book) {
  const books::Terms* const terms = asset.terms_in(book);
  const auto* const macrs = terms == nullptr ? nullptr : std::get_if<books::Macrs>(&terms->method);
  if (macrs == nullptr || macrs->convention) return {};
  const books::TaxYear year{book, asset.currency(),
                            fiscal_year_start_of(terms->in_service, terms->fiscal_year)};
  const MacrsRuling* const ruling = last_ruling(asset, year);
  const bool turned = ruling != nullptr && ruling->effective > year.start;
  return fmt::format(
      "{}, which the year from {} decides{} (purser books macrs --year {})",
      books::name(ruling == nullptr ? Convention::kHalfYear : ruling->convention),
      format(year.start),
      turned ? fmt::format(", from {} on", format(ruling->effective)) : std::string(),
      static_cast<int>(std::chrono::year_month_day(year.start).year()));
}

}  // namespace purser::cli
