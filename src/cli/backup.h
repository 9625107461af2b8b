// Books kept in a second file, and put back from one, while others use them. docs/books.md tells
// what is promised.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/passing_file.h"
#include "base/result.h"
#include "base/time.h"
#include "books/books.h"
#include "books/roles.h"
#include "store/file_copy.h"

namespace purser::cli {

// What books hold, once their chain of hashes was found sound.
struct Holdings {
  std::int64_t entries = 0;
  std::string head;
  std::optional<Month> closed_through;
  std::set<std::string> runs;  // by id
};
Result<Holdings> holdings_of(store::Database& database, const Clock& clock);
std::string text_of(const Holdings& holdings);  // "7 entries, closed through 2026-10"

enum class Existing : std::uint8_t { kRefuse, kReplace };

// Fails if the file cannot take a backup of `books`: it is there and should stay, is no file, is
// the books themselves, or somebody has it open.
Status check_target(const std::filesystem::path& books, const std::filesystem::path& target,
                    Existing existing);

// Copies the books into `target`, which appears whole and proved or not at all; whatever fails,
// what was there before stays.
Result<Holdings> write_backup(const std::filesystem::path& books,
                              const std::filesystem::path& target, Existing existing,
                              const Clock& clock, const store::CopyProgress& progress);

// Gives a finished file its name; it is synced first. kRefuse fails if that is taken.
Status publish(const PassingFile& finished, const std::filesystem::path& name, Existing existing);

// A copy of a backup beside the books, proved and brought up to date; gone when this ends.
class Staged {
 public:
  static Result<Staged> from(const std::filesystem::path& backup,
                             const std::filesystem::path& books, const Clock& clock,
                             const store::CopyProgress& progress);
  const PassingFile& file() const { return file_; }
  const Holdings& holdings() const { return holdings_; }
  // Makes who may do what in it what it was in the books that stand. How many roles changed.
  Result<std::int64_t> keep_roles(const std::vector<books::Grant>& in_force, const Clock& clock,
                                  const std::string& who) const;
  // Does its journal go on from that head, or end in it?
  Result<bool> continues(const std::string& head, const Clock& clock) const;

 private:
  explicit Staged(PassingFile file) : file_(std::move(file)) {}
  PassingFile file_;
  Holdings holdings_;
};

// What stands where a backup is to be put.
struct Standing {
  enum class State : std::uint8_t { kSound, kUnsound, kDamaged, kMissing };
  State state = State::kMissing;
  Holdings holdings;   // of sound books; of unsound ones, what was closed
  std::string reason;  // why they are not sound
};
Result<Standing> standing_of(const std::filesystem::path& books, const Clock& clock);

// What the books that stand have and the backup has not.
struct Loss {
  std::int64_t first_entry = 1;
  std::int64_t entries = 0;
  std::optional<Month> last_closed;   // the last closed month, if its close is lost
  std::optional<Month> first_closed;  // the first such; none, all that were ever closed
  std::int64_t runs = 0;
  bool other_journal = false;  // neither goes on where the other ends
};
Result<Loss> loss_of(const Standing& standing, const std::filesystem::path& books,
                     const Staged& staged, const Clock& clock);
// "entries 8 to 14, the close of 2026-10 and what 2 runs used"; empty if nothing is lost.
std::string text_of(const Loss& loss);

// Puts the staged books where `books` are; what stood there is kept in `kept`, if anything did. All
// or nothing; a failure leaves what stood. `allowed` is asked once nobody else can write into books
// that are sound.
Status put_back(const Staged& staged, const Standing& standing, const std::filesystem::path& books,
                const std::filesystem::path& kept, const Clock& clock,
                const store::CopyProgress& progress, const std::function<Status()>& allowed);

}  // namespace purser::cli
