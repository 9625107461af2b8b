#include "books/roles.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/one_line.h"
#include "base/text.h"
#include "books/columns.h"

namespace purser::books {
namespace {

Result<std::vector<Grant>> grants(store::Database& database) {
  PURSER_ASSIGN(auto select,
                database.prepare("SELECT person, role, recorded, who FROM role_grant WHERE id IN "
                                 "(SELECT max(id) FROM role_grant GROUP BY person) "
                                 "AND role IS NOT NULL ORDER BY person"));
  std::vector<Grant> all;
  PURSER_TRY(select.each({}, [&](const store::Row& row) -> Status {
    all.push_back({.person = std::string(row.text(0)),
                   .role = row.enumerator<Role>(1, Role::kClose),
                   .recorded = Instant(Nanoseconds{row.integer(2)}),
                   .who = who_from(row, 3)});
    return {};
  }));
  return all;
}

// None: nothing is said of that person any more.
Status insert(store::Database& database, std::string_view person, std::optional<Role> role,
              Instant recorded, std::string_view who) {
  const auto number = role ? std::optional(static_cast<int>(*role)) : std::optional<int>();
  return database.run("INSERT INTO role_grant (person, role, recorded, who) VALUES (?, ?, ?, ?)",
                      {person, number, stored(recorded), stored_who(who)});
}

auto find(const std::vector<Grant>& all, std::string_view person) {
  return std::ranges::find(all, person, &Grant::person);
}

Role role_of(const std::vector<Grant>& all, std::string_view person) {
  if (all.empty()) return Role::kClose;
  auto found = find(all, person);
  if (found == all.end()) found = find(all, kEverybodyElse);
  return found == all.end() ? Role::kRead : found->role;
}

std::string those_who_close(const std::vector<Grant>& all) {
  std::string names;
  for (const Grant& grant : all) {
    if (grant.role != Role::kClose || grant.person == kEverybodyElse) continue;
    names += (names.empty() ? "" : ", ") + grant.person;
  }
  return names.empty() ? "whoever may close" : names;
}

Status check_role(const std::vector<Grant>& all, std::string_view who, Role needed) {
  const Role has = role_of(all, who);
  if (has >= needed) return {};
  return fail(ErrorCode::kRefused,
              fmt::format("{} may {} these books, and this needs somebody who may {}; nothing was "
                          "changed. Ask {}, or see purser books role list",
                          who.empty() ? "somebody without a name" : fmt::format("'{}'", who),
                          name(has), name(needed), those_who_close(all)));
}

Status check_person(std::string_view person) {
  constexpr std::size_t kMost = 64;
  if (!person.empty() && is_one_line(person, kMost)) return {};
  return fail(ErrorCode::kInvalidInput,
              fmt::format("a person is a name of at most {} bytes, as purser books "
                          "journal --json shows them under \"who\", or '{}' for everybody else{}",
                          kMost, kEverybodyElse, about_unseen(person)));
}

}  // namespace

std::string_view name(Role role) {
  switch (role) {
    case Role::kRead:
      return "read";
    case Role::kOperate:
      return "operate";
    case Role::kClose:
      break;
  }
  return "close";
}

Result<Role> parse_role(std::string_view text) {
  std::vector<std::string> names;
  for (const Role role : kRoles) {
    if (text == name(role)) return role;
    names.emplace_back(name(role));
  }
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' is no role{}; write {}", text, did_you_mean(text, names),
                          fmt::join(names, ", ")));
}

Status Roles::grant(std::string_view person, std::optional<Role> role, Effect effect) {
  if (role) PURSER_TRY(check_person(person));  // one that has a role can lose it, however named
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_, Role::kClose));
  PURSER_ASSIGN(const std::vector<Grant> before, grants(database_));
  if (!role && find(before, person) == before.end()) {
    return fail(ErrorCode::kNotFound, fmt::format("'{}' has no role that could be taken back; "
                                                  "purser books role list shows who has one",
                                                  person));
  }
  PURSER_TRY(insert(database_, person, role, clock_.now(), who_));
  PURSER_ASSIGN(const std::vector<Grant> after, grants(database_));
  const bool somebody_closes =
      std::ranges::any_of(after, [](const Grant& one) { return one.role == Role::kClose; });
  if (!after.empty() && !somebody_closes) {
    return fail(ErrorCode::kRefused,
                "nobody could close these books then, or give a role to anybody; first let "
                "somebody: purser books role grant NAME close");
  }
  return effect == Effect::kWrite ? transaction.commit() : Status();
}

Result<std::int64_t> Roles::keep(const std::vector<Grant>& in_force) {
  if (in_force.empty()) return 0;
  PURSER_ASSIGN(auto transaction, database_.begin());
  PURSER_ASSIGN(const std::vector<Grant> here, grants(database_));
  std::int64_t changed = 0;
  for (const Grant& grant : in_force) {
    const auto same = find(here, grant.person);
    if (same != here.end() && same->role == grant.role) continue;
    PURSER_TRY(insert(database_, grant.person, grant.role, grant.recorded, grant.who));
    ++changed;
  }
  for (const Grant& grant : here) {
    if (find(in_force, grant.person) != in_force.end()) continue;
    PURSER_TRY(insert(database_, grant.person, std::nullopt, clock_.now(), who_));
    ++changed;
  }
  PURSER_TRY(transaction.commit());
  return changed;
}

Result<std::vector<Grant>> Roles::all() const { return grants(database_); }

Result<Role> Roles::of(std::string_view person) const {
  PURSER_ASSIGN(const std::vector<Grant> all, grants(database_));
  return role_of(all, person);
}

Status Roles::check(Role needed) const {
  PURSER_ASSIGN(const std::vector<Grant> all, grants(database_));
  return check_role(all, who_, needed);
}

Result<store::Transaction> begin_as(store::Database& database, std::string_view who, Role needed) {
  PURSER_ASSIGN(auto transaction, database.begin());
  PURSER_ASSIGN(const std::vector<Grant> all, grants(database));
  PURSER_TRY(check_role(all, who, needed));
  return transaction;
}

}  // namespace purser::books
