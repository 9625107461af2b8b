// What marks a database as Purser's. Behind the door.
#pragma once

#include <cstdint>

namespace purser::store {

// In the header of a SQLite file ("PURS"); https://sqlite.org/pragma.html#pragma_application_id
inline constexpr std::int64_t kApplicationId = 0x50555253;

}  // namespace purser::store
