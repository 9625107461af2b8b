// Insertions of which there are many.
#pragma once

#include <string_view>

namespace purser::store {

// An INSERT without RETURNING whose text begins with this may, within a transaction, say that it is
// done before it is: on a server many are sent without waiting for the answer to each. Then its
// error is that of a later call on the same Database, of the commit at the latest. So it is only
// for what fails for no reason that its caller could do anything about.
inline constexpr std::string_view kLater = "/* later */ ";

}  // namespace purser::store
