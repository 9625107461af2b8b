#include "cli/posted_again.h"

#include <fmt/format.h>

namespace purser::cli {

std::string posted_again_text(std::span<const books::PostedAgain> again, std::string_view asset,
                              books::Effect effect) {
  std::string text;
  for (const books::PostedAgain& one : again) {
    text += fmt::format("The {} of {}{}{} had been reversed; it {} posted again.\n",
                        books::name(one.kind), format(one.month),
                        one.book == books::Book::kFinancial
                            ? ""
                            : fmt::format(" in the {} book", books::name(one.book)),
                        one.asset == asset ? "" : fmt::format(" of '{}'", one.asset),
                        effect == books::Effect::kWrite ? "is" : "would be");
  }
  return text;
}

report::Json posted_again_json(std::span<const books::PostedAgain> again) {
  report::Json list = report::Json::array();
  for (const books::PostedAgain& one : again) {
    report::Json json = report::Json::object();
    json.set("asset", one.asset)
        .set("book", books::name(one.book))
        .set("month", format(one.month))
        .set("event", books::name(one.kind));
    list.push(json);
  }
  return list;
}

}  // namespace purser::cli
