#include "cli/terms.h"

#include <fmt/format.h>

namespace purser::cli {
namespace {

// `parse` of the flag's text, or of `fallback` if it was not given.
template <class Parse>
auto parsed(const Arguments& arguments, std::string_view flag, std::string_view fallback,
            Parse parse) -> decltype(parse(fallback)) {
  auto value = parse(arguments.text_or(flag, fallback));
  if (!value) return fail(std::move(value).error().in(flag));
  return value;
}

template <class T>
Result<T> needed(Result<std::optional<T>> value, std::string_view flag) {
  PURSER_ASSIGN(std::optional<T> given, std::move(value));
  if (!given) return fail(ErrorCode::kInvalidInput, fmt::format("{} is missing", flag));
  return *given;
}

}  // namespace

std::vector<Option> terms_options(Required required) {
  const bool must = required == Required::kYes;
  return {{"--cost", "AMOUNT", "what was paid, freight and installation included", {}, must},
          {"--salvage", "AMOUNT", "what will be left at the end of its life", "0"},
          {"--life", "LIFE", "useful life: 4y, 48mo or 1461d", {}, must},
          {"--in-service", "DATE", "from when on it could be used", {}, must},
          {"--method", "METHOD", "how it wears off: straight-line", "straight-line"},
          {"--convention", "NAME", "daily, full-month, half-month or following-month", "daily"}};
}

Result<books::Terms> terms_from(const Arguments& arguments) {
  PURSER_ASSIGN(const money::Money cost, needed(arguments.money("--cost"), "--cost"));
  PURSER_ASSIGN(const auto salvage, arguments.money("--salvage"));
  PURSER_ASSIGN(const Date in_service, needed(arguments.date("--in-service"), "--in-service"));
  PURSER_ASSIGN(const auto life, parsed(arguments, "--life", "", books::parse_life));
  PURSER_ASSIGN(const auto method,
                parsed(arguments, "--method", "straight-line", books::parse_method));
  PURSER_ASSIGN(const auto convention,
                parsed(arguments, "--convention", "daily", books::parse_convention));
  return books::Terms{cost,   salvage.value_or(money::Money::zero(cost.currency())),
                      life,   in_service,
                      method, convention};
}

}  // namespace purser::cli
