// purser books register | roll-forward: what stands for the assets, and how it came to.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cli/accounts.h"
#include "cli/books_option.h"
#include "cli/months.h"
#include "cli/register_sheet.h"
#include "cli/unposted.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using books::Asset;
using books::Book;
using books::ClassMovements;
using books::Movements;
using books::Standing;
using report::Align;
using report::Json;
using report::Table;
using report::TableStyle;

// --- the register --------------------------------------------------------------------------------

enum class Form : std::uint8_t { kTable, kCsv, kHtml, kJson };

Result<Form> form_asked_for(const Context& context, const Arguments& arguments) {
  const std::string_view form = arguments.text_or("--format", "table");
  const bool named = arguments.has("--format");
  if (context.json() && named) {
    return fail(ErrorCode::kInvalidInput, "--json: it is a format of its own; leave --format out");
  }
  if (arguments.has("--title") && form != "html") {
    return fail(ErrorCode::kInvalidInput, "--title: only --format html has a place for it");
  }
  if (context.json()) return Form::kJson;
  if (form == "table") return Form::kTable;
  if (form == "csv") return Form::kCsv;
  if (form == "html") return Form::kHtml;
  return fail(ErrorCode::kInvalidInput,
              fmt::format("--format: '{}' is none; write table, csv or html", form));
}

Result<std::unique_ptr<RegisterSheet>> page_for(Accounts& accounts, const Arguments& arguments,
                                                Book book, const Months& year) {
  const Month month = year.last;
  const std::string name = accounts.workspace().root().filename().string();
  RegisterPage page;
  page.title = arguments.text_or("--title", name);
  page.book = book;
  page.month = month;
  PURSER_ASSIGN(page.closed, accounts.books().is_closed(month));
  PURSER_ASSIGN(page.journal, accounts.books().verify());
  page.first = year.first;
  PURSER_ASSIGN(page.movements, accounts.books().roll_forward(book, year.first, month));
  return page_sheet(std::move(page));
}

Result<std::unique_ptr<RegisterSheet>> sheet_for(Form form, Accounts& accounts,
                                                 const Arguments& arguments, Book book,
                                                 const Months& year,
                                                 const std::vector<books::Unposted>& unposted) {
  const Month month = year.last;
  switch (form) {
    case Form::kTable:
      return text_sheet(book, month);
    case Form::kCsv:
      return csv_sheet();
    case Form::kJson:
      return json_sheet(book, month, names_of(unposted));
    case Form::kHtml:
      break;
  }
  return page_for(accounts, arguments, book, year);
}

// The day on which it left, if that counts by then: what is told later moves no register of before.
std::optional<Date> left_by(const Asset& asset, Date day) {
  const bool is_told_later =
      std::any_of(asset.events.begin(), asset.events.end(), [&](const books::Event& event) {
        return event.effective > day && (std::holds_alternative<books::Disposal>(event.what) ||
                                         std::holds_alternative<books::Merged>(event.what));
      });
  return is_told_later ? std::nullopt : asset.terms.disposed;
}

// As it stands, and wears off, on that day.
Result<RegisterLine> line_of(const Asset& asset, Book book, Date day, const Standing& standing) {
  books::Terms terms = *asset.terms_in(book);
  if (!asset.events.empty() || !asset.rulings.empty()) {
    PURSER_ASSIGN(const books::Course course, asset.course(book));
    terms = course.terms(std::max(day, asset.begins()));
    terms.in_service = asset.terms.in_service;
  }
  const books::Placement placement = books::placement_on(asset, day);
  return RegisterLine{.asset_class = asset.asset_class,
                      .asset = asset.name,
                      .serial = placement.serial,
                      .site = placement.site,
                      .in_service = terms.in_service,
                      .disposed = left_by(asset, day),
                      .life = format(terms.life),
                      .method = books::name(terms.method),
                      .convention = std::string(books::name(terms.convention)),
                      .standing = standing};
}
RegisterLine line_of(const books::InProgress& one) {
  return {.asset_class = std::string(books::kInProgressClass),
          .asset = one.asset,
          .standing = {one.cost, money::Money::zero(one.cost.currency()), one.cost}};
}

// At its last month it stands; of a month alone, the fiscal year until then.
Result<Months> year_until(const Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(Months months, months_asked_for(context, arguments));
  PURSER_ASSIGN(const std::chrono::month starts, fiscal_year_start(arguments));
  if (months.first == months.last) months.first = fiscal_year_of(months.last, starts);
  return months;
}

Result<int> run_register(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const auto asked, book_asked_for(arguments));
  PURSER_ASSIGN(const Form form, form_asked_for(context, arguments));
  const Book book = asked.value_or(Book::kFinancial);
  PURSER_ASSIGN(const Months year, year_until(context, arguments));
  const Month month = year.last;
  const Date last_day = period_of(month).end - std::chrono::days{1};
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kLeave));
  PURSER_ASSIGN(const auto snapshot, accounts.begin_snapshot());
  PURSER_ASSIGN(const auto unposted,
                unposted_by(accounts.database(), book, month, context.clock().now()));
  PURSER_ASSIGN(const auto sheet, sheet_for(form, accounts, arguments, book, year, unposted));
  PURSER_TRY(accounts.books().each_standing(
      book, month, [&](const Asset& asset, const Standing& standing) -> Status {
        PURSER_ASSIGN(const RegisterLine line, line_of(asset, book, last_day, standing));
        return sheet->take(line);
      }));
  // What is bought and not in service stands in the ledger alone.
  if (book == Book::kFinancial) {
    PURSER_ASSIGN(const auto in_progress, accounts.purchases().in_progress(month));
    for (const books::InProgress& one : in_progress) PURSER_TRY(sheet->take(line_of(one)));
  }
  PURSER_TRY(sheet->finish());
  say_unposted(unposted, book);
  return 0;
}

