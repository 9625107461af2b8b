#include "books/upkeep_store.h"

#include <algorithm>

#include <fmt/format.h>

#include "books/columns.h"

namespace purser::books {
namespace {

using store::Row;

constexpr std::string_view kStands =
    "(event IS NULL OR event NOT IN (SELECT undone.event FROM undone)) AND id NOT IN (SELECT "
    "record "
    "FROM upkeep JOIN upkeep_undone ON upkeep_undone.number = upkeep.number WHERE kind = 0)";
constexpr std::string_view kCoverStands =
    "id NOT IN (SELECT record FROM upkeep JOIN upkeep_undone ON upkeep_undone.number = "
    "upkeep.number WHERE upkeep.kind = 1)";
constexpr std::string_view kConditionStands =
    "id NOT IN (SELECT record FROM upkeep JOIN upkeep_undone ON upkeep_undone.number = "
    "upkeep.number WHERE kind = 2)";

}  // namespace

Result<std::int64_t> UpkeepStore::insert_record(
    std::string_view sql, std::initializer_list<store::Parameter> parameters) {
  std::int64_t id = 0;
  PURSER_ASSIGN(auto insert, database_.prepare(sql));
  PURSER_TRY(insert.each(parameters, [&](const Row& row) -> Status {
    id = row.integer(0);
    return {};
  }));
  return id;
}

Status UpkeepStore::number(std::int64_t asset, Kind kind, std::int64_t record) {
  return database_.run(
      "INSERT INTO upkeep (asset, kind, record, behind) "
      "VALUES (?, ?, ?, (SELECT coalesce(max(id), 0) FROM event))",
      {asset, static_cast<int>(kind), record});
}

Status UpkeepStore::insert(std::int64_t asset, const Service& service,
                           std::optional<std::int64_t> event, Instant recorded,
                           std::string_view who) {
  PURSER_ASSIGN(
      const std::int64_t id,
      insert_record(
          "INSERT INTO service (asset, happened, cost, downtime, note, next_due, event, "
          "recorded, who, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
          {asset, stored(service.on), stored(service.cost), service.downtime.count(), service.note,
           service.next_due ? std::optional(stored(*service.next_due)) : std::nullopt, event,
           stored(recorded), stored_who(who), stored_said(service.document)}));
  return event ? Status() : number(asset, Kind::kService, id);  // its repair is an event
}

Status UpkeepStore::insert(std::int64_t asset, const Cover& cover, Instant recorded,
                           std::string_view who) {
  PURSER_ASSIGN(const std::int64_t id,
                insert_record("INSERT INTO cover (asset, kind, until, note, recorded, who) "
                              "VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
                              {asset, static_cast<int>(cover.kind), stored(cover.until), cover.note,
                               stored(recorded), stored_who(who)}));
  return number(asset, Kind::kCover, id);
}

Status UpkeepStore::insert(std::int64_t asset, const Condition& condition, Instant recorded,
                           std::string_view who) {
  PURSER_ASSIGN(const std::int64_t id,
                insert_record("INSERT INTO condition (asset, happened, hours, celsius, ecc_errors, "
                              "xid_errors, work_permille, recorded, who) "
                              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                              {asset, stored(condition.on), condition.hours, condition.celsius,
                               condition.ecc_errors, condition.xid_errors, condition.work_permille,
                               stored(recorded), stored_who(who)}));
  return number(asset, Kind::kCondition, id);
}

Status UpkeepStore::insert(std::int64_t asset, Book book, Instant recorded, std::string_view who) {
  PURSER_ASSIGN(
      const std::int64_t id,
      insert_record(
          "INSERT INTO book_joined (asset, book, recorded, who) VALUES (?, ?, ?, ?) RETURNING id",
          {asset, static_cast<int>(book), stored(recorded), stored_who(who)}));
  return number(asset, Kind::kBook, id);
}

Status UpkeepStore::insert_undone(std::int64_t number, Instant recorded, std::string_view who) {
  return database_.run("INSERT INTO upkeep_undone (number, recorded, who) VALUES (?, ?, ?)",
                       {number, stored(recorded), stored_who(who)});
}

Status UpkeepStore::each_record(std::int64_t id, std::string_view asset, std::int64_t behind,
                                const std::function<void(LastRecord)>& take) {
  PURSER_ASSIGN(
      auto select,
      database_.prepare(
          "SELECT upkeep.number, upkeep.kind, coalesce(service.happened, cover.until, "
          "condition.happened, 0), coalesce(service.recorded, cover.recorded, condition.recorded, "
          "book_joined.recorded), coalesce(service.who, cover.who, condition.who, "
          "book_joined.who), coalesce(cover.kind, 0), book_joined.book FROM upkeep "
          "LEFT JOIN service ON upkeep.kind = 0 AND service.id = record "
          "LEFT JOIN cover ON upkeep.kind = 1 AND cover.id = record "
          "LEFT JOIN condition ON upkeep.kind = 2 AND condition.id = record "
          "LEFT JOIN book_joined ON upkeep.kind = 3 AND book_joined.id = record "
          "WHERE upkeep.asset = ? AND upkeep.number NOT IN (SELECT number FROM upkeep_undone) "
          "AND behind >= ? ORDER BY upkeep.number DESC"));
  return select.each({id, behind}, [&](const Row& row) -> Status {
    const Kind kind = row.enumerator<Kind>(1, Kind::kBook);
    const auto cover = row.enumerator<CoverKind>(5, CoverKind::kContract);
    std::optional<Book> book;
    if (!row.is_null(6)) book = row.enumerator<Book>(6, Book::kManagement);
    take({row.integer(0),
          book,
          {.what = kind == Kind::kService ? "service"
                   : kind == Kind::kCover ? std::string(name(cover))
                                          : "condition",
           .asset = std::string(asset),
           .on = date_from(row.integer(2)),
           .recorded = Instant(Nanoseconds{row.integer(3)}),
           .who = who_from(row, 4)}});
    return {};
  });
}

Result<std::optional<UpkeepStore::LastRecord>> UpkeepStore::last_record(std::int64_t id,
                                                                        const Asset& asset) {
  // Events lie in the order of the days from which they count.
  std::int64_t last_event = 0;
  for (const Event& event : asset.events) last_event = std::max(last_event, event.id);
  std::optional<LastRecord> last;
  PURSER_TRY(each_record(id, asset.name, last_event, [&](LastRecord record) {
    if (!last) last = std::move(record);
  }));
  return last;
}

Result<std::optional<UpkeepStore::LastRecord>> UpkeepStore::joining(std::int64_t id,
                                                                    std::string_view asset,
                                                                    Book book) {
  std::optional<LastRecord> joined;
  PURSER_TRY(each_record(id, asset, 0, [&](LastRecord record) {
    if (!joined && record.book == book) joined = std::move(record);
  }));
  return joined;
}

Result<std::vector<StandingRecord>> UpkeepStore::records(std::int64_t id, std::string_view asset) {
  std::vector<StandingRecord> all;
  PURSER_TRY(each_record(id, asset, 0, [&](LastRecord last) {
    all.push_back(
        {.key = last.book ? joining_key(*last.book) : record_key(last.record.what, last.number),
         .record = std::move(last.record),
         .number = last.number,
         .book = last.book});
  }));
  PURSER_ASSIGN(auto select,
                database_.prepare(fmt::format("SELECT event, happened, recorded, who FROM service "
                                              "WHERE asset = ? AND event IS NOT NULL AND {} "
                                              "ORDER BY id DESC",
                                              kStands)));
  PURSER_TRY(select.each({id}, [&](const Row& row) -> Status {
    all.push_back({.key = fmt::format("repair:{}", row.integer(0)),
                   .record = {.what = "service",
                              .asset = std::string(asset),
                              .on = date_from(row.integer(1)),
                              .recorded = Instant(Nanoseconds{row.integer(2)}),
                              .who = who_from(row, 3)},
                   .repair = row.integer(0)});
    return {};
  }));
  std::ranges::reverse(all);
  return all;
}

Result<std::vector<Service>> UpkeepStore::services(std::int64_t id, const Asset& asset) {
  PURSER_ASSIGN(auto select,
                database_.prepare(fmt::format(
                    "SELECT happened, cost, downtime, note, next_due, document FROM service "
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
         .next_due = next ? std::optional(date_from(*next)) : std::nullopt,
         .document = text_from(row, 5).value_or("")});
    return {};
  }));
  return all;
}

