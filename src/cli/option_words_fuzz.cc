// Any text as the value of an option that is more than an amount or a date: never a crash, and what
// is accepted holds what its type promises.
#include <cstdlib>

#include <fmt/format.h>

#include "base/fuzzing.h"
#include "cli/arguments.h"
#include "cli/contract.h"
#include "cli/division.h"
#include "cli/months.h"

namespace {

using purser::check_refusal;

// What `parse` accepts, `holds` is true of.
template <class Value, class Holds>
void check(const purser::Result<Value>& value, std::string_view text, Holds holds) {
  if (!value) return check_refusal(value.error(), text);
  if (!holds(*value)) std::abort();
}

void check_arguments(std::string_view text) {
  purser::cli::Arguments arguments;
  arguments.options["--x"] = {std::string(text)};
  check(arguments.fraction("--x"), text, [](auto share) { return *share >= 0 && *share <= 1; });
  check(arguments.number("--x", -2, 7), text,
        [](auto number) { return *number >= -2 && *number <= 7; });
  check(arguments.integer("--x", -2, 7), text,
        [](auto number) { return *number >= -2 && *number <= 7; });
  check(arguments.duration("--x"), text, [](auto time) { return *time >= purser::Nanoseconds{0}; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  namespace cli = purser::cli;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(cli::parse_share(text), text,
        [](auto share) { return 0 < share.part && share.part < share.whole; });
  check(cli::parse_months(text), text, [](auto months) { return months.first <= months.last; });
  check(cli::parse_pue(text), text, [](auto thousandths) { return thousandths >= 0; });
  check(cli::parse_money_per(text, {"y", "year"}), text, [](auto amount) {
    return cli::parse_money_per(format(amount) + "/y", {"y", "year"}) == amount;
  });
  // What is shown of a tariff is rounded to nine decimals: read again, it is shown the same.
  check(cli::parse_tariff(text), text, [](const auto& tariff) {
    const std::string shown = cli::format_tariff(tariff);
    const auto again = cli::parse_tariff(shown);
    return again && cli::format_tariff(*again) == shown;
  });
  check_arguments(text);
  return 0;
}
