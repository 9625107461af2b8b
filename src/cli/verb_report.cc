// purser report: the main figures in the terminal, or everything on one page for whoever pays.
#include <fmt/format.h>

#include "base/files.h"
#include "cli/accounts.h"
#include "cli/months.h"
#include "cli/verbs.h"
#include "report/report.h"
#include "web/page.h"

namespace purser::cli {
namespace {

Result<report::Report> gather(Context& context, const Arguments& arguments) {
  const Instant now = context.clock().now();
  const std::string this_month = format(month_of(date_of(now)));
  const auto months = parse_months(arguments.text_or("--period", this_month));
  if (!months) return fail(months.error().in("--period"));
  if (months->first > month_of(date_of(now))) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("--period: {} has not begun; the last month to report is {}",
                            format(months->first), this_month));
  }
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kCollect));
  const Workspace& workspace = accounts.workspace();
  const std::string name = workspace.root().filename().string();
  return report::gather(accounts.books(), accounts.records(), accounts.budgets(),
                        {.title = std::string(arguments.text_or("--title", name)),
                         .workspace = name,
                         .first = months->first,
                         .last = months->last,
                         .now = now,
                         .currency = workspace.currency(),
                         .runs = workspace.state() / "runs"});
}

Result<int> run_report(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const report::Report gathered, gather(context, arguments));
  const std::string output(arguments.text("--output"));
  if (!output.empty()) {
    PURSER_ASSIGN(const std::string page, web::page(report::to_json(gathered).text()));
    if (!arguments.has("--dry-run")) PURSER_TRY(write_file_atomically(output, page));
    if (!context.json()) {
      PURSER_TRY(print(fmt::format(
          "{} {}, a single file to open, mail or print: {}, {}.\n",
          arguments.has("--dry-run") ? "Would write" : "Wrote", output,
          money::format(gathered.bill.total),
          gathered.bill.agrees ? "and the lines add up" : "but the lines do NOT add up")));
      return gathered.bill.agrees ? 0 : 1;
    }
  }
  PURSER_TRY(print(context.json() ? report::to_json(gathered).text() + "\n"
                                  : report::to_text(gathered, report::TableStyle::for_stdout())));
  return gathered.bill.agrees ? 0 : 1;
}

}  // namespace

void add_report_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "report",
       .summary = "bill, price of the hour, runs and savings, on one page",
       .details =
           "With -o, one HTML file that needs no network: the bill, the hour's price in parts,\n"
           "the curves of training, what optimizing found, latencies under load. Without, the\n"
           "main figures as text. Exit status 1 if the bill does not add up.\n\n"
           "  purser report\n"
           "  purser report -o report.html --title 'Shop Ltd'\n"
           "  purser report --period 2026-09..2026-11 --json",
       .positionals = {},
       .options = {{"-o,--output", "FILE", "write the page here"},
                   {"--period", "MONTHS", "2026-11, or 2026-09..2026-11 with both ends",
                    "this month"},
                   {"--title", "TEXT", "what stands at its head", "the workspace's name"},
                   {"--dry-run", "", "say what would be written, and write nothing"}},
       .run = run_report});
}

}  // namespace purser::cli
