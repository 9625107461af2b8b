// purser report: the main figures in the terminal, or everything on one page for whoever pays.
#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "base/files.h"
#include "cli/accounts.h"
#include "cli/engine_verb.h"
#include "cli/months.h"
#include "cli/report_file.h"
#include "cli/verbs.h"
#include "report/report.h"
#include "report/table.h"
#include "web/page.h"

namespace purser::cli {
namespace {

constexpr std::size_t kRunsOnPage =
    3;  // of each kind, the latest, with curves; the bill has them all

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

bool is_stdout(std::string_view output) { return output == "-" || output == "/dev/stdout"; }

// What can be said of --output before anything is gathered.
Status check_output(const Context& context, const Arguments& arguments) {
  if (!arguments.has("--output")) return {};
  const fs::path output = arguments.text("--output");
  if (output.empty()) {
    return fail(ErrorCode::kInvalidInput, "--output: names no file; write for example report.html");
  }
  std::error_code ignored;
  if (output.filename().empty() || fs::is_directory(output, ignored)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("--output: '{}' is a folder; name a file in it, such as {}",
                            output.string(), (output / "report.html").string()));
  }
  if (output.extension() == ".pdf") {
    fs::path page = output;
    page.replace_extension(".html");
    return fail(ErrorCode::kInvalidInput,
                fmt::format("--output: the report is a page of HTML, which '{}' would not open as; "
                            "name it {}, and print that to PDF from a browser",
                            output.string(), page.string()));
  }
  PURSER_TRY(check_not_ours(output));
  if (fs::is_regular_file(output, ignored) && fs::file_size(output, ignored) > 0 &&
      !is_report(output)) {
    return fail(ErrorCode::kAlreadyExists,
                fmt::format("--output: '{}' is there and is no report; give another name",
                            output.string()));
  }
  if (is_stdout(output.string()) && context.json()) {
    return fail(ErrorCode::kInvalidInput,
                "--output: the page and the JSON would both be printed; give the page a file");
  }
  return {};
}

Result<int> run_report(Context& context, const Arguments& arguments) {
  PURSER_TRY(check_output(context, arguments));
  PURSER_ASSIGN(const report::Report gathered, gather(context, arguments));
  for (const std::string& left_out : gathered.left_out_runs) {
    fmt::print(stderr, "purser: {}\n", report::printable(left_out));
  }
  const std::string output(arguments.text("--output"));
  if (!output.empty()) {
    PURSER_ASSIGN(const std::string page, web::page(report::to_json(gathered, kRunsOnPage).text()));
    if (is_stdout(output) && !arguments.has("--dry-run")) {
      PURSER_TRY(print(page));
      return gathered.bill.agrees ? 0 : 1;
    }
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
           "main figures as text. An earlier report is replaced, no other file.\n\n"
           "Exit status 1 if the bill does not add up.\n\n"
           "  purser report\n"
           "  purser report -o report.html --title 'Shop Ltd'\n"
           "  purser report --period 2026-09..2026-11 --json",
       .positionals = {},
       .options = {{"-o,--output", "FILE", "write the page here; - prints it"},
                   {"--period", "MONTHS", "2026-11, or 2026-09..2026-11 with both ends",
                    "this month"},
                   {"--title", "TEXT", "what stands at its head", "the workspace's name"},
                   {"--dry-run", "", "say what would be written, and write nothing"}},
       .run = run_report});
}

}  // namespace purser::cli
