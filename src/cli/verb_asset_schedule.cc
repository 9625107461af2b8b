// purser asset schedule: every charge over a life, for terms given or for an asset in the books.
#include <fmt/format.h>

#include "books/books.h"
#include "cli/books_option.h"
#include "cli/database.h"
#include "cli/schedule_batch.h"
#include "cli/schedule_json.h"
#include "cli/tax_years.h"
#include "cli/terms.h"
#include "cli/verbs.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using books::Schedule;
using money::Money;
using report::Align;

constexpr std::string_view kBatch = "--batch";

std::vector<Option> schedule_options() {
  std::vector<Option> options = terms_options(Required::kNo);
  options.insert(options.end(),
                 {{"--section-179", "AMOUNT", "of macrs: expensed at once"},
                  {"--bonus", "PERCENT", "of macrs: deducted at once of what section 179 leaves"},
                  {"--period", "LENGTH", "of a line: day, month, quarter or year", "month"},
                  book_option("of an asset in the books: financial, tax or management"),
                  {"--dispose", "DATE", "as if it left on that day"},
                  {kBatch, "FILE",
                   "a CSV of many: id,cost,salvage,life,in_service,method,convention,period,"
                   "fiscal_year_start; one line of JSON each"}});
  return options;
}

struct Answer {
  Schedule schedule;
  // Of an asset whose convention its tax year decides; empty otherwise.
  std::string convention = {};
  std::string decided = {};  // the same, with why
  std::string_view computed = {};
  std::optional<Money> ignored_salvage = std::nullopt;  // given, and not asked
};

// Of an asset in the books, with all that happened to it.
Result<Answer> schedule_of_asset(Context& context, const Arguments& arguments,
                                 books::PeriodLength length) {
  const std::string_view name = arguments.positional("NAME");
  for (const Option& option : schedule_options()) {
    const bool fits =
        option.flag == "--period" || option.flag == "--dispose" || option.flag == "--book";
    if (fits || !arguments.has(option.flag)) continue;
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} has no place beside the asset '{}', which has its own terms; leave "
                            "one of them out",
                            option.flag, name));
  }
  PURSER_ASSIGN(const auto asked, book_asked_for(arguments));
  const books::Book book = asked.value_or(books::Book::kFinancial);
  PURSER_ASSIGN(const auto disposed, arguments.date("--dispose"));
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  PURSER_ASSIGN(books::Asset asset, books::Books(database, context.clock()).asset(name));
  if (asset.terms_in(book) == nullptr) {
    return fail(ErrorCode::kNotFound,
                fmt::format("'{}' does not stand in the {} book", name, books::name(book)));
  }
  const auto* const units = std::get_if<books::UnitsOfProduction>(&asset.terms_in(book)->method);
  if (units != nullptr && (units->used == nullptr || units->used->empty())) {
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("'{0}' is charged by use, and no use of it is known yet; tell it: purser "
                    "asset units {0} FILE",
                    name));
  }
  if (disposed) {
    asset.events.push_back({.asset = asset.name,
                            .on = *disposed,
                            .effective = *disposed,
                            .what = books::Disposal{money::Money::zero(asset.currency())}});
  }
  PURSER_ASSIGN(const books::Course course, asset.course(book));
  PURSER_ASSIGN(Schedule schedule, course.schedule(length, asset.entered));
  std::string decided = convention_text(asset, book);
  Answer answer{std::move(schedule)};
  answer.computed = computed_as(asset.terms_in(book)->method);
  if (decided.empty()) return answer;
  const books::Convention convention = course.terms(course.charged().end).convention;
  answer.convention = books::name(convention);
  answer.decided = std::move(decided);
  return answer;
}

// The terms on the command line need no workspace; those of an asset do, and hold its own fiscal
// year, and per-period means a month to its books.
Result<Answer> schedule_asked_for(Context& context, const Arguments& arguments) {
  const auto length = books::parse_period_length(arguments.text_or("--period", "month"));
  if (!length) return fail(length.error().in("--period"));
  if (!arguments.positional("NAME").empty()) return schedule_of_asset(context, arguments, *length);
  if (arguments.has("--book")) {
    return fail(ErrorCode::kInvalidInput, "--book asks for an asset in the books; give its NAME");
  }
  PURSER_ASSIGN(books::Terms terms, terms_from(words_of(arguments)));
  PURSER_ASSIGN(const auto disposed, arguments.date("--dispose"));
  const ScheduleOrder order = order_of(std::move(terms), *length, disposed);
  PURSER_ASSIGN(Schedule schedule, books::schedule(order.terms, order.length));
  Answer answer{std::move(schedule)};
  answer.computed = computed_as(order.terms.method);
  answer.ignored_salvage = ignored_salvage(words_of(arguments), order.terms);
  return answer;
}

