// An asset as lines of a register that `asset import` reads: one for each book in which it stands.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "books/books.h"
#include "books/purchase.h"
#include "books/upkeep.h"

namespace purser::cli {

// Words by the columns of import_columns().
using LineFields = std::map<std::string_view, std::string>;

// How assets are told, and on which day.
struct Telling {
  Date day{};
  // All as they stand on that day, to be taken over; otherwise only those whose amounts something
  // changed since they were added.
  bool all_taken_over = false;
  books::BoughtAtOnce at_once = {};
  std::map<std::string, books::Kept, std::less<>> kept = {};  // records of upkeep, by asset
};

// Its lines; none where it is gone by that day. What no line can say is given to `lost`, each a
// sentence that names the asset.
Result<std::vector<LineFields>> lines_of(const books::Asset& asset, const Telling& telling,
                                         const std::function<void(std::string)>& lost);

}  // namespace purser::cli
