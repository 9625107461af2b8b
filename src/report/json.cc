#include "report/json.h"

#include <cassert>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"

namespace purser::report {
namespace {

std::string money_text(std::string_view currency, std::string_view amount) {
  return fmt::format(R"({{"currency":"{}","amount":"{}"}})", currency, amount);
}

}  // namespace

Json::Json(std::string_view text) : text_(json_quote(text)) {}
Json::Json(double value) : text_(std::isfinite(value) ? fmt::format("{}", value) : "null") {}
Json::Json(const money::Money& amount)
    : text_(money_text(amount.currency().code(), money::format_amount(amount))) {}
Json::Json(const money::Cost& amount)
    : text_(money_text(amount.currency().code(), money::format_amount(amount))) {}
Json::Json(Instant instant) : Json(format(instant)) {}
Json::Json(Date date) : Json(format(date)) {}
Json::Json(const Period& period)
    : text_(object().set("start", period.start).set("end", period.end).text()) {}

Json& Json::set(std::string_view name, const Json& value) {
  assert(text_.front() == '{');
  text_.pop_back();
  if (text_.size() > 1) text_ += ',';
  text_ += json_quote(name);
  text_ += ':';
  text_ += value.text_;
  text_ += '}';
  return *this;
}

Json& Json::push(const Json& value) {
  assert(text_.front() == '[');
  text_.pop_back();
  if (text_.size() > 1) text_ += ',';
  text_ += value.text_;
  text_ += ']';
  return *this;
}

}  // namespace purser::report
