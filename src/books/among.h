// Which rows are of some of the assets. Behind the door.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace purser::books {

struct StoredAsset;

// A condition more for rows that are read from the lowest of their ids to the highest: empty, but
// where most ids between are those of others. `assets`: in the order of their ids, at least one.
std::string among(std::string_view column, const std::vector<StoredAsset>& assets);

}  // namespace purser::books
