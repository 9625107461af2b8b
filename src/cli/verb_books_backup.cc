// purser books backup | restore: the books in a second file, and back.
#include <fmt/format.h>

#include "base/files.h"
#include "base/progress.h"
#include "base/stop.h"
#include "base/text.h"
#include "base/units.h"
#include "books/roles.h"
#include "cli/backup.h"
#include "cli/database.h"
#include "cli/verbs.h"
#include "report/json.h"

namespace purser::cli {
namespace {

using report::Json;

// A bar while pages are copied, and Ctrl-C between them.
class Copying {
 public:
  explicit Copying(std::string title) : title_(std::move(title)) {}

  store::CopyProgress progress() {
    return [this](std::int64_t done, std::int64_t all) -> Status {
      if (stop_.requested()) {
        return fail(ErrorCode::kCancelled, "stopped as asked; nothing was changed");
      }
      if (!bar_ || done < done_) bar_.emplace(title_, all);
      done_ = done;
      bar_->update(done, "");
      return {};
    };
  }

 private:
  std::string title_;
  StopSignal stop_;
  std::optional<Progress> bar_;
  std::int64_t done_ = 0;
};

Json json_of(const Holdings& holdings) {
  Json json = Json::object();
  json.set("entries", holdings.entries).set("head", holdings.head);
  json.set("closed_through", holdings.closed_through
                                 ? std::optional(format(*holdings.closed_through))
                                 : std::nullopt);
  return json;
}

Result<fs::path> named_file(const Arguments& arguments) {
  const std::string_view file = arguments.positional("FILE");
  if (file.empty()) return fail(ErrorCode::kInvalidInput, "FILE: names no file");
  return fs::path(file);
}

// A server's books are not pages of a file; its own tools, and books copy, know how to keep them.
Result<fs::path> file_of_books(const Workspace& workspace) {
  if (!store::is_server(workspace.database())) {
    PURSER_ASSIGN(const std::string file, store::database_file(workspace.database()));
    return fs::path(file);
  }
  return fail(
      ErrorCode::kUnsupported,
      fmt::format("{}: these books are on a server; purser books copy sqlite:FILE puts them "
                  "into a file and back into an empty database, and pg_dump knows more",
                  store::public_address(workspace.database())));
}

// --- backup --------------------------------------------------------------------------------------

Result<int> run_backup(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const fs::path target, named_file(arguments));
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(const fs::path books, file_of_books(workspace));
  PURSER_ASSIGN(store::Database database, open_database(workspace));
  const Existing existing = arguments.has("--force") ? Existing::kReplace : Existing::kRefuse;
  const bool dry_run = arguments.has("--dry-run");
  Holdings holdings;
  if (dry_run) {
    PURSER_TRY(check_target(books, target, existing));
    PURSER_ASSIGN(holdings, holdings_of(database, context.clock()));
  } else {
    Copying copying("Copying the books");
    PURSER_ASSIGN(holdings,
                  write_backup(books, target, existing, context.clock(), copying.progress()));
  }
  if (context.json()) {
    Json json = json_of(holdings);
    json.set("file", target.string()).set("written", !dry_run);
    PURSER_TRY(print(json.text() + "\n"));
    return 0;
  }
  PURSER_TRY(print(fmt::format("{} '{}': {}.\n", dry_run ? "Would write" : "Wrote", target.string(),
                               text_of(holdings))));
  if (!holdings.head.empty()) PURSER_TRY(print(fmt::format("Its head is {}\n", holdings.head)));
  return 0;
}

// --- restore -------------------------------------------------------------------------------------

// Refuses to lose what nobody may lose by a slip of the finger: closed months, another journal.
Status check_loss(const fs::path& backup, const Loss& loss) {
  constexpr std::string_view kWayOut =
      "add --force if that is meant; what stands is kept beside the books either way";
  if (loss.other_journal) {
    return fail(ErrorCode::kRefused,
                fmt::format("'{}' holds another journal than the books that stand: it would lose "
                            "{}; {}",
                            backup.string(), text_of(loss), kWayOut));
  }
  if (loss.last_closed) {
    return fail(
        ErrorCode::kRefused,
        fmt::format("'{}' was made before {} was closed: it would lose {}; {}", backup.string(),
                    format(loss.first_closed.value_or(*loss.last_closed)), text_of(loss), kWayOut));
  }
  return {};
}

// Beside the books, under a name that is free.
fs::path name_to_keep(const fs::path& books, Instant now) {
  std::string when =
      format(Instant(std::chrono::floor<std::chrono::seconds>(now.time_since_epoch())));
  std::erase(when, ':');
  const std::string name = fmt::format("{}.before-{}", books.string(), when);
  std::error_code ignored;
  fs::path free = name;
  for (int number = 2; fs::exists(free, ignored); ++number) {
    free = fmt::format("{}-{}", name, number);
  }
  return free;
}

struct Restored {
  const fs::path& backup;
  const fs::path& kept;
  const Loss& loss;
  std::int64_t kept_roles = 0;  // that the backup did not have so
  bool dry_run = false;
};

Status print_restored(const Context& context, const Restored& restored, const Staged& staged,
                      const Standing& standing) {
  const auto& [backup, kept, loss, kept_roles, dry_run] = restored;
  const bool keeps = standing.state != Standing::State::kMissing;
  if (context.json()) {
    Json json = json_of(staged.holdings());
    json.set("file", backup.string()).set("written", !dry_run);
    json.set("kept", keeps ? std::optional(kept.string()) : std::nullopt);
    Json lost = Json::object();
    lost.set("entries", loss.entries).set("runs", loss.runs);
    lost.set("last_closed_month",
             loss.last_closed ? std::optional(format(*loss.last_closed)) : std::nullopt);
    json.set("lost", lost).set("kept_roles", kept_roles);
    return print(json.text() + "\n");
  }
  std::string text = fmt::format("{} '{}': {}.\n", dry_run ? "Would put back" : "Put back",
                                 backup.string(), text_of(staged.holdings()));
  if (const std::string lost = text_of(loss); !lost.empty()) {
    text += fmt::format("{} no longer in the books: {}.\n", dry_run ? "Then" : "Now", lost);
  }
  if (keeps) {
    text +=
        fmt::format("What stood {} kept in '{}'.\n", dry_run ? "would be" : "is", kept.string());
  }
  if (kept_roles > 0) {
    text += fmt::format("Who may do what {} as it was before: purser books role list.\n",
                        dry_run ? "would stay" : "stays");
  }
  if (!standing.reason.empty()) text += fmt::format("It was not sound: {}.\n", standing.reason);
  return print(text);
}

// Who may do what in the books that stand. Who puts other books in the place of these reopens what
// was closed: kRefused unless he may close them.
Result<std::vector<books::Grant>> roles_of(const Context& context, const fs::path& books,
                                           const Standing& standing) {
  if (standing.state != Standing::State::kSound) return std::vector<books::Grant>();
  PURSER_ASSIGN(auto database, open_file(books));
  const books::Roles roles(database, context.clock(), context.who());
  PURSER_ASSIGN(const auto snapshot, database.begin_snapshot());
  PURSER_TRY(roles.check(books::Role::kClose));
  return roles.all();
}

Result<int> run_restore(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const fs::path backup, named_file(arguments));
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(const fs::path books, file_of_books(workspace));
  Copying copying("Copying the books");
  PURSER_ASSIGN(const Staged staged,
                Staged::from(backup, books, context.clock(), copying.progress()));
  PURSER_ASSIGN(const Standing standing, standing_of(books, context.clock()));
  PURSER_ASSIGN(const auto roles, roles_of(context, books, standing));
  PURSER_ASSIGN(const std::int64_t kept_roles,
                staged.keep_roles(roles, context.clock(), context.who()));
  PURSER_ASSIGN(const Loss loss, loss_of(standing, books, staged, context.clock()));
  if (!arguments.has("--force")) PURSER_TRY(check_loss(backup, loss));
  const fs::path kept = name_to_keep(books, context.clock().now());
  const bool dry_run = arguments.has("--dry-run");
  if (!dry_run) {
    const auto allowed = [&]() -> Status {
      PURSER_ASSIGN(const auto now, roles_of(context, books, standing));
      if (now == roles) return {};
      return fail(ErrorCode::kBusy,
                  fmt::format("{}: somebody changed who may do what meanwhile; run it again, "
                              "nothing was changed",
                              books.string()));
    };
    PURSER_TRY(
        put_back(staged, standing, books, kept, context.clock(), copying.progress(), allowed));
  }
  PURSER_TRY(print_restored(context, {backup, kept, loss, kept_roles, dry_run}, staged, standing));
  return 0;
}

}  // namespace

