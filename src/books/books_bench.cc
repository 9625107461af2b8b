// How fast schedules are computed, and how fast a month is posted as the books grow.
#include <filesystem>

#include <benchmark/benchmark.h>

#include "books/books.h"

namespace purser::books {
namespace {

Asset asset_named(std::string name) {
  return {std::move(name),
          "",
          {*money::parse_money("USD 12000.00"), *money::parse_money("USD 1500.00"),
           *parse_life("60mo"), *parse_date("2026-02-15"), StraightLine{}, Convention::kDaily},
          Watts{60'000},
          Watts{180'000},
          money::parse_money("USD 600.00").value(),
          std::nullopt};
}

// Odd and even costs, so that amounts meet halves of a cent; every schedule is checked by its sum.
void schedule_of(benchmark::State& state, int months, const char* method, Convention convention) {
  Terms terms = asset_named("a").terms;
  terms.life = *parse_life(std::to_string(months) + "mo");
  terms.method = *parse_method(method);
  terms.convention = *settle_convention(terms.method, convention);
  Schedule made = *schedule(terms, PeriodLength::kMonth);
  const std::int64_t cost = terms.cost.minor();
  const std::int64_t kept = cost - made.total.minor();
  std::int64_t count = 0;
  for (auto _ : state) {
    const std::int64_t odd = ++count % 9'973;
    terms.cost = money::Money(cost + odd, terms.cost.currency());
    if (!schedule(terms, PeriodLength::kMonth, made) || made.total.minor() != cost + odd - kept ||
        made.charges.size() < static_cast<std::size_t>(months)) {
      state.SkipWithError("a schedule does not sum to its base");
      return;
    }
    benchmark::DoNotOptimize(made.charges.data());
  }
  state.SetItemsProcessed(state.iterations());
}
void schedule_of_60_months(benchmark::State& state, const char* method, Convention convention) {
  schedule_of(state, 60, method, convention);
}
BENCHMARK_CAPTURE(schedule_of_60_months, straight_line_daily, "straight-line", Convention::kDaily);
BENCHMARK_CAPTURE(schedule_of_60_months, straight_line_full_month, "straight-line",
                  Convention::kFullMonth);
BENCHMARK_CAPTURE(schedule_of_60_months, straight_line_half_year, "straight-line",
                  Convention::kHalfYear);
BENCHMARK_CAPTURE(schedule_of_60_months, declining_switch_full_month, "declining-balance:2:switch",
                  Convention::kFullMonth);
BENCHMARK_CAPTURE(schedule_of_60_months, declining_switch_daily, "declining-balance:2:switch",
                  Convention::kDaily);
BENCHMARK_CAPTURE(schedule_of_60_months, declining_switch_per_period,
                  "declining-balance:2:switch:per-period", Convention::kFullMonth);
BENCHMARK_CAPTURE(schedule_of_60_months, sum_of_years_full_month, "sum-of-years",
                  Convention::kFullMonth);
BENCHMARK_CAPTURE(schedule_of_60_months, macrs_half_year, "macrs:5", Convention::kHalfYear);

// The same at three sizes: a charge costs the same in a long life.
void schedule_of_months(benchmark::State& state, const char* method, Convention convention) {
  schedule_of(state, static_cast<int>(state.range(0)), method, convention);
  state.counters["charges"] = benchmark::Counter(
      static_cast<double>(state.iterations() * state.range(0)), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(schedule_of_months, straight_line_daily, "straight-line", Convention::kDaily)
    ->Arg(12)
    ->Arg(60)
    ->Arg(600);
BENCHMARK_CAPTURE(schedule_of_months, declining_switch_full_month, "declining-balance:2:switch",
                  Convention::kFullMonth)
    ->Arg(12)
    ->Arg(60)
    ->Arg(600);

// Depreciation and maintenance of each asset: two entries, four lines, two hashes.
void post_a_month(benchmark::State& state) {
  namespace fs = std::filesystem;
  std::string pattern = (fs::temp_directory_path() / "purser-bench-XXXXXX").string();
  const fs::path folder = mkdtemp(pattern.data());
  {
    auto database = store::Database::open((folder / "books.db").string(), Books::migrations(),
                                          store::IfMissing::kCreate);
    (void)database->run("PRAGMA synchronous = OFF");  // of the set-up only; posting is below
    const ManualClock clock(*parse_instant("2040-01-01"));
    Books books(*database, clock);
    for (int i = 0; i < state.range(0); ++i) {
      (void)books.add_asset(asset_named("node" + std::to_string(i)));
    }
    (void)database->run("PRAGMA synchronous = FULL");
    Month month = *parse_month("2026-03");
    for (auto _ : state) {
      const auto posted = books.post(month);
      if (!posted || *posted != 2 * state.range(0)) state.SkipWithError("a month is not whole");
      month += std::chrono::months{1};
    }
    if (!books.verify()) state.SkipWithError("the journal is not sound");
    state.SetItemsProcessed(state.iterations() * 2 * state.range(0));
    state.counters["bytes_per_entry"] =
        static_cast<double>(fs::file_size(folder / "books.db")) /
        static_cast<double>(state.iterations() * 2 * state.range(0));
  }
  fs::remove_all(folder);
}
BENCHMARK(post_a_month)->Arg(1'000)->Arg(10'000)->Iterations(12)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace purser::books
