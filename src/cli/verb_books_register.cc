// purser books register | roll-forward: what stands for the assets, and how it came to.
#include <map>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/csv.h"
#include "cli/accounts.h"
#include "cli/books_option.h"
#include "cli/months.h"
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
using money::Money;
using report::Align;
using report::Json;
using report::Overflow;
using report::Table;
using report::TableStyle;

// --- the register --------------------------------------------------------------------------------

Status add_to(Standing& sum, const Standing& one) {
  PURSER_ASSIGN(sum.cost, money::add(sum.cost, one.cost));
  PURSER_ASSIGN(sum.accumulated, money::add(sum.accumulated, one.accumulated));
  PURSER_ASSIGN(sum.carrying, money::add(sum.carrying, one.carrying));
  return {};
}

// Sums by currency, of the classes one after another and of all.
class Sums {
 public:
  Status add(const Standing& standing) {
    const money::Currency currency = standing.cost.currency();
    const Money zero = Money::zero(currency);
    const Standing none{zero, zero, zero};
    return add_to(by_currency_.try_emplace(std::string(currency.code()), none).first->second,
                  standing);
  }
  const std::map<std::string, Standing>& by_currency() const { return by_currency_; }

 private:
  std::map<std::string, Standing> by_currency_;
};

// Takes the assets by class.
class Register {
 public:
  virtual ~Register() = default;
  virtual Status take(const Asset& asset, const Standing& standing) = 0;
  virtual Status finish() = 0;
};

class TextRegister final : public Register {
 public:
  explicit TextRegister(std::string title) : title_(std::move(title)) {}

  Status take(const Asset& asset, const Standing& standing) override {
    if (asset.asset_class != class_) end_class();
    class_ = asset.asset_class;
    PURSER_TRY(of_class_.add(standing));
    PURSER_TRY(all_.add(standing));
    ++assets_;
    table_.add_row({asset.name, asset.site.empty() ? "-" : asset.site,
                    format(asset.terms.in_service), format(standing.cost),
                    format(standing.accumulated), format(standing.carrying)});
    return {};
  }

  Status finish() override {
    if (assets_ == 0) return print("No asset was in service by then.\n");
    end_class();
    if (classes_ > 1) add_totals("sum of all", all_);
    return print(fmt::format("{}\n\n{}", title_, table_.render(TableStyle::for_stdout())));
  }

 private:
  void end_class() {
    if (!class_.empty()) {
      add_totals("sum of " + class_, of_class_);
      ++classes_;
    }
    of_class_ = {};
  }
  void add_totals(const std::string& name, const Sums& sums) {
    for (const auto& [code, sum] : sums.by_currency()) {
      table_.add_total(
          {name, "", "", format(sum.cost), format(sum.accumulated), format(sum.carrying)});
    }
  }

  std::string title_;
  Table table_{{{"asset"},
                {"site", Align::kLeft, Overflow::kDrop},
                {"in service"},
                {"cost", Align::kDecimal},
                {"accumulated", Align::kDecimal},
                {"carrying amount", Align::kDecimal}}};
  std::string class_;
  Sums of_class_;
  Sums all_;
  std::int64_t assets_ = 0;
  int classes_ = 0;
};

class JsonRegister final : public Register {
 public:
  JsonRegister(Book book, Month month) : book_(book), month_(month) {}

  Status take(const Asset& asset, const Standing& standing) override {
    Json json = Json::object();
    json.set("asset", asset.name)
        .set("class", asset.asset_class)
        .set("site", asset.site.empty() ? Json() : Json(asset.site))
        .set("in_service", asset.terms.in_service)
        .set("disposed", asset.terms.disposed)
        .set("cost", standing.cost)
        .set("accumulated", standing.accumulated)
        .set("carrying_amount", standing.carrying);
    assets_.push(json);
    return {};
  }
  Status finish() override {
    Json json = Json::object();
    json.set("book", books::name(book_)).set("month", format(month_)).set("assets", assets_);
    return print(json.text() + "\n");
  }

 private:
  Book book_;
  Month month_;
  Json assets_ = Json::array();
};

// Line by line as it is read: a register may be long.
class CsvRegister final : public Register {
 public:
  explicit CsvRegister(Book book) : book_(book) {}

  Status take(const Asset& asset, const Standing& standing) override {
    const books::Terms& terms = *asset.terms_in(book_);
    const auto& disposed = asset.terms.disposed;
    return print(
        fmt::format("{}{},{},{},{},{},{},{},{},{},{},{},{}\n", head(), asset.asset_class,
                    csv_field(asset.name), csv_field(asset.site), format(asset.terms.in_service),
                    disposed ? format(*disposed) : std::string(), format(terms.life),
                    csv_field(books::name(terms.method)), books::name(terms.convention),
                    standing.cost.currency().code(), format_amount(standing.cost),
                    format_amount(standing.accumulated), format_amount(standing.carrying)));
  }
  Status finish() override { return print(std::string(head())); }

 private:
  // Before the first line, and once.
  std::string_view head() {
    if (std::exchange(begun_, true)) return {};
    return "class,asset,site,in_service,disposed,life,method,convention,currency,cost,accumulated,"
           "carrying_amount\n";
  }

  Book book_;
  bool begun_ = false;
};

Result<std::unique_ptr<Register>> register_for(const Context& context, const Arguments& arguments,
                                               Book book, Month month) {
  const std::string_view form = arguments.text("--format");
  if (form == "csv" && !context.json()) return std::make_unique<CsvRegister>(book);
  if (!form.empty() && form != "table") {
    return fail(ErrorCode::kInvalidInput,
                context.json() ? "--json: it is a format of its own; leave --format out"
                               : fmt::format("--format: '{}' is none; write table or csv", form));
  }
  if (context.json()) return std::make_unique<JsonRegister>(book, month);
  return std::make_unique<TextRegister>(
      fmt::format("The {} book at the end of {}, as posted", books::name(book), format(month)));
}

