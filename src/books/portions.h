// A part of what stands for an asset. Behind the door.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "books/course.h"
#include "books/event.h"

namespace purser::books {

// What MACRS deducted at once, in minor units.
struct Deducted {
  std::int64_t section_179 = 0;
  std::int64_t bonus = 0;
};
Deducted deducted_of(const Portion& portion);
Deducted deducted_of(const Terms& terms);  // nothing by other methods

// The same terms of something with those amounts: a table goes by its cost less what was deducted,
// any other method counts down from what is not yet written off.
Terms with_amounts(Terms terms, const Balances& balances, std::int64_t salvage,
                   const Deducted& deducted);

// part / whole of each amount by itself, to the minor unit, ties to the rest: what is left is what
// was there less this, so that nothing is lost between the two. 0 < part < whole.
std::vector<Portion> share_of(std::span<const Portion> all, std::int64_t part, std::int64_t whole);

}  // namespace purser::books
