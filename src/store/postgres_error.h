// What a PostgreSQL server says, to a person. Behind the door.
#pragma once

#include <string_view>

#include "base/result.h"
#include "store/libpq.h"

namespace purser::store {

// The connection could not be made. `path`: the public address.
Error postgres_connect_error(const Libpq& pq, const PGconn* connection, std::string_view path);

// `result` failed, or there is none; the connection may be lost.
Error postgres_error(const Libpq& pq, const PGconn* connection, const PGresult* result,
                     std::string_view path);

}  // namespace purser::store
