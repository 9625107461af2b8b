#include "cli/status.h"

#include <fmt/format.h>

namespace purser::cli {

Result<std::string> status_screen(const Context& context) {
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  return fmt::format("Workspace {}, priced in {}.\n", workspace.root().string(),
                     workspace.currency().code());
}

}  // namespace purser::cli
