#include "cli/late_words.h"

#include <cstdio>

#include <fmt/format.h>

namespace purser::cli {

using money::Money;

Result<std::optional<Money>> caught_up_of(const books::Asset& asset) {
  if (!asset.entered) return std::nullopt;
  PURSER_ASSIGN(const books::Course course, asset.course(books::Book::kFinancial));
  PURSER_ASSIGN(const Money missed, course.accumulated(first_day(month_of(*asset.entered))));
  return std::optional(missed);
}

Result<std::string> late_text(const books::Asset& asset, books::Effect effect) {
  PURSER_ASSIGN(const auto missed, caught_up_of(asset));
  if (!missed || !asset.entered) return std::string();
  return fmt::format(
      "{} is closed: it {} in the books from {} on, and the {} that closed months were not charged "
      "{} an expense of {}.\n",
      format(month_of(asset.terms.in_service)),
      effect == books::Effect::kWrite ? "stands" : "would stand", format(*asset.entered),
      format(*missed), effect == books::Effect::kWrite ? "is" : "would be",
      format(month_of(*asset.entered)));
}

Status set_late(report::Json& json, const books::Asset& asset) {
  PURSER_ASSIGN(const auto missed, caught_up_of(asset));
  if (missed && asset.entered) json.set("effective", *asset.entered).set("caught_up", *missed);
  return {};
}

void say_unread(std::string_view asset, const Period& days) {
  fmt::print(stderr,
             "purser: '{}' has no reading of its use from {} until {}: nothing is charged for "
             "that; what is read later is caught up\n",
             asset, format(days.start), format(days.end));
}

}  // namespace purser::cli
