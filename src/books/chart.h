// The accounts that the books post to. Behind the door.
#pragma once

#include <string_view>

namespace purser::books::account {

inline constexpr std::string_view kEquipment = "Assets:Equipment";
inline constexpr std::string_view kAccumulated = "Assets:Accumulated-Depreciation";
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
inline constexpr std::string_view kDisposalLoss = "Expenses:Disposal-Loss";
inline constexpr std::string_view kDisposalGain = "Income:Disposal-Gain";

}  // namespace purser::books::account
