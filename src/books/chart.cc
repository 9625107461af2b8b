#include "books/chart.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "books/addition_checks.h"
#include "books/books.h"
#include "books/books_store.h"
#include "books/checks.h"
#include "books/find.h"
#include "books/roles.h"

namespace purser::books {
namespace {

constexpr std::array kDefaults{
    account::kAccumulated,
    account::kAccumulatedImpairment,
    account::kEquipment,
    account::kInProgress,
    account::kRetainedEarnings,
    account::kSurplus,
    account::kOpeningBalances,
    account::kImpairmentLoss,
    account::kRevaluationLoss,
    account::kImpairmentReversal,
    account::kRevaluationGain,
    account::kReceivable,
    account::kTransfers,
    account::kDepreciation,
    account::kBonus,
    account::kSection179,
    account::kDisposalLoss,
    account::kEnergy,
    account::kMaintenance,
    account::kRepairs,
    account::kSpace,
    account::kDisposalGain,
    account::kAccruedEnergy,
    account::kAccruedMaintenance,
    account::kAccruedSpace,
    account::kPayable,
};
constexpr std::size_t kNameBytesMost = 200;

// Letters, digits, '-' and single blanks between them, in parts set apart by ':'. What hledger and
// beancount both take as it is, but for the blanks.
bool is_account_name(std::string_view name) {
  if (name.empty() || name.size() > kNameBytesMost) return false;
  char before = ':';
  for (const char c : name) {
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const bool joins = c == '-' || c == ' ' || c == ':';
    if (!letter && (!joins || before == ':' || before == ' ')) return false;
    if (c == ':' && before == '-') return false;
    before = c;
  }
  return before != ':' && before != ' ' && before != '-';
}

std::string_view root_of(std::string_view account) { return account.substr(0, account.find(':')); }

bool concerns(const AccountName& name, std::string_view asset_class, std::string_view site) {
  return (name.asset_class.empty() || name.asset_class == asset_class) &&
         (name.site.empty() || name.site == site);
}
int weight(const AccountName& name) {
  return (name.asset_class.empty() ? 0 : 2) + (name.site.empty() ? 0 : 1);
}

}  // namespace

std::span<const std::string_view> default_accounts() { return kDefaults; }

bool is_standing(std::string_view account) {
  return account == account::kEquipment || account == account::kInProgress ||
         account == account::kAccumulated || account == account::kAccumulatedImpairment ||
         account == account::kSurplus;
}

Chart::Chart(std::vector<AccountName> names) : names_(std::move(names)) {
  for (const AccountName& name : names_) account_of_[name.name] = name.account;
}

std::string_view Chart::name_of(std::string_view account, std::string_view asset_class,
                                std::string_view site) const {
  const AccountName* best = nullptr;
  for (const AccountName& name : names_) {
    if (name.account != account || !concerns(name, asset_class, site)) continue;
    if (best == nullptr || weight(name) >= weight(*best)) best = &name;
  }
  return best == nullptr ? account : std::string_view(best->name);
}

std::string_view Chart::account_of(std::string_view name) const {
  const auto found = account_of_.find(name);
  return found == account_of_.end() ? name : std::string_view(found->second);
}

Status check(const Chart& chart, const AccountName& name) {
  if (std::ranges::find(kDefaults, name.account) == kDefaults.end()) {
    const std::vector<std::string> known(kDefaults.begin(), kDefaults.end());
    return fail(ErrorCode::kNotFound,
                fmt::format("'{}' is no account of the books{}; purser books account list shows "
                            "them",
                            name.account, did_you_mean(name.account, known)));
  }
  if (!is_account_name(name.name)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' cannot name an account; write letters, digits, '-' and ':' "
                            "between parts, as in {}:Plant",
                            name.name, root_of(name.account)));
  }
  if (root_of(name.name) != root_of(name.account)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is another kind of account than '{}'; begin it with {}:",
                            name.name, name.account, root_of(name.account)));
  }
  const std::string_view owner = chart.account_of(name.name);
  const bool other_default =
      name.name != name.account && std::ranges::find(kDefaults, name.name) != kDefaults.end();
  if (other_default || (owner != name.name && owner != name.account)) {
    return fail(ErrorCode::kAlreadyExists,
                fmt::format("'{}' is the name of {} already; two accounts under one name could not "
                            "be told apart",
                            name.name, other_default ? std::string_view(name.name) : owner));
  }
  return {};
}

// --- the chart of a company ----------------------------------------------------------------------

namespace {

// An asset's cost must leave the account on which it stands.
Status refuse_under_assets(BooksStore& store, const AccountName& name) {
  if (!is_standing(name.account)) return {};
  if (!name.site.empty()) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("an asset stands on '{}' wherever it is moved; name it by --class",
                            name.account));
  }
  PURSER_ASSIGN(const auto posted, store.first_posted_of_class(name.asset_class));
  if (!posted) return {};
  return fail(ErrorCode::kRefused,
              fmt::format("'{}' stands on '{}' already, under the name it had; give assets that "
                          "come later a class of their own and name the account for that",
                          *posted, name.account));
}

}  // namespace

Status Books::name_account(const AccountName& name, Effect effect) {
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_, Role::kClose));
  PURSER_ASSIGN(const Chart chart, store.chart());
  PURSER_TRY(check(chart, name));
  if (!name.asset_class.empty()) {
    PURSER_TRY(check_name("a class of assets", name.asset_class));
    PURSER_TRY(refuse_alike(store, Named::kClass, name.asset_class));
  }
  if (!name.site.empty()) PURSER_TRY(find_site(store, name.site));
  PURSER_TRY(refuse_under_assets(store, name));
  PURSER_TRY(store.insert_account_name(name, clock_.now(), who_));
  return effect == Effect::kWrite ? transaction.commit() : Status();
}

Result<Chart> Books::chart() const { return BooksStore(database_).chart(); }

}  // namespace purser::books
