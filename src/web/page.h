// The one page: a report as a single HTML file that needs no network to be read.
//
// The page itself is TypeScript, bundled when purser is built (docs/web.md) and carried inside the
// program; the data is JSON that the room `report` wrote. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace purser::web {

// The page with this JSON inside. kUnsupported in a build without the page (-DPURSER_WEB=OFF, or no
// Node when it was built).
Result<std::string> page(std::string_view json);

// Is this the beginning of such a page? Its first 2,048 bytes suffice.
bool is_page(std::string_view begin);

// The text as it may stand inside a <script> element: "<", U+2028 and U+2029 escaped, so that no
// name in the data can end the element. Still the same JSON.
std::string for_script_element(std::string_view json);

}  // namespace purser::web
