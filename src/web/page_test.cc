#include "web/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace purser::web {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(PageTest, NoNameCanEndTheScriptElementThatHoldsIt) {
  EXPECT_EQ(for_script_element("\"</script>\xE2\x80\xA8\xE2\x80\xA9é<!--\""),
            "\"\\u003c/script>\\u2028\\u2029é\\u003c!--\"");
}

TEST(PageTest, TheDataStandsInThePageOnceAndThePageAsksTheNetworkForNothing) {
  const auto html = page(R"json({"title":"</script><script>alert(1)"})json");
  if (!html && html.error().code() == ErrorCode::kUnsupported) {
    GTEST_SKIP() << "built without the page: " << html.error().message();
  }
  ASSERT_TRUE(html);
  EXPECT_THAT(*html, HasSubstr(R"json({"title":"\u003c/script>\u003cscript>alert(1)"})json"));
  EXPECT_THAT(*html, Not(HasSubstr("/*REPORT*/")));
  EXPECT_TRUE(is_page(std::string_view(*html).substr(0, 2048)));
  EXPECT_THAT(*html, HasSubstr("default-src 'none'"));
  EXPECT_THAT(*html, testing::ContainsRegex("script-src 'sha256-[A-Za-z0-9+/]+='"));
  EXPECT_THAT(*html, Not(HasSubstr("script-src 'unsafe-inline'")));
  EXPECT_THAT(*html, Not(testing::ContainsRegex("(src|href)=\"https?:")));
  EXPECT_THAT(*html, Not(HasSubstr("@import")));
}

}  // namespace
}  // namespace purser::web
