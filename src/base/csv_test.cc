#include "base/csv.h"

#include <unistd.h>

#include <fstream>

#include <gtest/gtest.h>

namespace purser {
namespace {

using Records = std::vector<std::vector<std::string>>;

Records records_of(CsvReader& reader) {
  Records records;
  while (true) {
    const auto more = reader.next();
    EXPECT_TRUE(more) << more.error().message();
    if (!more || !*more) return records;
    auto& record = records.emplace_back();
    for (const std::string& column : reader.columns()) record.emplace_back(reader.field(column));
  }
}

TEST(CsvReader, TakesQuotesCommasAndLineBreaks_AsSpreadsheetsWriteThem) {
  auto reader = CsvReader::from_text("a.csv",
                                     "\xEF\xBB\xBFid, cost\r\n1,\"USD 12,000.00\"\r\n\r\n"
                                     "2,\"a \"\"b\"\"\nc\"\r\n,\n\"\",x");
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->columns(), (std::vector<std::string>{"id", "cost"}));
  EXPECT_EQ(records_of(*reader),
            (Records{{"1", "USD 12,000.00"}, {"2", "a \"b\"\nc"}, {"", ""}, {"", "x"}}));
}

TEST(CsvReader, SaysWhereARecordBegan_AndGoesOnBehindABadOne) {
  auto reader = CsvReader::from_text("a.csv", "x,y\n\"1\n\",2\n3\n\"4\"5,6\n7,8\n");
  EXPECT_TRUE(*reader->next());
  EXPECT_EQ(reader->where(), "a.csv:2");
  const auto few = reader->next();
  ASSERT_FALSE(few);
  EXPECT_EQ(few.error().message(),
            "a.csv:4: has 1 fields where the first line names 2 columns; put quotes around a field "
            "with a comma in it");
  const auto behind = reader->next();
  ASSERT_FALSE(behind);
  EXPECT_NE(behind.error().message().find("a.csv:5: text stands behind"), std::string::npos);
  EXPECT_TRUE(*reader->next());
  EXPECT_EQ(reader->where(), "a.csv:6");
  EXPECT_EQ(reader->field("y"), "8");
  EXPECT_FALSE(*reader->next());
}

TEST(CsvReader, RefusesWhatItCannotRead) {
  EXPECT_FALSE(CsvReader::from_text("a.csv", ""));
  EXPECT_EQ(CsvReader::open("/nowhere/a.csv").error().code(), ErrorCode::kNotFound);
  EXPECT_FALSE(CsvReader::open("/"));
  auto open_quote = CsvReader::from_text("a.csv", "x\n\"never");
  EXPECT_FALSE(open_quote->next());
  EXPECT_FALSE(*open_quote->next());
}

TEST(CsvReader, LastColumnsWithoutAName_AndLinesOfBlanks_AreNone) {
  auto reader = CsvReader::from_text("a.csv", " \t\nx,y,, \n1,2,,\n   \n3,4\n5,6, ,,\n \t\r\n");
  ASSERT_TRUE(reader) << reader.error().message();
  EXPECT_EQ(reader->columns(), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(records_of(*reader), (Records{{"1", "2"}, {"3", "4"}, {"5", "6"}}));
  auto more = CsvReader::from_text("a.csv", "x,y,\n1,2,3\n");
  EXPECT_FALSE(more->next()) << "a word in a column without a name is one too many";
  EXPECT_FALSE(CsvReader::from_text("a.csv", ",,\n1,2,3\n")) << "no column has a name";
}

TEST(CsvReader, SaysThatAFileIsUtf16_AndTheWayOut) {
  using namespace std::string_literals;
  for (const std::string& text : {"\xFF\xFEi\0d\0\n\0"s, "\xFE\xFF\0i\0d\0\n"s, "i\0d\0\n\0"s}) {
    const auto reader = CsvReader::from_text("a.csv", text);
    ASSERT_FALSE(reader);
    EXPECT_EQ(
        reader.error().message(),
        "a.csv: is written in UTF-16; save it as CSV in UTF-8, or convert it: iconv -f UTF-16 "
        "-t UTF-8");
  }
}

TEST(CsvReader, ChecksItsColumnsByName) {
  const std::vector<std::string> known{"id", "cost"};
  EXPECT_TRUE(CsvReader::from_text("a.csv", "cost,id\n")->check_columns(known, {"cost"}));
  EXPECT_NE(CsvReader::from_text("a.csv", "id,csot\n")
                ->check_columns(known, {})
                .error()
                .message()
                .find("did you mean 'cost'"),
            std::string::npos);
  EXPECT_FALSE(CsvReader::from_text("a.csv", "id,id\n")->check_columns(known, {}));
  EXPECT_FALSE(CsvReader::from_text("a.csv", "id\n")->check_columns(known, {"cost"}));
}

TEST(CsvReader, TakesSemicolonsOrTabs_IfTheFirstLineHasThemAndNoComma) {
  auto semicolons = CsvReader::from_text("a.csv", "id;\"a,b\";cost\n1;x,y;\"2;5\"\n");
  ASSERT_TRUE(semicolons->next());
  EXPECT_EQ(semicolons->columns(), (std::vector<std::string>{"id", "a,b", "cost"}));
  EXPECT_EQ(semicolons->field("a,b"), "x,y");
  EXPECT_EQ(semicolons->field("cost"), "2;5");
  auto tabs = CsvReader::from_text("a.csv", "id\tcost\n1\t2,50\n");
  ASSERT_TRUE(tabs->next());
  EXPECT_EQ(tabs->field("cost"), "2,50");
  auto commas = CsvReader::from_text("a.csv", "id,a;b\n1,2;5\n");
  ASSERT_TRUE(commas->next());
  EXPECT_EQ(commas->field("a;b"), "2;5");
  auto more = CsvReader::from_text("a.csv", "id;cost\n1;2;5\n");
  EXPECT_NE(more->next().error().message().find("a field with a semicolon"), std::string::npos);
}

TEST(CsvReader, TakesAColumnAsItsOptionIsWritten) {
  auto csv = CsvReader::from_text("a.csv", "in-service\n2026-02-15\n");
  ASSERT_TRUE(csv->check_columns({"in_service"}, {"in_service"}));
  ASSERT_TRUE(csv->next());
  EXPECT_EQ(csv->field("in_service"), "2026-02-15");
  EXPECT_FALSE(
      CsvReader::from_text("a.csv", "in-service,in_service\n")->check_columns({"in_service"}, {}));
}

TEST(CsvReader, AFieldWithoutEnd_IsRefusedAndNeverCut) {
  const std::string much(std::size_t{2} << 20, 'x');
  auto reader = CsvReader::from_text("a.csv", "id,text\n1," + much + "\n2,short\n");
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->next().error().message(),
            "a.csv:2: a field has more than 1.0 MiB; is this a CSV file?");
  ASSERT_TRUE(*reader->next()) << "the line after it can still be read";
  EXPECT_EQ(reader->field("text"), "short");
}

TEST(CsvReader, ReadsFilesLargerThanItsBuffer) {
  const fs::path path = fs::temp_directory_path() / ("purser-csv-" + std::to_string(::getpid()));
  const auto quotes = [](int i, int times) {
    return std::string(static_cast<std::size_t>(i % 50 * times), '"');
  };
  {
    std::ofstream file(path);
    file << "id,text\n";
    for (int i = 0; i < 20'000; ++i) file << i << ",\"" << quotes(i, 2) << "\"\n";
  }
  auto reader = CsvReader::open(path);
  ASSERT_TRUE(reader);
  for (int i = 0; i < 20'000; ++i) {
    ASSERT_TRUE(*reader->next());
    ASSERT_EQ(reader->field("id"), std::to_string(i));
    ASSERT_EQ(reader->field("text"), quotes(i, 1));
  }
  EXPECT_FALSE(*reader->next());
  fs::remove(path);
}

TEST(CsvField, IsReadBackAsItWas) {
  EXPECT_EQ(csv_field("straight-line"), "straight-line");
  EXPECT_EQ(csv_field("a,\"b\""), "\"a,\"\"b\"\"\"");
  for (const std::string text : {"", "plain", "a,b", "\"", "one\r\ntwo", " blank "}) {
    auto csv = *CsvReader::from_text("t", "x,y\n" + csv_field(text) + ",1\n");
    ASSERT_TRUE(*csv.next());
    EXPECT_EQ(csv.field("x"), text);
  }
}

}  // namespace
}  // namespace purser
