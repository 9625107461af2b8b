#include "books/month_sums.h"

#include <algorithm>

#include <fmt/format.h>

#include "books/books_store.h"

namespace purser::books {
namespace {

constexpr std::string_view kWayOut = "restore the books from a backup made before that";

Status check_closed_in_order(std::span<const Closing> closings) {
  for (std::size_t i = 1; i < closings.size(); ++i) {
    const Month next = closings[i - 1].month + std::chrono::months{1};
    if (closings[i].month == next) continue;
    return fail(ErrorCode::kCorrupt,
                fmt::format("the closing of {} is missing, but {} is closed; {}", format(next),
                            format(closings[i].month), kWayOut));
  }
  return {};
}

Status missing_closing(Month month) {
  return fail(ErrorCode::kCorrupt,
              fmt::format("the closing of {} is missing, but sums of it were kept; {}",
                          format(month), kWayOut));
}

// Before the first month that was closed there may be others: of what came to nothing in them.
Status check_closed(std::span<const Closing> closings, const Sums& kept) {
  std::map<SumKey, std::int64_t> before;  // by account
  for (const auto& [key, sum] : kept) {
    if (!closings.empty() && key.month <= closings.back().month) {
      if (key.month < closings.front().month) {
        before[{key.month, key.book, "", key.account, key.currency, ""}] +=
            sum.debits + sum.credits;
      }
      continue;
    }
    return missing_closing(key.month);
  }
  for (const auto& [key, minor] : before) {
    if (minor != 0) return missing_closing(key.month);
  }
  return {};
}

// What answers show: movements of a class, and debits and credits of an account. An asset whose
// purchase was undone to nothing may come to another class later, in which it moved nothing either.
struct Shown {
  Sums by_class;
  Sums by_account;
};
Result<Shown> shown(const Sums& sums) {
  Shown all;
  for (const auto& [key, sum] : sums) {
    const Sum moved{sum.debits + sum.credits, 0};
    if (moved.debits != 0) all.by_class.emplace(key, moved);
    SumKey of_account = key;
    of_account.asset_class.clear();
    of_account.event.clear();
    PURSER_TRY(all.by_account[of_account].add(sum));
  }
  return all;
}

const SumKey* first_difference(const Sums& kept, const Sums& lines) {
  const auto [one, other] = std::mismatch(kept.begin(), kept.end(), lines.begin(), lines.end());
  if (one == kept.end()) return other == lines.end() ? nullptr : &other->first;
  if (other == lines.end()) return &one->first;
  return &std::min(one->first, other->first);
}

Status check_same(const Sums& kept, const Sums& lines) {
  const SumKey* const key = first_difference(kept, lines);
  if (key == nullptr) return {};
  std::string what = key->account;
  if (!key->event.empty()) what += fmt::format(" by {}", key->event);
  if (!key->asset_class.empty()) what += fmt::format(" of class '{}'", key->asset_class);
  return fail(ErrorCode::kCorrupt,
              fmt::format("the sums that were kept of {} are not those of its entries: {} in the "
                          "{} book; {}",
                          format(key->month), what, key->book, kWayOut));
}

}  // namespace

Status Sum::add(const Sum& other) {
  if (__builtin_add_overflow(debits, other.debits, &debits) ||
      __builtin_add_overflow(credits, other.credits, &credits)) {
    return fail(ErrorCode::kInvalidInput,
                "the sum of what was posted on an account is more than 64 bits hold");
  }
  return {};
}

std::string_view kind_of_event(std::string_view event) { return event.substr(0, event.find(':')); }

Status check_sums(std::span<const Closing> closings, const Sums& kept, const Sums& lines) {
  PURSER_TRY(check_closed_in_order(closings));
  PURSER_TRY(check_closed(closings, kept));
  PURSER_ASSIGN(const Shown wanted, shown(lines));
  PURSER_ASSIGN(const Shown there, shown(kept));
  PURSER_TRY(check_same(there.by_class, wanted.by_class));
  return check_same(there.by_account, wanted.by_account);
}

}  // namespace purser::books
