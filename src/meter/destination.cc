#include "meter/destination.h"

#include <system_error>

namespace purser::meter {
namespace {

// Books on a server are named by their address, which is no path.
bool is_address(const fs::path& books) { return books.string().find("://") != std::string::npos; }

fs::path without_links(const fs::path& path) {
  if (is_address(path)) return path;
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  fs::path real = fs::weakly_canonical(absolute, error);
  return error ? absolute.lexically_normal() : real;
}

}  // namespace

Destination::Destination(const fs::path& workspace, const fs::path& books,
                         const fs::path& settled_books)
    : workspace_(without_links(workspace)),
      books_(without_links(books)),
      settled_books_(without_links(settled_books)) {}

std::string Destination::name() const {
  if (is_address(books_)) return books_.string();
  const fs::path inside = books_.lexically_relative(workspace_);
  const bool lies_in_it = !inside.empty() && *inside.begin() != "..";
  return (lies_in_it ? inside : books_).string();
}

fs::path Destination::file_of(std::string_view named) const {
  if (named.empty()) return settled_books_;
  return is_address(named) ? fs::path(named) : workspace_ / named;
}

Claim Destination::claim(std::string_view named) const {
  const fs::path file = file_of(named);
  std::error_code error;
  if (without_links(file) == books_ || fs::equivalent(file, books_, error)) return Claim::kOurs;
  if (is_address(file)) return Claim::kOthers;  // a server that cannot be reached is not gone
  // A folder that cannot be looked into is no proof that the file is gone.
  const bool is_gone = fs::status(file, error).type() == fs::file_type::not_found;
  return is_gone ? Claim::kOrphaned : Claim::kOthers;
}

}  // namespace purser::meter