Result<std::vector<Condition>> UpkeepStore::conditions(std::int64_t id, std::string_view asset) {
  PURSER_ASSIGN(auto select,
                database_.prepare(fmt::format(
                    "SELECT happened, hours, celsius, ecc_errors, xid_errors, work_permille FROM "
                    "condition WHERE asset = ? AND {} ORDER BY happened, id",
                    kConditionStands)));
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

Result<std::map<std::string, Kept, std::less<>>> UpkeepStore::kept() {
  std::map<std::string, Kept, std::less<>> all;
  PURSER_ASSIGN(auto covers,
                database_.prepare(fmt::format(
                    "SELECT asset.name, kind, until, note FROM "
                    "(SELECT asset AS whose, kind, until, note FROM cover WHERE id IN "
                    "(SELECT max(id) FROM cover WHERE {} GROUP BY asset, kind)) AS last "
                    "JOIN asset ON asset.id = whose ORDER BY asset.name, kind",
                    kCoverStands)));
  PURSER_TRY(covers.each({}, [&](const Row& row) -> Status {
    const std::string name(row.text(0));
    all[name].covers.push_back({.asset = name,
                                .kind = row.enumerator<CoverKind>(1, CoverKind::kContract),
                                .until = date_from(row.integer(2)),
                                .note = std::string(row.text(3))});
    return {};
  }));
  const auto count = [&](std::string_view table, std::string_view stands,
                         std::int64_t Kept::*records) -> Status {
    PURSER_ASSIGN(auto select,
                  database_.prepare(fmt::format(
                      "SELECT asset.name, records FROM (SELECT asset AS whose, count(*) AS records "
                      "FROM {} WHERE {} GROUP BY asset) AS counted JOIN asset ON asset.id = whose",
                      table, stands)));
    return select.each({}, [&](const Row& row) -> Status {
      all[std::string(row.text(0))].*records = row.integer(1);
      return {};
    });
  };
  PURSER_TRY(count("service", kStands, &Kept::services));
  PURSER_TRY(count("condition", kConditionStands, &Kept::conditions));
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
  PURSER_ASSIGN(auto cover, database_.prepare(fmt::format(
                                "SELECT kind, until, note FROM cover WHERE id IN (SELECT max(id) "
                                "FROM cover WHERE asset = ? AND {} GROUP BY kind) ORDER BY kind",
                                kCoverStands)));
  return cover.each({id}, [&](const Row& row) -> Status {
    const auto kind = row.enumerator<CoverKind>(0, CoverKind::kContract);
    take({std::string(asset), fmt::format("end of {}", name(kind)), date_from(row.integer(1)),
          std::string(row.text(2))});
    return {};
  });
}

}  // namespace purser::books
