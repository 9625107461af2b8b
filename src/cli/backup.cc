#include "cli/backup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "base/files.h"
#include "cli/database.h"
#include "cli/entry_listing.h"
#include "meter/records.h"

namespace purser::cli {
namespace {

constexpr const char* kParts[] = {"", "-wal", "-shm", "-journal"};

bool is_there(const fs::path& file) {
  std::error_code ignored;
  return fs::exists(file, ignored);
}

tl::unexpected<Error> cannot(std::string_view what, const fs::path& file, int error_number) {
  return fail(ErrorCode::kIo, fmt::format("cannot {} '{}': {}; nothing was changed", what,
                                          file.string(), errno_words(error_number)));
}

Status sync(const fs::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) return cannot("open", path, errno);
  const int synced = ::fsync(descriptor);
  const int error_number = errno;
  ::close(descriptor);
  return synced == 0 ? Status() : cannot("sync", path, error_number);
}

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

// Beside `target`, as private as `like`.
Result<PassingFile> begin(const fs::path& target, const fs::path& like) {
  struct stat status {};
  const mode_t mode = ::stat(like.c_str(), &status) == 0 ? status.st_mode & 0777U : 0644;
  auto begun = PassingFile::make(target, mode);
  if (begun) return begun;
  return fail(ErrorCode::kIo, fmt::format("{}; nothing was changed", begun.error().message()));
}

// What is told of a copy is meant of the file that it is of.
tl::unexpected<Error> told_of(const fs::path& file, const fs::path& copy, const Error& error) {
  std::string message = error.message();
  for (std::size_t at = 0; (at = message.find(copy.string(), at)) != std::string::npos;) {
    message.replace(at, copy.string().size(), file.string());
    at += file.string().size();
  }
  return fail(error.code(), message);
}

// What a file under a passing name holds.
Result<Holdings> proved(const fs::path& copy, const fs::path& called, const Clock& clock) {
  const auto holdings = [&]() -> Result<Holdings> {
    PURSER_TRY(store::check_pages(copy.string()));
    PURSER_ASSIGN(store::Database database, open_file(copy));
    return holdings_of(database, clock);
  }();
  if (!holdings) return told_of(called, copy, holdings.error());
  return *holdings;
}

std::string months_text(Month first, Month last) {
  return first == last ? format(first) : fmt::format("{} to {}", format(first), format(last));
}

}  // namespace

Status publish(const PassingFile& finished, const fs::path& name, Existing existing) {
  PURSER_TRY(sync(finished.path(), O_RDONLY));
  if (existing == Existing::kReplace) {
    if (::rename(finished.path().c_str(), name.c_str()) != 0) return cannot("write", name, errno);
  } else {
    PURSER_ASSIGN(const bool named, finished.take_name(name));
    if (!named) return cannot("write", name, EEXIST);
  }
  return sync(folder_of(name), O_RDONLY | O_DIRECTORY);
}

Result<Holdings> holdings_of(store::Database& database, const Clock& clock) {
  const books::Books books(database, clock);
  PURSER_ASSIGN(const books::Verified verified, books.verify());
  Holdings holdings{verified.entries, verified.head, std::nullopt, {}};
  PURSER_ASSIGN(holdings.closed_through, books.closed_through());
  PURSER_ASSIGN(const auto runs, meter::Records(database).runs(std::nullopt));
  for (const meter::RunSummary& run : runs) holdings.runs.insert(run.run.id);
  return holdings;
}

std::string text_of(const Holdings& holdings) {
  return fmt::format("{}, {}", entries_text(holdings.entries),
                     holdings.closed_through ? "closed through " + format(*holdings.closed_through)
                                             : "no month closed");
}

