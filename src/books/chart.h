// The chart of accounts: what the books post to, and what a company calls it.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace purser::books {

namespace account {
inline constexpr std::string_view kEquipment = "Assets:Equipment";
// What was bought and is not in service yet.
inline constexpr std::string_view kInProgress = "Assets:In-Progress";
inline constexpr std::string_view kAccumulated = "Assets:Accumulated-Depreciation";
inline constexpr std::string_view kAccumulatedImpairment = "Assets:Accumulated-Impairment";
inline constexpr std::string_view kReceivable = "Assets:Receivable";
inline constexpr std::string_view kPayable = "Liabilities:Payable";
inline constexpr std::string_view kAccruedMaintenance = "Liabilities:Accrued:Maintenance";
inline constexpr std::string_view kAccruedSpace = "Liabilities:Accrued:Space";
inline constexpr std::string_view kAccruedEnergy = "Liabilities:Accrued:Energy";
inline constexpr std::string_view kDepreciation = "Expenses:Depreciation";
inline constexpr std::string_view kSection179 = "Expenses:Depreciation:Section-179";
inline constexpr std::string_view kBonus = "Expenses:Depreciation:Bonus";
inline constexpr std::string_view kMaintenance = "Expenses:Maintenance";
inline constexpr std::string_view kSpace = "Expenses:Space";
inline constexpr std::string_view kEnergy = "Expenses:Energy";
inline constexpr std::string_view kRepairs = "Expenses:Repairs";
inline constexpr std::string_view kImpairmentLoss = "Expenses:Impairment-Loss";
inline constexpr std::string_view kImpairmentReversal = "Income:Impairment-Reversal";
inline constexpr std::string_view kRevaluationLoss = "Expenses:Revaluation-Loss";
inline constexpr std::string_view kRevaluationGain = "Income:Revaluation-Gain";
inline constexpr std::string_view kSurplus = "Equity:Revaluation-Surplus";
// Stands at zero: what one asset gives, another takes.
inline constexpr std::string_view kTransfers = "Assets:Transfers";
inline constexpr std::string_view kOpeningBalances = "Equity:Opening-Balances";
inline constexpr std::string_view kRetainedEarnings = "Equity:Retained-Earnings";
inline constexpr std::string_view kDisposalLoss = "Expenses:Disposal-Loss";
inline constexpr std::string_view kDisposalGain = "Income:Disposal-Gain";
}  // namespace account

// What the books post to where nobody said otherwise, by name.
std::span<const std::string_view> default_accounts();
// Whether an asset stands on it as long as it lives: its name cannot change under the asset.
bool is_standing(std::string_view account);

// What a company calls an account of the defaults: for all assets, those of a class, or those at a
// site. The most specific counts: class and site, class, site, neither; of equals the last.
struct AccountName {
  std::string account;      // one of default_accounts()
  std::string name;         // "Assets:Plant:GPU-Servers"; posted from then on
  std::string asset_class;  // empty: any
  std::string site;         // empty: any
};

// All names that were ever given. A value; any thread.
class Chart {
 public:
  Chart() = default;
  explicit Chart(std::vector<AccountName> names);  // in the order in which they were given

  // What `account` is called for an asset of that class at that site.
  std::string_view name_of(std::string_view account, std::string_view asset_class,
                           std::string_view site) const;
  // Which of the defaults a name was given to; the name itself if to none.
  std::string_view account_of(std::string_view name) const;
  const std::vector<AccountName>& names() const { return names_; }

 private:
  std::vector<AccountName> names_;
  std::map<std::string, std::string, std::less<>> account_of_;
};

// kInvalidInput if the account is none of the defaults, or the name is none that ledgers can hold,
// belongs to another account already, or lies under another root.
Status check(const Chart& chart, const AccountName& name);

}  // namespace purser::books
