// The numbers of every screen and document, as plain structures, and those as JSON.
//
// gather() asks the books, the meter and the budgets, and reads what runs wrote about themselves.
// It computes no price; it checks that the bill adds up and says so. The JSON is what `purser
// report --json` prints and what the page draws: snake_case, units in names, amounts as text.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "books/books.h"
#include "budget/budget.h"
#include "cost/bill.h"
#include "cost/load.h"
#include "meter/records.h"
#include "report/json.h"
#include "report/run_record.h"
#include "report/table.h"

namespace purser::report {

// One part of what an hour under load costs.
struct PricePart {
  books::Kind kind;
  money::Cost per_hour;                   // the parts sum to the price at load, exactly
  std::optional<money::Money> per_month;  // what the hours of the month share; energy has none
  std::string formula;
  std::string source;
};

struct Resource {
  std::string name;
  std::string site;  // empty: none
  Month month{};
  bool closed = false;
  Nanoseconds in_service{};  // within the month
  money::Cost price_per_hour_idle;
  money::Cost price_per_hour_at_load;
  Watts idle_watts{};
  Watts load_watts{};
  std::vector<PricePart> parts;
};

struct BillLine {
  std::string resource;
  Month month{};
  std::string run;   // empty: idle
  std::string verb;  // "idle" of an idle line
  std::string model;
  std::string model_version;
  std::string budget;
  Nanoseconds device_time{};
  Joules energy{};
  meter::EnergySource energy_source = meter::EnergySource::kModelled;
  cost::Amounts amounts;
  money::Cost amount;  // the sum of `amounts`
  double share = 0;    // of the bill; for the eye
};

struct Bill {
  bool closed = false;  // every month of it
  Instant as_of{};
  std::vector<BillLine> lines;  // by resource, month and start
  std::vector<BillLine> idle;
  std::vector<cost::Unallocated> unallocated;
  std::vector<cost::Unpriced> unpriced;
  money::Cost used_total;
  money::Cost idle_total;
  money::Cost total;
  std::optional<money::Cost> posted;  // what the journal holds, where every month is closed
  // Recomputed here, not believed: of an open month, rate x elapsed time and energy rate x joules,
  // kind by kind; of a closed one, what the journal holds.
  bool agrees = false;
};

struct Headline {
  money::Cost total;
  std::optional<money::Cost> cost_per_million;
  std::string cost_per_million_source;  // a sentence
  std::optional<money::Cost> saving_per_million;
  std::optional<double> saving_share;
  std::optional<std::int64_t> payback_predictions;
  std::optional<money::Cost> budget_limit;
  std::optional<money::Cost> budget_left;
};

struct Report {
  std::string title;
  std::string workspace;
  Instant generated_at{};
  Period period{};
  money::Currency currency;
  Headline headline;
  std::vector<Resource> resources;
  Bill bill;
  std::vector<budget::Standing> budgets;
  std::vector<cost::UnitCost> unit_costs;
  std::vector<RunRecord> runs;
  std::vector<std::string> left_out_runs;  // RunRecords::left_out
  std::vector<std::string> notes;          // what is measured and what is modelled
};

struct Request {
  std::string title;
  std::string workspace;  // its name, for the reader
  Month first{};
  Month last{};  // included
  Instant now{};
  money::Currency currency;
  std::filesystem::path runs;  // the folder with the runs' records
};

Result<Report> gather(const books::Books& books, const meter::Records& records,
                      const budget::Budgets& budgets, const Request& request);

// The price of an hour of a resource in its parts.
Resource resource_of(const cost::RateCard& card, std::string_view site);

// `latest`: of each kind of run so many are written out, the latest; `train_runs`, `optimize_runs`
// and `load_runs` count all.
Json to_json(const Report& report, std::size_t latest = std::numeric_limits<std::size_t>::max());

// The main figures, the bill and the budgets, for a terminal.
std::string to_text(const Report& report, const TableStyle& style);

}  // namespace purser::report
