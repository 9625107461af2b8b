#include "cli/schedule_batch.h"

#include <fmt/format.h>

#include "base/csv.h"
#include "base/text.h"
#include "cli/context.h"
#include "cli/schedule_json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

constexpr std::size_t kPrintedBytes = 1U << 20U;

const std::vector<std::string>& columns() {
  static const std::vector<std::string> names{
      "id",         "cost",   "salvage",           "life",    "in_service",  "method",
      "convention", "period", "fiscal_year_start", "dispose", "section_179", "bonus",
      "units_used"};
  return names;
}

Result<ScheduleOrder> order_from(const Words& words) {
  if (words.of("id").empty()) {
    return fail(ErrorCode::kInvalidInput, "id is missing; give every line a name for its answer");
  }
  PURSER_ASSIGN(books::Terms terms, terms_from(words));
  const std::string_view period = words.of("period");
  auto length = books::parse_period_length(period.empty() ? "month" : period);
  if (!length) return fail(std::move(length).error().in("period"));
  std::optional<Date> disposed;
  if (const std::string_view text = words.of("dispose"); !text.empty()) {
    auto date = parse_date(text);
    if (!date) return fail(std::move(date).error().in("dispose"));
    disposed = *date;
  }
  return order_of(std::move(terms), *length, disposed);
}

// Reads orders and writes answers.
class Batch {
 public:
  explicit Batch(CsvReader csv) : csv_(std::move(csv)) {}

  Status run() {
    while (true) {
      auto more = csv_.next();
      if (more && !*more) break;
      if (!more && more.error().code() != ErrorCode::kInvalidInput) {
        return fail(std::move(more).error());
      }
      ++lines_;
      const Status answered = more ? answer() : fail(std::move(more).error());
      if (!answered) refuse(answered.error());
      if (text_.size() >= kPrintedBytes) PURSER_TRY(flush());
    }
    PURSER_TRY(flush());
    if (refused_ == 0) return {};
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} of {} {} not answered; mend what is named above and run it again",
                            refused_, lines_ == 1 ? "1 line" : fmt::format("{} lines", lines_),
                            refused_ == 1 ? "was" : "were"));
  }

 private:
  Status answer() {
    auto order = order_from(words_);
    if (!order) return fail(std::move(order).error().in(csv_.where()));
    if (!schedule_) {
      const money::Money none = money::Money::zero(order->terms.cost.currency());
      schedule_.emplace(books::Schedule{{}, none, none, std::nullopt, std::nullopt});
    }
    auto made = books::schedule(order->terms, order->length, *schedule_);
    if (!made) return fail(std::move(made).error().in(csv_.where()));
    append_json(text_, *schedule_, words_.of("id"), "", computed_as(order->terms.method),
                ignored_salvage(words_, order->terms));
    return {};
  }

  void refuse(const Error& error) {
    ++refused_;
    fmt::print(stderr, "purser: {}\n", report::printable(error.message()));
    text_ += fmt::format("{{\"id\":{},\"error\":{}}}\n", json_quote(words_.of("id")),
                         json_quote(error.message()));
  }

  Status flush() {
    PURSER_TRY(print(text_));
    text_.clear();
    return {};
  }

  CsvReader csv_;
  const Words words_{[this](std::string_view name) { return trim(csv_.field(name)); }};
  std::optional<books::Schedule> schedule_;
  std::string text_;
  std::int64_t lines_ = 0;
  std::int64_t refused_ = 0;
};

}  // namespace

ScheduleOrder order_of(books::Terms terms, books::PeriodLength length,
                       std::optional<Date> disposed) {
  if (disposed) terms.disposed = disposed;
  if (auto* declining = std::get_if<books::DecliningBalance>(&terms.method)) {
    if (declining->per_period) declining->per_period = length;
  }
  return {std::move(terms), length};
}

Status print_schedules(const fs::path& path) {
  PURSER_ASSIGN(CsvReader csv, CsvReader::open(path));
  PURSER_TRY(csv.check_columns(columns(), {"id", "cost", "in_service"}));
  return Batch(std::move(csv)).run();
}

}  // namespace purser::cli
