// The independent auditor: recomputes, with exact fractions and from the facts alone, what the
// books, the meter, the bill and the budgets must say, and compares. It shares no code with them:
// the rules below were written from docs/ and the accounting sheet, not from src/.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "books/books.h"
#include "budget/budget.h"
#include "cost/load.h"
#include "meter/records.h"
#include "sim/facts.h"
#include "sim/reckoning.h"

namespace purser::sim {

// What the energy of a whole month costs in minor units, by the joules of its audited bill.
std::int64_t expected_energy(const Facts& facts, const AssetFact& asset,
                             const cost::ResourceBill& bill);

// What a budget has left, in billionths, from bills and facts alone. `bill`: of all months until
// now. `except_run`: leave its reservation out.
std::int64_t expected_remaining(const Facts& facts, const std::string& budget,
                                const cost::Bill& bill, Month this_month,
                                const std::string& except_run);

class Auditor {
 public:
  // An Error says which promise is broken, with the figures of both sides.
  Status audit(const Facts& facts, const books::Books& books, const meter::Records& records,
               const budget::Budgets& budgets, Instant now);

 private:
  Status check_journal(const Facts& facts, const books::Books& books);
  Status check_postings(const Facts& facts) const;
  Status check_events(const Facts& facts, const books::Books& books, Month now) const;
  Status check_usage(const Facts& facts, const meter::Records& records) const;
  static Status check_used_months(const std::map<std::string, std::vector<meter::Usage>>& by_run,
                                  const Facts& facts, const meter::Records& records);
  Status check_bill(const Facts& facts, const cost::Bill& bill, const meter::Records& records,
                    Instant now) const;

  std::vector<std::string> seen_;  // every entry ever read, as text: none may change or go
  std::string witness_;            // the head of the journal's chain
  std::map<PostingKey, std::int64_t> journal_;  // sums of expense, read from the entries
  std::map<std::pair<std::string, std::string>, std::int64_t> accounts_;  // by asset and account
  std::map<LateKey, std::int64_t> journal_late_;
};

}  // namespace purser::sim