Status refuse_beside_batch(const Arguments& arguments, const std::vector<Option>& options) {
  std::string_view found = arguments.positional("NAME");
  for (const Option& option : options) {
    if (option.flag != kBatch && arguments.has(option.flag)) found = option.flag;
  }
  if (found.empty()) return {};
  return fail(
      ErrorCode::kInvalidInput,
      fmt::format("'{}' has no place beside --batch, whose lines say it each for themselves",
                  found));
}

// Calls `take` with each charge and what has accumulated by its end.
template <class Take>
Status each_line(const Schedule& schedule, Take take) {
  Money accumulated =
      schedule.accumulated_before.value_or(Money::zero(schedule.opening.currency()));
  Money book_value = schedule.opening;
  auto addition = schedule.additions.begin();
  for (const books::Charge& charge : schedule.charges) {
    for (; addition != schedule.additions.end() && addition->start <= charge.period.start;
         ++addition) {
      PURSER_ASSIGN(book_value, money::add(book_value, addition->amount));
      PURSER_ASSIGN(accumulated, money::add(accumulated, addition->accumulated));
    }
    PURSER_ASSIGN(accumulated, money::add(accumulated, charge.amount));
    PURSER_ASSIGN(book_value, money::subtract(book_value, charge.amount));
    take(charge, accumulated, book_value);
  }
  return {};
}

Result<std::string> table_text(const Answer& answer) {
  const Schedule& schedule = answer.schedule;
  report::Table table({{"from"},
                       {"until"},
                       {"charge", Align::kDecimal},
                       {"accumulated", Align::kDecimal},
                       {"book value", Align::kDecimal}});
  PURSER_TRY(each_line(schedule, [&](const books::Charge& charge, Money accumulated, Money value) {
    table.add_row({format(charge.period.start), format(charge.period.end), format(charge.amount),
                   format(accumulated), format(value)});
  }));
  table.add_total({"total", "", format(schedule.total), "", ""});
  std::string text = table.render(report::TableStyle::for_stdout());
  if (schedule.section_179) {
    text += fmt::format("Section 179: {}, expensed when placed in service.\n",
                        format(*schedule.section_179));
  }
  if (schedule.bonus) {
    text += fmt::format("Bonus: {}, deducted when placed in service.\n", format(*schedule.bonus));
  }
  if (!answer.decided.empty()) text += fmt::format("Convention: {}.\n", answer.decided);
  if (!answer.computed.empty()) text += fmt::format("Computed {}.\n", answer.computed);
  return text + ignored_text(answer.ignored_salvage);
}

Result<int> run_schedule(Context& context, const Arguments& arguments) {
  if (arguments.has(kBatch)) {
    PURSER_TRY(refuse_beside_batch(arguments, schedule_options()));
    PURSER_TRY(print_schedules(fs::path(arguments.text(kBatch))));
    return 0;
  }
  PURSER_ASSIGN(const Answer answer, schedule_asked_for(context, arguments));
  if (context.json()) {
    std::string text;
    append_json(text, answer.schedule, std::nullopt, answer.convention, answer.computed,
                answer.ignored_salvage);
    PURSER_TRY(print(text));
    return 0;
  }
  PURSER_ASSIGN(const std::string text, table_text(answer));
  PURSER_TRY(print(text));
  return 0;
}

}  // namespace

void add_asset_schedule_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "asset schedule",
       .summary = "every charge over a life, to the cent; needs no workspace",
       .details = "  purser asset schedule --cost 'USD 12,000.00' --salvage 'USD 1,500.00' \\\n"
                  "    --life 48mo --in-service 2026-02-15 --period year\n"
                  "  purser asset schedule --cost 'USD 36,000.00' --in-service 2026-03-17 \\\n"
                  "    --method macrs:5:half-year --period year\n"
                  "  purser asset schedule server\n\n"
                  "A line of a batch that cannot be answered says why on stderr and in its JSON;\n"
                  "the others are answered, and the exit status is 2. Its further columns are\n"
                  "dispose, section_179, bonus and units_used; what is left empty has its default.",
       .positionals = {{"NAME", "an asset in the books, in place of terms", false}},
       .options = schedule_options(),
       .run = run_schedule});
}

}  // namespace purser::cli
