#include "cli/who.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include <fmt/format.h>

#include "base/one_line.h"
#include "report/table.h"

namespace purser::cli {
namespace {

constexpr std::size_t kBytesMax = 64;

std::string name_of_process() {
  const uid_t user = geteuid();
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) {
    return found->pw_name;
  }
  return fmt::format("user {}", user);
}

}  // namespace

Result<std::string> who_asks() {
  const char* const given = std::getenv("PURSER_USER");
  if (given == nullptr || *given == '\0') return name_of_process();
  std::string who(given);
  if (!is_one_line(who, kBytesMax)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("PURSER_USER: '{}' cannot be kept as a name; write one of at most {} "
                            "bytes of UTF-8, without control characters{}",
                            report::printable(with_unseen_named(who.substr(0, kBytesMax))),
                            kBytesMax, about_unseen(who)));
  }
  return who;
}

}  // namespace purser::cli
