// Any text: parsing terms never crashes, what is accepted prints and parses to the same, and a
// method with a life is a schedule whose charges add up, or is refused in words.
#include <cstdlib>

#include "base/fuzzing.h"
#include "books/book.h"
#include "books/export.h"
#include "books/roles.h"
#include "books/schedule.h"
#include "books/terms.h"

namespace {

namespace books = purser::books;

void check_schedule(const books::Method& method, std::string_view text) {
  books::Terms terms{.cost = *purser::money::parse_money("USD 12000.01"),
                     .salvage = *purser::money::parse_money("USD 1500.00"),
                     .life = *books::parse_life("36mo"),
                     .in_service = *purser::parse_date("2024-02-29"),
                     .method = method};
  const auto convention = books::settle_convention(terms.method, std::nullopt);
  if (!convention) return purser::check_refusal(convention.error(), text);
  terms.convention = *convention;
  books::Schedule made{{}, terms.cost, terms.cost, std::nullopt, std::nullopt};
  const auto done = books::schedule(terms, books::PeriodLength::kMonth, made);
  if (!done) return purser::check_refusal(done.error(), text);
  std::int64_t sum = 0;
  for (const auto& charge : made.charges) sum += charge.amount.minor();
  if (sum != made.total.minor() || sum > terms.cost.minor()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using purser::check_round_trip;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto named = [](auto value) { return std::string(name(value)); };
  check_round_trip(text, books::parse_life, [](books::Life life) { return format(life); });
  check_round_trip(text, books::parse_convention, named);
  check_round_trip(text, books::parse_period_length, named);
  check_round_trip(text, books::parse_book, named);
  check_round_trip(text, books::parse_role, named);
  check_round_trip(text, books::parse_units, books::format_units);
  check_round_trip(text, books::parse_method,
                   [](const books::Method& method) { return name(method); });
  check_round_trip(text, books::parse_fiscal_year_start, [](books::FiscalYearStart start) {
    if (start.day > std::chrono::day{28}) std::abort();
    return format(start);
  });
  if (const auto method = books::parse_method(text)) check_schedule(*method, text);
  return 0;
}
