// purser books export: the journal for other programs.
#include <string>

#include "cli/accounts.h"
#include "cli/books_option.h"
#include "cli/verbs.h"

namespace purser::cli {
namespace {

Result<int> run_export(Context& context, const Arguments& arguments) {
  const auto format = books::parse_export_format(arguments.text("--format"));
  if (!format) return fail(format.error().in("--format"));
  PURSER_ASSIGN(const auto month, arguments.month("--period"));
  PURSER_ASSIGN(const auto book, book_asked_for(arguments));
  if (context.json()) {
    return fail(ErrorCode::kInvalidInput,
                "--json: an export has its own format; for JSON write purser books journal --json");
  }
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kLeave));
  constexpr std::size_t kPieceBytes = 1U << 16U;
  std::string piece;
  const auto take = [&](std::string_view text) -> Status {
    piece += text;
    if (piece.size() < kPieceBytes) return {};
    auto printed = print(piece);
    piece.clear();
    return printed;
  };
  PURSER_TRY(accounts.books().export_journal(*format, month, take,
                                             book.value_or(books::Book::kFinancial)));
  PURSER_TRY(print(piece));
  return 0;
}

}  // namespace

void add_books_export_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "books export",
       .summary = "the journal for hledger, beancount or a spreadsheet",
       .details = "By date and number; the same books give the same bytes whenever it runs.\n\n"
                  "  purser books export --format hledger | hledger -f - balance",
       .positionals = {},
       .options = {{"--format", "NAME", "hledger, beancount or csv", {}, true},
                   {"--period", "MONTH", "only this one"},
                   book_option("which: financial, tax or management")},
       .run = run_export});
}

}  // namespace purser::cli
