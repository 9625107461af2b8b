#include "cli/schedule_json.h"

#include <gtest/gtest.h>

namespace purser::cli {
namespace {

// A tax year that is tipped may give back what its closed months were charged too much.
TEST(ScheduleJson, OfAChargeBelowZero_HasItsSignInFront) {
  const auto usd = [](std::int64_t minor) { return money::Money(minor, money::usd()); };
  const Date start(std::chrono::year{2026} / 10 / 1);
  const Date end(std::chrono::year{2026} / 11 / 1);
  books::Schedule schedule{.charges = {{{start, end}, usd(-5)}, {{end, end}, usd(-12'345)}},
                           .opening = usd(0),
                           .total = usd(-12'350),
                           .section_179 = std::nullopt,
                           .bonus = std::nullopt};
  std::string text;
  append_json(text, schedule, std::nullopt, "mid-quarter");
  EXPECT_NE(text.find(R"("charge":{"currency":"USD","amount":"-0.05"})"), std::string::npos);
  EXPECT_NE(text.find(R"("accumulated":{"currency":"USD","amount":"-123.50"})"), std::string::npos);
  EXPECT_NE(text.find(R"("book_value":{"currency":"USD","amount":"0.05"})"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\"convention\":\"mid-quarter\"}\n")) << text;
}

}  // namespace
}  // namespace purser::cli
