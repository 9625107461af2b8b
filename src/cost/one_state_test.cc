// A month is closed by somebody else while a price or a bill is read: what is read is of before
// that or of after it, wherever it falls in between.
#include <filesystem>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "cost/load.h"
#include "store/testing.h"

namespace purser::cost {
namespace {

std::vector<store::Migration> all_migrations() {
  std::vector<store::Migration> all;
  for (const auto& of_room : {books::Books::migrations(), meter::Records::migrations()}) {
    all.insert(all.end(), of_room.begin(), of_room.end());
  }
  return all;
}

// One of the processes that have the books open.
struct Process {
  Process(const std::string& file, const Clock& clock)
      : database(*store::Database::open(store::test_address(file), all_migrations(),
                                        store::IfMissing::kCreate)),
        books(database, clock),
        records(database) {}
  store::Database database;
  books::Books books;
  meter::Records records;
};

class OneStateTest : public testing::Test {
 public:
  OneStateTest() {
    std::string pattern = (fs::temp_directory_path() / "purser-state-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    file_ = (folder_ / "books.db").string();
    Process first(file_, clock_);
    EXPECT_TRUE(first.books.add_site(
        {"oslo", money::Rate::per_energy(*money::parse_cost("USD 0.12"), Joules{3'600'000'000'000}),
         1250, "UTC"}));
    EXPECT_TRUE(first.books.add_asset(
        {"server",
         "oslo",
         {*money::parse_money("USD 12000.00"), *money::parse_money("USD 1500.00"),
          *books::parse_life("10y"), *parse_date("2026-09-15"), books::StraightLine{},
          books::Convention::kDaily},
         Watts{60'000},
         Watts{180'000},
         *money::parse_money("USD 600.00"),
         *money::parse_money("USD 30.00")}));
  }
  ~OneStateTest() override { fs::remove_all(folder_); }

 protected:
  static void close(Process& process, Month month) {
    const auto metered = metered_energy(process.books, process.records, month);
    ASSERT_TRUE(metered) << metered.error().message();
    const auto closed = process.books.close(month, *metered);
    ASSERT_TRUE(closed) << closed.error().message();
  }

  // `read` gives what it read of a month as text. Somebody closes the month before its first
  // statement, the next month before its second, and so on to the last.
  void expect_one_state(const std::function<std::string(Process&, Month)>& read) {
    Process reader(file_, clock_);
    Process closer(file_, clock_);
    Month month = *parse_month("2026-09");
    for (int at = 1; at < 100; ++at, month += std::chrono::months{1}) {
      const std::string before = read(reader, month);
      int statements = 0;
      reader.database.watch([&](std::string_view) {
        if (++statements == at) close(closer, month);
      });
      const std::string seen = read(reader, month);
      reader.database.watch({});
      if (statements < at) {  // it was never closed
        EXPECT_GT(at, 3) << "so few statements?";
        return;
      }
      const std::string after = read(reader, month);
      EXPECT_NE(before, after);
      EXPECT_TRUE(seen == before || seen == after) << "closed before statement " << at << ":\n"
                                                   << seen << "neither\n"
                                                   << before << "nor\n"
                                                   << after;
    }
    FAIL() << "that many statements?";
  }

  ManualClock clock_{*parse_instant("2035-11-10T00:00:00Z")};
  fs::path folder_;
  std::string file_;
};

std::string text_of(const ResourceMonth& month) {
  std::string text = fmt::format("{}\n", month.closed ? "closed" : "open");
  for (const books::Kind kind : books::kKinds) {
    const books::Part& part = month.parts.part(kind);
    text += fmt::format("{}: {}, {}\n", books::name(kind), format(part.amount), part.formula);
  }
  return text + (month.parts.posted ? "posted\n" : "forecast\n");
}

std::string text_of(const ResourceBill& bill) {
  return fmt::format("{} {} idle {}\n", bill.closed ? "closed" : "open",
                     format(bill.total().total()), format(bill.idle.cost.total()));
}

TEST_F(OneStateTest, OfTheRateOfAMachine) {
  expect_one_state([](Process& reader, Month month) {
    return text_of(*load_month(reader.books, std::string_view("server"), month));
  });
}

TEST_F(OneStateTest, OfTheBill_AndOfWhatItMustComeTo) {
  expect_one_state([this](Process& reader, Month month) {
    const auto snapshot = reader.books.begin_snapshot();
    const LoadedBill loaded = *load_bill(
        reader.books, reader.records, money::usd(),
        {.first = month, .last = month, .resource = std::nullopt, .as_of = clock_.now()});
    const books::PeriodParts posted = *reader.books.posted("server", month);
    return text_of(loaded.bill.resources.at(0)) + format(posted.total()) + "\n";
  });
}

TEST_F(OneStateTest, OfTheBillOfOneMachine) {
  expect_one_state([this](Process& reader, Month month) {
    return text_of(
        *load_resource_bill(reader.books, reader.records, "server", month, clock_.now()));
  });
}

TEST_F(OneStateTest, OfWhatWasPosted) {
  expect_one_state([](Process& reader, Month month) {
    const books::PeriodParts parts = *reader.books.parts_of("server", month);
    return fmt::format("{} {}\n", parts.posted ? "posted" : "forecast", format(parts.total()));
  });
}

}  // namespace
}  // namespace purser::cost
