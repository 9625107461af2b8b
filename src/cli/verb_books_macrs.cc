// purser books macrs: the convention of each tax year, and the test that it follows from.
#include <charconv>

#include <fmt/format.h>

#include "books/books.h"
#include "cli/books_option.h"
#include "cli/database.h"
#include "cli/tax_years.h"
#include "cli/verbs.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using books::MacrsYear;
using report::Align;
using report::Json;
using report::Table;

Result<std::optional<int>> year_asked_for(const Arguments& arguments) {
  const std::string_view text = arguments.text("--year");
  if (text.empty()) return std::nullopt;
  int year = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), year);
  if (error == std::errc() && end == text.data() + text.size() && text.size() == 4) return year;
  return fail(ErrorCode::kInvalidInput,
              fmt::format("--year: '{}' is no year; write for example 2026", text));
}

books::Convention in_force(const MacrsYear& year) {
  return year.rulings.empty() ? books::Convention::kHalfYear : year.rulings.back().convention;
}

// "mid-quarter from 2026-10-01 on"
std::string convention_of(const MacrsYear& year) {
  if (year.test.unnamed == 0) return "each names its own";
  const std::string name(books::name(in_force(year)));
  const bool turned = !year.rulings.empty() && year.rulings.back().effective > year.test.year.start;
  return turned ? fmt::format("{} from {} on", name, format(year.rulings.back().effective)) : name;
}

std::string text_of(std::span<const MacrsYear> years) {
  if (years.empty()) return "Nothing was placed in service under macrs.\n";
  Table table({{"book"},
               {"year from"},
               {"1st quarter", Align::kDecimal, report::Overflow::kDrop},
               {"2nd quarter", Align::kDecimal, report::Overflow::kDrop},
               {"3rd quarter", Align::kDecimal, report::Overflow::kDrop},
               {"4th quarter", Align::kDecimal},
               {"share", Align::kDecimal},
               {"convention", Align::kLeft, report::Overflow::kWrap}});
  for (const MacrsYear& year : years) {
    const books::TaxYear& of = year.test.year;
    std::vector<std::string> cells{std::string(books::name(of.book)), format(of.start)};
    for (const money::Int128 minor : year.test.quarters) {
      cells.push_back(format(money::Cost(minor * of.currency.billionths_per_minor(), of.currency)));
    }
    cells.push_back(last_quarter_percent(year.test));
    cells.push_back(convention_of(year));
    table.add_row(std::move(cells));
  }
  return table.render(report::TableStyle::for_stdout());
}

Json json_of_years(std::span<const MacrsYear> years) {
  Json list = Json::array();
  for (const MacrsYear& year : years) {
    Json rulings = Json::array();
    for (const books::MacrsRuling& ruling : year.rulings) {
      Json json = Json::object();
      json.set("convention", books::name(ruling.convention))
          .set("effective", ruling.effective)
          .set("recorded", ruling.recorded)
          .set("who", ruling.who);
      rulings.push(json);
    }
    Json json = test_json(year.test);
    json.set("unnamed", year.test.unnamed)
        .set("convention", year.test.unnamed == 0 ? Json() : Json(books::name(in_force(year))))
        .set("rulings", rulings);
    list.push(json);
  }
  Json json = Json::object();
  json.set("tax_years", list);
  return json;
}

Result<int> run_macrs(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const auto year, year_asked_for(arguments));
  PURSER_ASSIGN(const auto book, book_asked_for(arguments));
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  PURSER_ASSIGN(std::vector<MacrsYear> years,
                books::Books(database, context.clock()).macrs_years(year));
  std::erase_if(years, [&](const MacrsYear& one) { return book && one.test.year.book != *book; });
  PURSER_TRY(print(context.json() ? json_of_years(years).text() + "\n" : text_of(years)));
  return 0;
}

}  // namespace

void add_books_macrs_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "books macrs",
       .summary = "what each tax year placed in service, and its convention by the 40% test",
       .details = "Summed is what machines and improvements cost, less section 179 and without "
                  "what left in\nits first year. If more than 40% of a year came in its last three "
                  "months, all of it is\nmid-quarter; but what names its convention "
                  "(macrs:5:half-year) keeps it.\n\n"
                  "  purser books macrs --year 2026",
       .positionals = {},
       .options = {{"--year", "YEAR", "in which it begins", "all"},
                   book_option("which: financial, tax or management", "all")},
       .run = run_macrs});
}

}  // namespace purser::cli