void add_books_backup_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "books backup",
       .summary = "copy the books into a file, while others use them",
       .details =
           "One state of books, usage and budgets, whoever writes meanwhile. The file appears "
           "under\n"
           "its name when every page of it was read again and its journal found sound; whatever\n"
           "fails, what was there before stays. The head that is printed proves years later that "
           "the\n"
           "books still hold all of it: purser books verify --head HASH.\n\n"
           "  purser books backup books-2026-11.backup",
       .positionals = {{"FILE", "to write"}},
       .options = {{"--force", "", "replace FILE if it is there"},
                   {"--dry-run", "", "say what would be in it, and write nothing"}},
       .run = run_backup});
  verbs.push_back(
      {.name = "books restore",
       .summary = "put the books back from a file, while others use them",
       .details =
           "First the file is read to its end and its journal proved; only then the books change,\n"
           "all at once: programs that have them open go on with the restored ones. What stood is\n"
           "kept beside the books, and the answer names that file. Who may do what stays, unless\n"
           "nobody had a role. A file that lacks a closed "
           "month\n"
           "of the books, or holds another journal, is refused, with what would be lost.\n\n"
           "  purser books restore books-2026-11.backup --dry-run",
       .positionals = {{"FILE", "that books backup wrote"}},
       .options = {{"--force", "", "even if closed months are lost, or it is another journal"},
                   {"--dry-run", "", "say what would be lost and kept, and change nothing"}},
       .run = run_restore});
}

}  // namespace purser::cli
