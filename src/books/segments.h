// The charges of a life that events have cut into segments. Behind the door of course.h.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "books/course.h"

namespace purser::books {

// Minor units charged before `date`, rounded, by the last of `segments`, in which `date` lies; the
// others are those before it, in order. Its terms must pass check().
std::int64_t accumulated_in(std::span<const Segment> segments, Date date);

// Those of a layer that began by `date`; the first in any case.
std::span<const Segment> until(std::span<const Segment> layer, Date date);

// What the last of `layer` holds just before `on`: its balances, with what wore off of them.
Balances worn_balances(std::span<const Segment> layer, Date on);

// What was charged before `on` and its convention would not grant, if it went on that day: of the
// month or year that this lies in. 0 where it goes by a table of MACRS or by use.
std::int64_t charged_ahead(std::span<const Segment> layer, Date on);

// What the rate of declining balance applies to in the year of `date`, in minor units, as a
// fraction; empty for other methods.
std::string year_base(std::span<const Segment> segments, Date date);
// The part of it that goes with `part` of `whole`; empty stays so.
std::string share_of_year_base(std::string_view base, std::int64_t part, std::int64_t whole);
std::string sum_of_year_bases(std::string_view a, std::string_view b);

// Whether nothing remains to be charged by the segment's terms from `date` on.
bool fully_charged(const Segment& segment, Date date);

}  // namespace purser::books