Status check_target(const fs::path& books, const fs::path& target, Existing existing) {
  std::error_code ignored;
  if (fs::is_directory(target, ignored) || target.filename().empty()) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is a folder; name a file in it, such as {}", target.string(),
                            (target / "books.backup").string()));
  }
  for (const char* part : kParts) {
    const fs::path own = books.string() + part;
    if (fs::equivalent(own, target, ignored) ||
        fs::weakly_canonical(own, ignored) == fs::weakly_canonical(target, ignored)) {
      return fail(
          ErrorCode::kInvalidInput,
          fmt::format("'{}' belongs to the books themselves; name another file", target.string()));
    }
  }
  if (!is_there(target)) return {};
  if (!fs::is_regular_file(target, ignored)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is no file; name one on a disk", target.string()));
  }
  if (existing == Existing::kRefuse) {
    return fail(
        ErrorCode::kAlreadyExists,
        fmt::format("'{}' is there already; name another file, or add --force to replace it",
                    target.string()));
  }
  // Their changes would be played into the new file.
  for (const char* part : {"-wal", "-journal"}) {
    if (!is_there(target.string() + part)) continue;
    return fail(ErrorCode::kBusy,
                fmt::format("'{}' is in use, or was not closed ('{}{}' lies beside it); name "
                            "another file",
                            target.string(), target.string(), part));
  }
  return {};
}

Result<Holdings> write_backup(const fs::path& books, const fs::path& target, Existing existing,
                              const Clock& clock, const store::CopyProgress& progress) {
  PURSER_TRY(check_target(books, target, existing));
  std::error_code ignored;
  const fs::path name = fs::is_symlink(target, ignored) ? fs::weakly_canonical(target) : target;
  PURSER_ASSIGN(const PassingFile copy, begin(name, books));
  const Status copied = store::copy_file(books.string(), copy.path().string(), progress);
  if (!copied) return told_of(target, copy.path(), copied.error());
  PURSER_ASSIGN(Holdings holdings, proved(copy.path(), target, clock));
  PURSER_TRY(publish(copy, name, existing));
  return holdings;
}

Result<Staged> Staged::from(const fs::path& backup, const fs::path& books, const Clock& clock,
                            const store::CopyProgress& progress) {
  std::error_code ignored;
  if (fs::equivalent(backup, books, ignored)) {
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("'{}' is the books themselves; name a backup of them", backup.string()));
  }
  PURSER_TRY(store::check_is_ours(backup.string()));
  PURSER_ASSIGN(PassingFile begun, begin(books, is_there(books) ? books : backup));
  Staged staged(std::move(begun));
  const Status copied = store::copy_file(backup.string(), staged.file().path().string(), progress);
  if (!copied) return told_of(books, staged.file().path(), copied.error());
  auto holdings = proved(staged.file().path(), backup, clock);
  if (!holdings) {
    const std::string& why = holdings.error().message();
    if (why.starts_with(backup.string())) return fail(holdings.error());
    return fail(holdings.error().in(backup.string()));
  }
  staged.holdings_ = *std::move(holdings);
  return staged;
}

Result<std::int64_t> Staged::keep_roles(const std::vector<books::Grant>& in_force,
                                        const Clock& clock, const std::string& who) const {
  PURSER_ASSIGN(store::Database database, open_file(file_.path()));
  return books::Roles(database, clock, who).keep(in_force);
}

Result<bool> Staged::continues(const std::string& head, const Clock& clock) const {
  PURSER_ASSIGN(store::Database database, open_file(file_.path()));
  return books::Books(database, clock).verify(head).has_value();  // which is sound
}

Result<Standing> standing_of(const fs::path& books, const Clock& clock) {
  using State = Standing::State;
  if (!is_there(books)) {
    const std::string log = books.string() + "-wal";
    if (!is_there(log)) return Standing{State::kMissing, {}, ""};
    return Standing{State::kDamaged, {}, fmt::format("all that was left of it is '{}'", log)};
  }
  // What another program wrote is not pushed aside.
  const Status ours = store::check_is_ours(books.string());
  if (!ours && ours.error().code() != ErrorCode::kCorrupt) return fail(ours.error());
  auto database = open_file(books);
  if (!database && database.error().code() == ErrorCode::kCorrupt) {
    return Standing{State::kDamaged, {}, database.error().message()};
  }
  if (!database) return fail(database.error());
  const auto holdings = holdings_of(*database, clock);
  if (holdings) return Standing{State::kSound, *holdings, ""};
  if (holdings.error().code() != ErrorCode::kCorrupt) return fail(holdings.error());
  Standing unsound{State::kUnsound, {}, holdings.error().message()};
  const auto closed = books::Books(*database, clock).closed_through();
  if (closed) unsound.holdings.closed_through = *closed;
  return unsound;
}

