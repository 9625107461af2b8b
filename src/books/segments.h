// The charges of a life that events have cut into segments. Behind the door of course.h.
#pragma once

#include <cstdint>
#include <span>

#include "books/course.h"

namespace purser::books {

// Minor units charged before `date`, rounded, by the last of `segments`, in which `date` lies; the
// others are those before it, in order. Its terms must pass check().
std::int64_t accumulated_in(std::span<const Segment> segments, Date date);

// Whether nothing remains to be charged by the segment's terms from `date` on.
bool fully_charged(const Segment& segment, Date date);

}  // namespace purser::books
