// A workspace is a folder with `purser.toml` (settings, written once, edited by people) and
// `.purser/` (state, written by purser). It is found by walking up from where one stands, as git
// does.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/settings.h"
#include "money/money.h"

namespace purser::cli {

class Workspace {
 public:
  // Refuses a folder that is a workspace already.
  static Status check_new(const std::filesystem::path& folder);
  // Makes a new workspace in `folder` (created if needed), and in it what `fill` makes. Fails if
  // there is one already; a failure leaves no workspace, for the settings are written last. Its
  // books are where the settings say; a file there by its whole path.
  static Result<Workspace> init(const std::filesystem::path& folder, const Settings& settings,
                                const std::function<Status(const Workspace&)>& fill);
  // The nearest workspace at or above `folder`. `books` overrides where the books are
  // ("sqlite:FILE", "postgresql://…"); empty: what the settings say, or the file in `.purser/`.
  static Result<Workspace> find(const std::filesystem::path& folder, std::string_view books);
  // Is there one at or above `folder`?
  static bool exists(const std::filesystem::path& folder);

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path state() const { return root_ / ".purser"; }
  // Where its books are, unless --books or its settings put them elsewhere.
  std::filesystem::path own_books() const { return state() / "books.db"; }
  std::filesystem::path spool() const { return state() / "spool"; }
  std::filesystem::path run_folder(std::string_view run_name) const {
    return state() / "runs" / run_name;
  }
  // What store::Database::open takes.
  const std::string& database() const { return database_; }
  // The file or server that the settings name, whatever --books says.
  const std::filesystem::path& settled_books() const { return settled_books_; }
  money::Currency currency() const { return currency_; }

 private:
  Workspace(std::filesystem::path root, std::string database, std::filesystem::path settled_books,
            money::Currency currency)
      : root_(std::move(root)),
        database_(std::move(database)),
        settled_books_(std::move(settled_books)),
        currency_(currency) {}
  std::filesystem::path root_;
  std::string database_;
  std::filesystem::path settled_books_;
  money::Currency currency_;
};

}  // namespace purser::cli
