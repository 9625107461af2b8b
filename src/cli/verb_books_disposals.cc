// purser books disposals: what left the books in a period, and what that gained or lost.
#include <map>

#include <fmt/format.h>

#include "books/disposal.h"
#include "cli/books_option.h"
#include "cli/database.h"
#include "cli/months.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using books::Book;
using books::Disposals;
using books::Disposed;
using money::Money;
using report::Align;
using report::Json;
using report::Overflow;
using report::Table;

// What a row of the schedule adds up.
struct Sum {
  Money cost;
  Money accumulated;  // with impairment
  Money carrying;
  Money proceeds;
  Money gain;
};
using Sums = std::map<std::string, Sum, std::less<>>;  // by currency

Result<Sum> sum_of(const books::DisposalFigures& figures) {
  PURSER_ASSIGN(const Money off, money::add(figures.accumulated, figures.impaired));
  return Sum{figures.cost, off, figures.carrying, figures.proceeds, figures.gain};
}

Status add_to(Sums& sums, const Sum& one) {
  const Money zero = Money::zero(one.cost.currency());
  Sum& sum =
      sums.try_emplace(std::string(zero.currency().code()), Sum{zero, zero, zero, zero, zero})
          .first->second;
  for (Money Sum::*const amount :
       {&Sum::cost, &Sum::accumulated, &Sum::carrying, &Sum::proceeds, &Sum::gain}) {
    PURSER_ASSIGN(sum.*amount, money::add(sum.*amount, one.*amount));
  }
  return {};
}

std::vector<std::string> cells_of(std::string name, std::string on, std::string how,
                                  const Sum& sum) {
  return {std::move(name),         std::move(on),        std::move(how),       format(sum.cost),
          format(sum.accumulated), format(sum.carrying), format(sum.proceeds), format(sum.gain)};
}

void add_totals(Table& table, const std::string& name, const Sums& sums) {
  for (const auto& [code, sum] : sums) table.add_total(cells_of(name, "", "", sum));
}

Result<std::string> text_of(const Disposals& disposals) {
  Table table({{"asset"},
               {"on", Align::kLeft, Overflow::kDrop},
               {"how", Align::kLeft, Overflow::kDrop},
               {"cost", Align::kDecimal},
               {"accumulated", Align::kDecimal, Overflow::kDrop},
               {"carrying", Align::kDecimal, Overflow::kDrop},
               {"proceeds", Align::kDecimal},
               {"gain", Align::kDecimal}});
  std::string open_class;
  Sums of_class;
  Sums of_all;
  int classes = 0;
  for (const Disposed& one : disposals.all) {
    if (one.asset_class != open_class && !of_class.empty()) {
      add_totals(table, "sum of " + open_class, of_class);
      of_class.clear();
      ++classes;
    }
    open_class = one.asset_class;
    PURSER_ASSIGN(const Sum sum, sum_of(one.figures));
    PURSER_TRY(add_to(of_class, sum));
    PURSER_TRY(add_to(of_all, sum));
    table.add_row(cells_of(one.asset, format(one.on), std::string(books::name(one.how)), sum));
  }
  add_totals(table, "sum of " + open_class, of_class);
  if (classes > 0) add_totals(table, "sum of all", of_all);
  return table.render(report::TableStyle::for_stdout());
}

Json json_of(const Disposed& one) {
  Json json = Json::object();
  json.set("asset", one.asset)
      .set("class", one.asset_class)
      .set("how", books::name(one.how))
      .set("on", one.on)
      .set("effective", one.effective)
      .set("cost", one.figures.cost)
      .set("accumulated", one.figures.accumulated)
      .set("impaired", one.figures.impaired)
      .set("carrying_amount", one.figures.carrying)
      .set("proceeds", one.figures.proceeds)
      .set("gain", one.figures.gain)
      .set("surplus", one.figures.surplus)
      .set("recorded", one.recorded)
      .set("who", one.who.empty() ? Json() : Json(one.who));
  return json;
}

Result<int> run_disposals(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const Months months, months_asked_for(context, arguments));
  PURSER_ASSIGN(const auto asked, book_asked_for(arguments));
  const Book book = asked.value_or(Book::kFinancial);
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  PURSER_ASSIGN(const Disposals disposals,
                books::disposals(database, book, months.first, months.last));
  if (context.json()) {
    Json list = Json::array();
    for (const Disposed& one : disposals.all) list.push(json_of(one));
    Json json = Json::object();
    json.set("book", books::name(book))
        .set("first", format(months.first))
        .set("last", format(months.last))
        .set("disposals", list)
        .set("not_posted", disposals.not_posted);
    PURSER_TRY(print(json.text() + "\n"));
    return 0;
  }
  const std::string days = fmt::format("from {} until {}", format(first_day(months.first)),
                                       format(period_of(months.last).end - std::chrono::days{1}));
  std::string text = fmt::format("Nothing left the {} book {}.\n", books::name(book), days);
  if (!disposals.all.empty()) {
    PURSER_ASSIGN(const std::string table, text_of(disposals));
    text = fmt::format("What left the {} book {}, as posted\n\n{}", books::name(book), days, table);
  }
  if (disposals.not_posted > 0) {
    text +=
        fmt::format("{} more, recorded and not posted yet, is not in it.\n", disposals.not_posted);
  }
  PURSER_TRY(print(text));
  return 0;
}

}  // namespace

void add_books_disposals_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "books disposals",
       .summary = "what left the books in a period, with proceeds and gain or loss",
       .details =
           "By class, with sums, from the journal: cost, what was written off of it, what it\n"
           "was carried at, what was paid for it. What was told late counts in the month in\n"
           "which it is posted. What came back (purser asset reinstate) is taken off again.\n\n"
           "  purser books disposals --period 2026-01..2026-12 --book tax",
       .positionals = {},
       .options = {{"--period", "MONTHS", "2026-09, 2026-01..2026-12, 2026 or FY2026",
                    "this year until now"},
                   kFiscalYearStart,
                   book_option("which: financial, tax or management")},
       .run = run_disposals});
}

}  // namespace purser::cli
