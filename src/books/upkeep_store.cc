#include "books/upkeep_store.h"

#include <fmt/format.h>

namespace purser::books {
namespace {

using store::Row;

std::int64_t stored(Date date) { return date.time_since_epoch().count(); }
Date date_from(std::int64_t days) { return Date(std::chrono::days{days}); }
std::int64_t stored(Instant instant) { return instant.time_since_epoch().count(); }

std::optional<std::string_view> stored_who(std::string_view who) {
  return who.empty() ? std::nullopt : std::optional(who);
}
std::optional<std::int64_t> count_from(const Row& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.integer(column));
}

constexpr std::string_view kStands =
    "(event IS NULL OR event NOT IN (SELECT undone.event FROM undone))";

}  // namespace

Status UpkeepStore::insert(std::int64_t asset, const Service& service,
                           std::optional<std::int64_t> event, Instant recorded,
                           std::string_view who) {
  return database_.run(
      "INSERT INTO service (asset, happened, cost, downtime, note, next_due, event, recorded, who) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {asset, stored(service.on),
       service.cost ? std::optional(service.cost->minor()) : std::nullopt, service.downtime.count(),
       service.note, service.next_due ? std::optional(stored(*service.next_due)) : std::nullopt,
       event, stored(recorded), stored_who(who)});
}

Status UpkeepStore::insert(std::int64_t asset, const Cover& cover, Instant recorded,
                           std::string_view who) {
  return database_.run(
      "INSERT INTO cover (asset, kind, until, note, recorded, who) VALUES (?, ?, ?, ?, ?, ?)",
      {asset, static_cast<int>(cover.kind), stored(cover.until), cover.note, stored(recorded),
       stored_who(who)});
}

Status UpkeepStore::insert(std::int64_t asset, const Condition& condition, Instant recorded,
                           std::string_view who) {
  return database_.run(
      "INSERT INTO condition (asset, happened, hours, celsius, ecc_errors, xid_errors, "
      "work_permille, recorded, who) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {asset, stored(condition.on), condition.hours, condition.celsius, condition.ecc_errors,
       condition.xid_errors, condition.work_permille, stored(recorded), stored_who(who)});
}

Result<std::vector<Service>> UpkeepStore::services(std::int64_t id, const Asset& asset) {
  PURSER_ASSIGN(auto select, database_.prepare(fmt::format(
                                 "SELECT happened, cost, downtime, note, next_due FROM service "
                                 "WHERE asset = ? AND {} ORDER BY happened, id",
                                 kStands)));
  std::vector<Service> all;
  PURSER_TRY(select.each({id}, [&](const Row& row) -> Status {
    const auto cost = count_from(row, 1);
    const auto next = count_from(row, 4);
    all.push_back(
        {.asset = asset.name,
         .on = date_from(row.integer(0)),
         .cost = cost ? std::optional(money::Money(*cost, asset.currency())) : std::nullopt,
         .downtime = Nanoseconds{row.integer(2)},
         .note = std::string(row.text(3)),
         .next_due = next ? std::optional(date_from(*next)) : std::nullopt});
    return {};
  }));
  return all;
}

Result<std::vector<Condition>> UpkeepStore::conditions(std::int64_t id, std::string_view asset) {
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT happened, hours, celsius, ecc_errors, xid_errors, "
                                  "work_permille FROM condition WHERE asset = ? "
                                  "ORDER BY happened, id"));
  std::vector<Condition> all;
  PURSER_TRY(select.each({id}, [&](const Row& row) -> Status {
    // Of a day, what was recorded last.
    if (!all.empty() && all.back().on == date_from(row.integer(0))) all.pop_back();
    all.push_back({.asset = std::string(asset),
                   .on = date_from(row.integer(0)),
                   .hours = count_from(row, 1),
                   .celsius = count_from(row, 2),
                   .ecc_errors = count_from(row, 3),
                   .xid_errors = count_from(row, 4),
                   .work_permille = count_from(row, 5)});
    return {};
  }));
  return all;
}

Status UpkeepStore::each_due(std::int64_t id, std::string_view asset,
                             const std::function<void(Due)>& take) {
  PURSER_ASSIGN(auto service, database_.prepare(fmt::format(
                                  "SELECT next_due, note FROM service WHERE asset = ? AND {} "
                                  "ORDER BY happened DESC, id DESC LIMIT 1",
                                  kStands)));
  PURSER_TRY(service.each({id}, [&](const Row& row) -> Status {
    if (row.is_null(0)) return {};
    take({std::string(asset), "service", date_from(row.integer(0)), std::string(row.text(1))});
    return {};
  }));
  PURSER_ASSIGN(auto cover,
                database_.prepare("SELECT kind, until, note FROM cover WHERE id IN (SELECT max(id) "
                                  "FROM cover WHERE asset = ? GROUP BY kind) ORDER BY kind"));
  return cover.each({id}, [&](const Row& row) -> Status {
    const auto kind = row.enumerator<CoverKind>(0, CoverKind::kContract);
    take({std::string(asset), fmt::format("end of {}", name(kind)), date_from(row.integer(1)),
          std::string(row.text(2))});
    return {};
  });
}

}  // namespace purser::books
