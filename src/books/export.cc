#include "books/export.h"

#include <iterator>

#include <fmt/format.h>

#include "base/csv.h"
#include "books/books.h"
#include "books/books_store.h"
#include "books/ledger_names.h"

namespace purser::books {
namespace {

// --- hledger -------------------------------------------------------------------------------------

std::string hledger_head(const Declarations& declarations) {
  std::string text = "decimal-mark .\n\n";
  auto out = std::back_inserter(text);
  for (const auto& commodity : declarations.commodities) {
    // The directive asks for a decimal mark, even where no decimals follow.
    fmt::format_to(out, "commodity 1000.{:0<{}} {}\n", "", commodity.currency.digits(),
                   commodity.currency.code());
  }
  text += '\n';
  for (const auto& account : declarations.accounts) {
    fmt::format_to(out, "account {}\n", hledger_account(account.name));
  }
  return text;
}

std::string hledger_entry(const Entry& entry) {
  std::string text;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "\n{} * ({}) {} of {}\n", format(entry.date), entry.number,
                 hledger_text(entry.event), hledger_text(entry.asset));
  const auto tag = [&](std::string_view name, std::string_view value) {
    fmt::format_to(out, "    ; {}: {}\n", name, hledger_text(value));
  };
  tag("entry", std::to_string(entry.number));
  tag("period", format(entry.period));
  tag("book", entry.book);
  tag("asset", entry.asset);
  tag("event", entry.event);
  tag("revision", std::to_string(entry.revision));
  tag("rule", entry.rule);
  if (entry.reverses) tag("reverses", std::to_string(*entry.reverses));
  for (const Line& line : entry.lines) {
    fmt::format_to(out, "    {}  {} {}\n", hledger_account(line.account),
                   format_amount(line.amount), line.amount.currency().code());
  }
  return text;
}

// --- beancount -----------------------------------------------------------------------------------

std::string beancount_head(const Declarations& declarations) {
  std::string text;
  auto out = std::back_inserter(text);
  for (const auto& commodity : declarations.commodities) {
    fmt::format_to(out, "option \"operating_currency\" \"{}\"\n", commodity.currency.code());
  }
  text += '\n';
  for (const auto& commodity : declarations.commodities) {
    fmt::format_to(out, "{} commodity {}\n", format(commodity.first), commodity.currency.code());
  }
  text += '\n';
  for (const auto& account : declarations.accounts) {
    fmt::format_to(out, "{} open {}\n", format(account.first), beancount_account(account.name));
  }
  return text;
}

std::string beancount_entry(const Entry& entry) {
  std::string text;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "\n{} * {} {}\n", format(entry.date), beancount_string(entry.asset),
                 beancount_string(entry.event));
  const auto metadata = [&](std::string_view name, std::string_view value) {
    fmt::format_to(out, "  {}: {}\n", name, value);
  };
  metadata("entry", std::to_string(entry.number));
  metadata("period", beancount_string(format(entry.period)));
  metadata("book", beancount_string(entry.book));
  metadata("asset", beancount_string(entry.asset));
  metadata("event", beancount_string(entry.event));
  metadata("revision", std::to_string(entry.revision));
  metadata("rule", beancount_string(entry.rule));
  if (entry.reverses) metadata("reverses", std::to_string(*entry.reverses));
  for (const Line& line : entry.lines) {
    fmt::format_to(out, "  {}  {} {}\n", beancount_account(line.account),
                   format_amount(line.amount), line.amount.currency().code());
  }
  return text;
}

// --- CSV -----------------------------------------------------------------------------------------

constexpr std::string_view kCsvHead =
    "entry,date,period,book,asset,event,revision,rule,reverses,line,account,currency,amount\n";

std::string csv_entry(const Entry& entry) {
  const std::string common = fmt::format(
      "{},{},{},{},{},{},{},{},{}", entry.number, format(entry.date), format(entry.period),
      csv_field(entry.book), csv_field(entry.asset), csv_field(entry.event), entry.revision,
      csv_field(entry.rule), entry.reverses ? std::to_string(*entry.reverses) : "");
  std::string text;
  int number = 1;
  for (const Line& line : entry.lines) {
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{}\n", common, number++,
                   csv_field(line.account), line.amount.currency().code(),
                   format_amount(line.amount));
  }
  return text;
}

}  // namespace

Result<ExportFormat> parse_export_format(std::string_view text) {
  if (text == "hledger") return ExportFormat::kHledger;
  if (text == "beancount") return ExportFormat::kBeancount;
  if (text == "csv") return ExportFormat::kCsv;
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' is no format; write hledger, beancount or csv", text));
}

std::string export_head(ExportFormat format, const Declarations& declarations) {
  switch (format) {
    case ExportFormat::kHledger:
      return hledger_head(declarations);
    case ExportFormat::kBeancount:
      return beancount_head(declarations);
    case ExportFormat::kCsv:
      break;
  }
  return std::string(kCsvHead);
}

std::string export_entry(ExportFormat format, const Entry& entry) {
  switch (format) {
    case ExportFormat::kHledger:
      return hledger_entry(entry);
    case ExportFormat::kBeancount:
      return beancount_entry(entry);
    case ExportFormat::kCsv:
      break;
  }
  return csv_entry(entry);
}

Status Books::export_journal(ExportFormat format, std::optional<Month> month,
                             const ExportSink& take, Book book) const {
  PURSER_ASSIGN(const auto snapshot, database_.begin_snapshot());
  BooksStore store(database_);
  PURSER_ASSIGN(const Declarations declarations, store.declarations(book, month));
  PURSER_TRY(take(export_head(format, declarations)));
  return store.each_entry_by_date(
      book, month, [&](const Entry& entry) { return take(export_entry(format, entry)); });
}

}  // namespace purser::books
