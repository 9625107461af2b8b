#include "report/json.h"

#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

namespace purser::report {
namespace {

TEST(JsonTest, KeepsTheOrderGivenAndTheTypesOfWhatItHolds) {
  Json inner = Json::array();
  inner.push(1).push("a\"b").push(nullptr).push(true);
  Json outer = Json::object();
  outer.set("z", inner).set("a", 0.1).set("none", std::optional<double>());
  EXPECT_EQ(outer.text(), R"({"z":[1,"a\"b",null,true],"a":0.1,"none":null})");
}

TEST(JsonTest, MoneyIsTextToTheLastBillionth) {
  EXPECT_EQ(Json(money::Money(std::int64_t{1234567}, money::usd())).text(),
            R"({"currency":"USD","amount":"12345.67"})");
  EXPECT_EQ(Json(money::Cost(money::Int128{4166667}, money::usd())).text(),
            R"({"currency":"USD","amount":"0.004166667"})");
}

TEST(JsonTest, DatesAndPeriodsAreIso8601) {
  using std::chrono::year;
  const Date start = std::chrono::sys_days(year{2026} / 2 / 1);
  EXPECT_EQ(Json(Period{start, start + std::chrono::days(28)}).text(),
            R"({"start":"2026-02-01","end":"2026-03-01"})");
  EXPECT_EQ(Json(midnight(start)).text(), R"("2026-02-01T00:00:00Z")");
}

TEST(JsonTest, WhatIsNoNumberIsNull) {
  EXPECT_EQ(Json(std::numeric_limits<double>::quiet_NaN()).text(), "null");
  EXPECT_EQ(Json(std::numeric_limits<double>::infinity()).text(), "null");
}

// nlohmann reads back what was written: an independent reader.
RC_GTEST_PROP(JsonTest, AnotherReaderFindsTheSameText, (const std::string& ascii)) {
  std::string text;
  for (const char c : ascii) text += static_cast<char>(c & 0x7F);
  const Json json = Json::object().set("text", text);
  RC_ASSERT(nlohmann::json::parse(json.text())["text"] == text);
}

RC_GTEST_PROP(JsonTest, AnotherReaderFindsTheSameNumber, (double value)) {
  if (!std::isfinite(value)) return;
  RC_ASSERT(nlohmann::json::parse(Json(value).text()).get<double>() == value);
}

}  // namespace
}  // namespace purser::report
