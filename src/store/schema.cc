// Brings the schema of rooms up to date.
#include <algorithm>

#include <fmt/format.h>

#include "store/connection.h"

namespace purser::store {
namespace {

// The newest version of each room that this program knows.
Result<Versions> versions_known(std::span<const Migration> migrations) {
  Versions versions;
  for (const Migration& migration : migrations) {
    int& version = versions[std::string(migration.room)];
    if (migration.version != ++version) {
      return fail(ErrorCode::kEngine, fmt::format("internal error: migration {} of '{}' is not {}",
                                                  migration.version, migration.room, version));
    }
  }
  return versions;
}

int version_of(const Versions& versions, std::string_view room) {
  const auto found = versions.find(room);
  return found == versions.end() ? 0 : found->second;
}

Status refuse_newer(const std::string& path, const Versions& there, const Versions& known) {
  for (const auto& [room, version] : known) {
    if (const int theirs = version_of(there, room); theirs > version) {
      return fail(ErrorCode::kUnsupported,
                  fmt::format("{}: written by a newer version of purser ({} schema {}, this one "
                              "knows {}); install the newer version, nothing was changed",
                              path, room, theirs, version));
    }
  }
  return {};
}

Status migrate(Connection& connection, std::span<const Migration> migrations,
               const Versions& known) {
  // Another process may have migrated between our first look and the lock.
  PURSER_ASSIGN(const Versions there, connection.versions());
  PURSER_TRY(refuse_newer(connection.path(), there, known));
  PURSER_TRY(connection.claim());
  for (const Migration& migration : migrations) {
    if (migration.version <= version_of(there, migration.room)) continue;
    PURSER_TRY(connection.migrate(migration));
    PURSER_TRY(connection.run(
        "INSERT INTO schema_version (room, version) VALUES (?, ?) "
        "ON CONFLICT (room) DO UPDATE SET version = excluded.version",
        {migration.room, migration.version}, [](const Row&) -> Result<bool> { return true; }));
  }
  return connection.commit();
}

}  // namespace

Status bring_up_to_date(Connection& connection, std::span<const Migration> migrations) {
  PURSER_ASSIGN(const Versions known, versions_known(migrations));
  PURSER_ASSIGN(const Versions there, connection.versions());
  PURSER_TRY(refuse_newer(connection.path(), there, known));
  const bool lacks = std::any_of(known.begin(), known.end(), [&](const auto& room) {
    return version_of(there, room.first) < room.second;
  });
  if (!lacks) return {};
  PURSER_TRY(connection.before_migrations());
  PURSER_TRY(connection.begin(Access::kWrite));
  auto migrated = migrate(connection, migrations, known);
  if (!migrated) connection.roll_back();
  return migrated;
}

}  // namespace purser::store