// --- the roll-forward ----------------------------------------------------------------------------

Json json_of(const Movements& movements) {
  Json json = Json::object();
  for (const books::Movement& moved : books::kMovements) {
    json.set(moved.name, movements.*moved.amount);
  }
  return json;
}
Result<Json> json_of(const ClassMovements& one) {
  PURSER_ASSIGN(const Movements carrying, carrying_of(one));
  Json json = Json::object();
  json.set("class", one.asset_class)
      .set("cost", json_of(one.cost))
      .set("accumulated", json_of(one.accumulated))
      .set("carrying_amount", json_of(carrying));
  return json;
}

// A class under its name, what moved it down the page.
Result<std::string> text_of(const ClassMovements& one) {
  Table table({{one.asset_class},
               {"cost", Align::kDecimal},
               {"accumulated", Align::kDecimal},
               {"carrying amount", Align::kDecimal}});
  PURSER_ASSIGN(const Movements carrying, carrying_of(one));
  for (const books::Movement& moved : movements_shown(one)) {
    std::vector<std::string> row{std::string(moved.text), format(one.cost.*moved.amount),
                                 format(one.accumulated.*moved.amount),
                                 format(carrying.*moved.amount)};
    if (moved.amount == &Movements::closing) {
      table.add_total(std::move(row));
    } else {
      table.add_row(std::move(row));
    }
  }
  return table.render(TableStyle::for_stdout());
}

Result<int> run_roll_forward(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const auto asked, book_asked_for(arguments));
  const Book book = asked.value_or(Book::kFinancial);
  PURSER_ASSIGN(const Months months, months_asked_for(context, arguments));
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kLeave));
  PURSER_ASSIGN(const auto snapshot, accounts.begin_snapshot());
  PURSER_ASSIGN(const auto classes, accounts.books().roll_forward(book, months.first, months.last));
  PURSER_ASSIGN(const auto unposted,
                unposted_by(accounts.database(), book, months.last, context.clock().now()));
  if (context.json()) {
    Json list = Json::array();
    for (const ClassMovements& one : classes) {
      PURSER_ASSIGN(const Json json, json_of(one));
      list.push(json);
    }
    Json json = Json::object();
    json.set("book", books::name(book))
        .set("first", format(months.first))
        .set("last", format(months.last))
        .set("unposted", names_of(unposted))
        .set("classes", list);
    PURSER_TRY(print(json.text() + "\n"));
    say_unposted(unposted, book);
    return 0;
  }
  if (classes.empty()) {
    PURSER_TRY(print("Nothing was posted by then.\n"));
    say_unposted(unposted, book);
    return 0;
  }
  PURSER_TRY(print(fmt::format("The {} book from {} to {}, as posted\n", books::name(book),
                               format(months.first), format(months.last))));
  PURSER_ASSIGN(const auto sums, sums_of_classes(classes));
  for (const auto* tables : {&classes, &sums}) {
    for (const ClassMovements& one : *tables) {
      PURSER_ASSIGN(const std::string text, text_of(one));
      PURSER_TRY(print("\n" + text));
    }
  }
  say_unposted(unposted, book);
  return 0;
}

}  // namespace

void add_books_register_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "books register",
       .summary = "every asset with cost, depreciation and carrying amount, as posted",
       .details = "By class, with sums. What was disposed of before is left out. As html it is a\n"
                  "page to print, sign and keep: with the year's roll-forward and, of a journal\n"
                  "that was found sound, its head.\n\n"
                  "  purser books register --period 2026-09 --format csv > register.csv\n"
                  "  purser books register --period 2026-12 --format html > register.html",
       .positionals = {},
       .options = {{"--period", "MONTH", "at its end, or at that of 2026 or FY2026", "this month"},
                   kFiscalYearStart,
                   {"--format", "NAME", "table, csv with all columns, or html to print", "table"},
                   {"--title", "TEXT", "the company, at the head of the page",
                    "the workspace's name"},
                   book_option("which: financial, tax or management")},
       .run = run_register});
  verbs.push_back(
      {.name = "books roll-forward",
       .summary = "how cost and depreciation of each class went from opening to closing",
       .details =
           "Opening and all that moved it make the closing balance, from the journal: what\n"
           "was bought, charged, impaired, revalued and disposed of, as IAS 16.73 asks for.\n\n"
           "  purser books roll-forward --period 2026-01..2026-12 --book tax",
       .positionals = {},
       .options = {{"--period", "MONTHS", "2026-09, 2026-01..2026-12, 2026 or FY2026",
                    "this year until now"},
                   kFiscalYearStart,
                   book_option("which: financial, tax or management")},
       .run = run_roll_forward});
}

}  // namespace purser::cli