Result<Loss> loss_of(const Standing& standing, const fs::path& books, const Staged& staged,
                     const Clock& clock) {
  Loss loss;
  const Holdings& ours = standing.holdings;
  const Holdings& theirs = staged.holdings();
  if (ours.closed_through &&
      (!theirs.closed_through || *theirs.closed_through < *ours.closed_through)) {
    loss.last_closed = ours.closed_through;
    if (theirs.closed_through) {
      loss.first_closed = *theirs.closed_through + std::chrono::months{1};
    }
  }
  if (standing.state != Standing::State::kSound) return loss;
  loss.runs = std::count_if(ours.runs.begin(), ours.runs.end(),
                            [&](const std::string& id) { return !theirs.runs.contains(id); });
  if (ours.entries <= theirs.entries) {
    if (ours.entries == 0) return loss;
    PURSER_ASSIGN(const bool goes_on, staged.continues(ours.head, clock));
    if (goes_on) return loss;
  } else {
    PURSER_ASSIGN(store::Database database, open_file(books));
    if (theirs.entries == 0 || books::Books(database, clock).verify(theirs.head)) {
      loss.first_entry = theirs.entries + 1;
      loss.entries = ours.entries - theirs.entries;
      return loss;
    }
  }
  loss.other_journal = true;
  loss.entries = ours.entries;
  return loss;
}

std::string text_of(const Loss& loss) {
  std::vector<std::string> parts;
  const std::int64_t last = loss.first_entry + loss.entries - 1;
  if (loss.entries == 1) parts.push_back(fmt::format("entry {}", last));
  if (loss.entries > 1) parts.push_back(fmt::format("entries {} to {}", loss.first_entry, last));
  if (loss.last_closed) {
    parts.push_back(loss.first_closed
                        ? "the close of " + months_text(*loss.first_closed, *loss.last_closed)
                        : fmt::format("all closes through {}", format(*loss.last_closed)));
  }
  if (loss.runs > 0) {
    parts.push_back(fmt::format("what {} run{} used", loss.runs, loss.runs == 1 ? "" : "s"));
  }
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
  }
  return text;
}

Status put_back(const Staged& staged, const Standing& standing, const fs::path& books,
                const fs::path& kept, const Clock& clock, const store::CopyProgress& progress,
                const std::function<Status()>& allowed) {
  using State = Standing::State;
  if (standing.state == State::kSound || standing.state == State::kUnsound) {
    // Nobody else writes from here on: what is kept is the last that stood.
    const auto keep = [&]() -> Status {
      if (standing.state == State::kSound) PURSER_TRY(allowed());
      // Begun under the name of the books: if this is killed, the next one to restore removes it.
      PURSER_ASSIGN(const PassingFile copy, begin(books, books));
      PURSER_TRY(store::copy_file(books.string(), copy.path().string(), progress));
      if (standing.state == State::kSound) {
        PURSER_ASSIGN(const Holdings now, proved(copy.path(), kept, clock));
        if (now.head != standing.holdings.head) {
          return fail(ErrorCode::kBusy,
                      fmt::format("{}: somebody posted into the books meanwhile; look at what was "
                                  "posted and run it again, nothing was changed",
                                  books.string()));
        }
      }
      return publish(copy, kept, Existing::kRefuse);
    };
    const Status copied =
        store::copy_file(staged.file().path().string(), books.string(), progress, keep);
    std::error_code ignored;
    if (!copied) fs::remove(kept, ignored);
    return copied;
  }
  // What is left of damaged books, and changes to those that are gone, may be of use to somebody.
  for (const char* part : {"", "-wal", "-journal"}) {
    const std::string from = books.string() + part;
    if (is_there(from) && ::rename(from.c_str(), (kept.string() + part).c_str()) != 0) {
      return cannot("move", from, errno);
    }
  }
  std::error_code ignored;
  fs::remove(books.string() + "-shm", ignored);
  return publish(staged.file(), books, Existing::kRefuse);
}

}  // namespace purser::cli
