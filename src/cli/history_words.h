// What happened to a machine, in the words of its history.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "books/history.h"
#include "money/money.h"
#include "report/json.h"

namespace purser::cli {

struct Told {
  std::string what;                                   // "improved", "service", "sold", …
  std::optional<money::Money> amount = std::nullopt;  // what it cost, brought, or added to what
                                                      // it is carried at
  std::string details = {};
  std::string document = {};                       // its number; empty: nobody said
  std::optional<Date> counts_from = std::nullopt;  // where that is another day
  std::optional<books::Undone> undone = std::nullopt;
};
// None of what does not concern `book`; without one, all does.
Result<std::optional<Told>> told_of(const books::Happened& happened, const books::History& history,
                                    std::optional<books::Book> book);

report::Json json_of(const books::Happened& happened, const Told& told);
report::Json json_of(const books::LoggedService& logged);

}  // namespace purser::cli
