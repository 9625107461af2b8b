// What the lines of a month moved, summed by all that a roll-forward or a trial balance asks for.
// Such sums are kept when a month is closed, because its lines never change after that: then an
// answer over years costs classes x months, and not lines. Behind the door.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace purser::books {

class BooksStore;
struct Closing;

struct SumKey {
  Month month{};
  std::string book;
  // Of an account on which assets stand, or that bears what they lose; "in progress" of those that
  // are not in service, and empty elsewhere.
  std::string asset_class;
  std::string account;  // as it was posted
  std::string currency;
  std::string event;  // "disposal" of "disposal:7"

  auto operator<=>(const SumKey&) const = default;
};
struct Sum {
  std::int64_t debits = 0;
  std::int64_t credits = 0;  // not above zero

  // kInvalidInput: more than 64 bits hold.
  Status add(const Sum& other);
  bool operator==(const Sum&) const = default;
};
using Sums = std::map<SumKey, Sum>;

// From the first month on, or up to the last one, where it has none.
struct MonthSpan {
  std::optional<Month> first;
  std::optional<Month> last;
};

// "disposal" of "disposal:7"
std::string_view kind_of_event(std::string_view event);

// kCorrupt names the first month, and what of it, whose kept sums are not those of `lines`: of the
// entries of closed months, one by one. It also finds a closing that was taken out.
Status check_sums(std::span<const Closing> closings, const Sums& kept, const Sums& lines);

}  // namespace purser::books
