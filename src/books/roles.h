// Who may do what in the books: read them, operate (record what happens, post), or close (lock
// months, name accounts, say who may).
//
// As long as nobody was named, everybody may do everything: the books of one person. Then those who
// were not named may do what `*` may, or else only read. Persons are the names that the books keep
// with what is written; whoever can write the file of the books can pretend to be another, so that
// this keeps colleagues from mistakes, and file permissions or the server's grants keep others out.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "books/books.h"
#include "store/store.h"

namespace purser::books {

// Each may do what those before it may.
enum class Role : std::uint8_t { kRead, kOperate, kClose };
inline constexpr std::array kRoles{Role::kRead, Role::kOperate, Role::kClose};
std::string_view name(Role role);  // "read", "operate", "close"
Result<Role> parse_role(std::string_view text);

inline constexpr std::string_view kEverybodyElse = "*";

struct Grant {
  std::string person;  // or kEverybodyElse
  Role role = Role::kRead;
  Instant recorded{};
  std::string who;  // said so
  bool operator==(const Grant&) const = default;
};

// Used by one thread at a time; any number of processes. Every call that writes is one transaction.
class Roles {
 public:
  // Database and clock are borrowed. `who`: the person that asks.
  Roles(store::Database& database, const Clock& clock, std::string who = {})
      : database_(database), clock_(clock), who_(std::move(who)) {}

  // None: takes back what was said of that person. Refused: somebody who may not close himself; a
  // change after which there are persons with roles, and none of them may close; taking back what
  // was never said.
  Status grant(std::string_view person, std::optional<Role> role, Effect effect = Effect::kWrite);
  // Of books that are put in the place of others, before anybody has them: who had a role in those
  // has it here, and nobody else one; but if nobody had, those that are here stay. How many
  // changed.
  Result<std::int64_t> keep(const std::vector<Grant>& in_force);
  // As they count, by person. Empty: everybody may do everything.
  Result<std::vector<Grant>> all() const;
  Result<Role> of(std::string_view person) const;
  // kRefused, with whom to ask, unless `who` may do that.
  Status check(Role needed) const;

 private:
  store::Database& database_;
  const Clock& clock_;
  std::string who_;
};

// A transaction of somebody who may do that; kRefused, with whom to ask.
Result<store::Transaction> begin_as(store::Database& database, std::string_view who,
                                    Role needed = Role::kOperate);

}  // namespace purser::books
