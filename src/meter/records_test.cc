// Which months of a resource usage came to, and since when.
#include "meter/records.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "store/testing.h"

namespace purser::meter {
namespace {

using std::chrono::hours;
using testing::ElementsAre;
using testing::IsEmpty;

class RecordsTest : public testing::Test {
 protected:
  static Usage beat(std::string_view start, Nanoseconds length, std::int64_t sequence = 0) {
    Usage usage;
    usage.sequence = sequence;
    usage.interval = {*parse_instant(start), *parse_instant(start) + length};
    usage.device_time = length;
    return usage;
  }
  // Returns what changed by that, as "server 2026-09".
  std::vector<std::string> add(const std::string& run, std::vector<Usage> beats,
                               const std::string& resource = "server") {
    SpoolContents spool;
    spool.header.run.id = spool.header.run.name = run;
    spool.header.run.resource = resource;
    for (Usage& usage : beats) usage.run_id = run;
    spool.beats = std::move(beats);
    const std::int64_t before = *records_.mark();
    const auto added = records_.add(spool, Outcome::kRunning);
    EXPECT_TRUE(added) << added.error().message();
    return changed_since(before);
  }
  std::vector<std::string> changed_since(std::int64_t mark) {
    std::vector<std::string> months;
    const auto changed = *records_.changed_since(mark);
    months.reserve(changed.size());
    for (const UsedMonth& used : changed)
      months.push_back(used.resource + ' ' + format(used.month));
    return months;
  }

  store::Database database_ = *store::Database::open(store::test_address(), Records::migrations(),
                                                     store::IfMissing::kCreate);
  Records records_{database_};
};

TEST_F(RecordsTest, ABeat_ChangesEachMonthThatItSharesTimeWith) {
  EXPECT_EQ(*records_.mark(), 0);
  EXPECT_THAT(add("a", {beat("2026-09-30T23:00:00Z", hours(1))}), ElementsAre("server 2026-09"));
  EXPECT_THAT(add("b", {beat("2026-09-30T23:00:00Z", hours(1) + Nanoseconds{1})}),
              ElementsAre("server 2026-09", "server 2026-10"));
  EXPECT_THAT(add("c", {beat("2026-12-31T23:00:00Z", hours(24 * 40))}, "rack"),
              ElementsAre("rack 2026-12", "rack 2027-01", "rack 2027-02"));
  EXPECT_THAT(add("d", {beat("2026-10-01T00:00:00Z", hours(0))}), ElementsAre("server 2026-10"));
  EXPECT_THAT(add("e", {}), IsEmpty());
  EXPECT_THAT(changed_since(0), ElementsAre("rack 2026-12", "rack 2027-01", "rack 2027-02",
                                            "server 2026-09", "server 2026-10"));
}

TEST_F(RecordsTest, WhatIsKnownAlready_ChangesNoMonth) {
  const std::vector<Usage> beats{beat("2026-09-30T23:00:00Z", hours(1)),
                                 beat("2026-10-01T00:00:00Z", hours(1), 1)};
  EXPECT_THAT(add("a", {beats[0]}), ElementsAre("server 2026-09"));
  EXPECT_THAT(add("a", beats), ElementsAre("server 2026-10"));
  EXPECT_THAT(add("a", beats), IsEmpty());
}

TEST_F(RecordsTest, ABeatThatWasMissing_ChangesItsMonth) {
  EXPECT_THAT(add("a", {beat("2026-10-05T00:00:00Z", hours(1), 1)}), ElementsAre("server 2026-10"));
  EXPECT_THAT(add("a", {beat("2026-09-05T00:00:00Z", hours(1), 0),
                        beat("2026-10-05T00:00:00Z", hours(1), 1)}),
              ElementsAre("server 2026-09"));
}

TEST_F(RecordsTest, ABeatThatWasWrittenAgain_ChangesTheMonthsOfBoth) {
  EXPECT_THAT(add("a", {beat("2026-09-30T23:00:00Z", hours(1))}), ElementsAre("server 2026-09"));
  EXPECT_THAT(add("a", {beat("2026-10-01T00:00:00Z", hours(1))}),
              ElementsAre("server 2026-09", "server 2026-10"));
  EXPECT_THAT(add("a", {beat("2026-09-30T22:00:00Z", hours(1))}), IsEmpty())
      << "the longer one stands";
}

TEST_F(RecordsTest, OfVersion3_HaveANumberForEachMonthThatWasUsed) {
  const std::string sql = *read_file(fs::path(PURSER_SCHEMA_FIXTURES) / "meter_v3.sql");
  std::string pattern = testing::TempDir() + "records.XXXXXX";
  const fs::path folder = ::mkdtemp(pattern.data());
  const std::string file = (folder / "books.db").string();
  const std::array old{store::Migration{"meter", 1, ""}, store::Migration{"meter", 2, ""},
                       store::Migration{"meter", 3, sql}};
  const auto made = store::Database::open(file, old, store::IfMissing::kCreate);
  ASSERT_TRUE(made) << made.error().message();
  {
    auto database = store::Database::open(file, Records::migrations());
    ASSERT_TRUE(database) << database.error().message();
    const Records records(*database);
    std::vector<std::string> months;
    const auto used = *records.changed_since(0);
    for (const UsedMonth& one : used) months.push_back(one.resource + ' ' + format(one.month));
    EXPECT_THAT(months,
                ElementsAre("laptop 2026-12", "rack 2026-01", "rack 2026-02", "rack 2026-03",
                            "server 2026-09", "server 2026-10", "server 2026-11"));
    EXPECT_EQ(*records.mark(), 7);
    EXPECT_THAT(*records.changed_since(7), IsEmpty());
  }
  fs::remove_all(folder);
}

}  // namespace
}  // namespace purser::meter
