// JSON that is written: deterministic, in the order given, money as text so that no reader loses a
// cent.
//
//   Json answer = Json::object();
//   answer.set("run", run.name).set("cost", line.amount).set("p99_ms", p99);
//   Json lines = Json::array();
//   lines.push(std::move(answer));
//   print(lines.text() + "\n");
//
// A Json holds its finished text, so building one is appending; nothing can be read back out of
// it. Names are snake_case with the unit last. Values only; any thread.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/time.h"
#include "money/money.h"

namespace purser::report {

class Json {
 public:
  // Whatever has an obvious JSON form is one: `json.set("price", amount)`.
  // NOLINTBEGIN(google-explicit-constructor)
  Json() : text_("null") {}
  Json(std::nullptr_t) : Json() {}
  Json(std::string_view text);
  Json(const std::string& text) : Json(std::string_view(text)) {}
  Json(const char* text) : Json(std::string_view(text)) {}
  template <std::same_as<bool> B>  // nothing converts to bool by accident
  Json(B value) : text_(value ? "true" : "false") {}
  template <std::integral I>
    requires(!std::same_as<I, bool> && !std::same_as<I, char>)
  Json(I value) : text_(std::to_string(value)) {}
  Json(double value);  // the shortest text that reads back the same; null if not finite
  Json(const money::Money& amount);  // {"currency":"USD","amount":"12.34"}
  Json(const money::Cost& amount);   // {"currency":"USD","amount":"0.004166667"}
  Json(Instant instant);             // "2026-02-15T08:00:00Z"
  Json(Date date);                   // "2026-02-15"
  Json(const Period& period);        // {"start":"2026-02-01","end":"2026-03-01"}, half-open
  template <class T>
  Json(const std::optional<T>& value) : Json(value ? Json(*value) : Json()) {}
  template <class T>
    requires std::constructible_from<Json, const T&>
  Json(const std::vector<T>& values) : Json(array()) {
    for (const T& value : values) push(value);
  }
  // NOLINTEND(google-explicit-constructor)

  static Json object() { return Json(Raw{"{}"}); }
  static Json array() { return Json(Raw{"[]"}); }

  // Of an object. `name` is new to it.
  Json& set(std::string_view name, const Json& value);
  // Of an array.
  Json& push(const Json& value);

  const std::string& text() const { return text_; }

 private:
  struct Raw {
    std::string_view text;
  };
  explicit Json(Raw raw) : text_(raw.text) {}

  std::string text_;
};

}  // namespace purser::report