Result<int> run_register(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const auto period, arguments.month("--period"));
  PURSER_ASSIGN(const auto asked, book_asked_for(arguments));
  const Book book = asked.value_or(Book::kFinancial);
  const Month month = period.value_or(month_of(date_of(context.clock().now())));
  const Date last_day = period_of(month).end - std::chrono::days{1};
  PURSER_ASSIGN(const auto sheet, register_for(context, arguments, book, month));
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kLeave));
  PURSER_TRY(accounts.books().each_standing(
      book, month, [&](const Asset& asset, const Standing& standing) {
        std::string site = books::placement_on(asset, last_day).site;
        if (site == asset.site) return sheet->take(asset, standing);
        Asset moved = asset;
        moved.site = std::move(site);
        return sheet->take(moved, standing);
      }));
  PURSER_TRY(sheet->finish());
  return 0;
}

// --- the roll-forward ----------------------------------------------------------------------------

Result<Movements> carrying_of(const ClassMovements& one) {
  Movements less = one.cost;
  for (Money Movements::*balance : {&Movements::opening, &Movements::added, &Movements::disposed,
                                    &Movements::other, &Movements::closing}) {
    PURSER_ASSIGN(less.*balance, money::subtract(one.cost.*balance, one.accumulated.*balance));
  }
  return less;
}

Json json_of(const Movements& movements) {
  Json json = Json::object();
  json.set("opening", movements.opening)
      .set("added", movements.added)
      .set("disposed", movements.disposed)
      .set("other", movements.other)
      .set("closing", movements.closing);
  return json;
}

void add_movements(Table& table, std::string_view what, const Movements& movements) {
  table.add_row({std::string(what), format(movements.opening), format(movements.added),
                 format(movements.disposed), format(movements.other), format(movements.closing)});
}

// A class under its name, with the sum of its two sides.
Result<std::string> text_of(const ClassMovements& one) {
  Table table({{one.asset_class},
               {"opening", Align::kDecimal},
               {"added", Align::kDecimal},
               {"disposed of", Align::kDecimal},
               {"other", Align::kDecimal, Overflow::kDrop},
               {"closing", Align::kDecimal}});
  add_movements(table, "cost", one.cost);
  add_movements(table, "depreciation", one.accumulated);
  PURSER_ASSIGN(const Movements carrying, carrying_of(one));
  table.add_total({"carrying amount", format(carrying.opening), format(carrying.added),
                   format(carrying.disposed), format(carrying.other), format(carrying.closing)});
  return table.render(TableStyle::for_stdout());
}

Result<Months> months_asked_for(const Context& context, const Arguments& arguments) {
  if (!arguments.has("--period")) {
    const Month now = month_of(date_of(context.clock().now()));
    return Months{now.year() / std::chrono::January, now};
  }
  auto months = parse_months(arguments.text("--period"));
  if (!months) return fail(std::move(months).error().in("--period"));
  return *months;
}

Result<int> run_roll_forward(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const auto asked, book_asked_for(arguments));
  const Book book = asked.value_or(Book::kFinancial);
  PURSER_ASSIGN(const Months months, months_asked_for(context, arguments));
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kLeave));
  PURSER_ASSIGN(const auto classes, accounts.books().roll_forward(book, months.first, months.last));
  if (context.json()) {
    Json list = Json::array();
    for (const ClassMovements& one : classes) {
      PURSER_ASSIGN(const Movements carrying, carrying_of(one));
      Json json = Json::object();
      json.set("class", one.asset_class)
          .set("cost", json_of(one.cost))
          .set("accumulated", json_of(one.accumulated))
          .set("carrying_amount", json_of(carrying));
      list.push(json);
    }
    Json json = Json::object();
    json.set("book", books::name(book))
        .set("first", format(months.first))
        .set("last", format(months.last))
        .set("classes", list);
    PURSER_TRY(print(json.text() + "\n"));
    return 0;
  }
  if (classes.empty()) {
    PURSER_TRY(print("Nothing was posted by then.\n"));
    return 0;
  }
  PURSER_TRY(print(fmt::format("The {} book from {} to {}, as posted\n", books::name(book),
                               format(months.first), format(months.last))));
  for (const ClassMovements& one : classes) {
    PURSER_ASSIGN(const std::string text, text_of(one));
    PURSER_TRY(print("\n" + text));
  }
  return 0;
}

}  // namespace

void add_books_register_verbs(std::vector<Verb>& verbs) {
  verbs.push_back({.name = "books register",
                   .summary = "every asset with cost, depreciation and carrying amount, as posted",
                   .details =
                       "By class, with sums. What was disposed of before is left out.\n\n"
                       "  purser books register --period 2026-09 --format csv > register.csv",
                   .positionals = {},
                   .options = {{"--period", "MONTH", "at its end", "this month"},
                               {"--format", "NAME", "table, or csv with all columns", "table"},
                               book_option("which: financial, tax or management")},
                   .run = run_register});
  verbs.push_back(
      {.name = "books roll-forward",
       .summary = "how cost and depreciation of each class went from opening to closing",
       .details = "Opening + added + disposed of + other = closing, from the journal.\n\n"
                  "  purser books roll-forward --period 2026-01..2026-12 --book tax",
       .positionals = {},
       .options = {{"--period", "MONTHS", "2026-09, or 2026-01..2026-12", "this year until now"},
                   book_option("which: financial, tax or management")},
       .run = run_roll_forward});
}

}  // namespace purser::cli
