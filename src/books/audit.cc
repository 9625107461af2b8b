#include "books/audit.h"

#include <limits>

#include <fmt/format.h>

#include "books/books_store.h"
#include "books/columns.h"
#include "books/purchase.h"
#include "books/roles.h"
#include "books/upkeep.h"

namespace purser::books {
namespace {

using store::Row;

// In the order in which acts of one instant are told.
enum class Deed : std::uint8_t {
  kAccountName,
  kRole,
  kSite,
  kPurchase,
  kPurchaseUndone,
  kIntoBook,
  kEvent,
  kEventUndone,
  kService,
  kCover,
  kCondition,
  kUpkeepUndone,
  kWithdrawal,
  kEntries,
  kReversal,  // among them, by number
  kClosing,
  kReading,
};

// Place: in the order of recording. Kind: as stored; -1, none, or of an event a repair that
// was a service, which is told as that; -2, an improvement that is a credit note. Number: a book, a
// last day or the one behind it, a last entry, an entry that is reversed, a kind of cover; -1,
// none. Of entries the first is found that was not written together with the one before it.
constexpr std::string_view kActs = R"sql(
SELECT acts.recorded, acts.who, deed, place, acts.kind, about, details, acts.happened, number,
  coalesce(event.document, purchase.document, service.document) FROM (
  SELECT event.recorded AS recorded, event.who AS who, 6 AS deed, event.id AS place,
    CASE WHEN event.kind = 1 AND event.amount < 0 THEN -2 ELSE event.kind END AS kind,
    coalesce(withdrawn.name, asset.name) AS about,
    coalesce(gone.name, other.name, '') AS details, event.happened AS happened,
    coalesce(event.book, -1) AS number
  FROM event JOIN asset ON asset.id = event.asset
  LEFT JOIN withdrawn ON withdrawn.asset = event.asset
  LEFT JOIN asset AS other ON other.id = event.other
  LEFT JOIN withdrawn AS gone ON gone.asset = event.other
  WHERE event.id NOT IN (SELECT service.event FROM service WHERE service.event IS NOT NULL)
UNION ALL
  SELECT undone.recorded, undone.who, 7, event.id,
    CASE WHEN event.id IN (SELECT service.event FROM service WHERE service.event IS NOT NULL)
      THEN -1 WHEN event.kind = 1 AND event.amount < 0 THEN -2 ELSE event.kind END,
    coalesce(withdrawn.name, asset.name), coalesce(gone.name, other.name, ''), event.happened,
    coalesce(event.book, -1)
  FROM undone JOIN event ON event.id = undone.event JOIN asset ON asset.id = event.asset
  LEFT JOIN withdrawn ON withdrawn.asset = event.asset
  LEFT JOIN asset AS other ON other.id = event.other
  LEFT JOIN withdrawn AS gone ON gone.asset = event.other
UNION ALL
  SELECT account_name.recorded, account_name.who, 0, account_name.id, -1, account_name.account,
    account_name.name
      || CASE WHEN account_name.class = '' THEN '' ELSE ', class ' || account_name.class END
      || CASE WHEN site.name IS NULL THEN '' ELSE ', site ' || site.name END, NULL, -1
  FROM account_name LEFT JOIN site ON site.id = account_name.site
UNION ALL
  SELECT recorded, who, 1, id, coalesce(role, -1), person, '', NULL, -1 FROM role_grant
UNION ALL
  SELECT site_change.recorded, site_change.who, 2, site_change.id, -1, site.name,
    CASE WHEN site_change.tariff_billionths IS NULL THEN 'PUE'
      WHEN site_change.pue_thousandths IS NULL THEN 'tariff' ELSE 'tariff and PUE' END,
    site_change.since, -1
  FROM site_change JOIN site ON site.id = site_change.site
UNION ALL
  SELECT purchase.recorded, purchase.who, 3, purchase.id, purchase.kind,
    coalesce(withdrawn.name, asset.name),
    CASE WHEN purchase.vendor = '' THEN '' ELSE 'from ' || purchase.vendor END,
    purchase.happened, -1
  FROM purchase JOIN asset ON asset.id = purchase.asset
  LEFT JOIN withdrawn ON withdrawn.asset = purchase.asset
UNION ALL
  SELECT purchase_undone.recorded, purchase_undone.who, 4, purchase.id, purchase.kind,
    coalesce(withdrawn.name, asset.name), '', purchase.happened, -1
  FROM purchase_undone JOIN purchase ON purchase.id = purchase_undone.purchase
  JOIN asset ON asset.id = purchase.asset
  LEFT JOIN withdrawn ON withdrawn.asset = purchase.asset
UNION ALL
  SELECT book_joined.recorded, book_joined.who, 5, book_joined.id, -1,
    coalesce(withdrawn.name, asset.name), '', NULL, book_joined.book
  FROM book_joined JOIN asset ON asset.id = book_joined.asset
  LEFT JOIN withdrawn ON withdrawn.asset = book_joined.asset
UNION ALL
  SELECT service.recorded, service.who, 8, service.id, -1, coalesce(withdrawn.name, asset.name),
    service.note, service.happened, -1
  FROM service JOIN asset ON asset.id = service.asset
  LEFT JOIN withdrawn ON withdrawn.asset = service.asset
UNION ALL
  SELECT cover.recorded, cover.who, 9, cover.id, cover.kind, coalesce(withdrawn.name, asset.name),
    cover.note, NULL, cover.until
  FROM cover JOIN asset ON asset.id = cover.asset
  LEFT JOIN withdrawn ON withdrawn.asset = cover.asset
UNION ALL
  SELECT condition.recorded, condition.who, 10, condition.id, -1,
    coalesce(withdrawn.name, asset.name), '', condition.happened, -1
  FROM condition JOIN asset ON asset.id = condition.asset
  LEFT JOIN withdrawn ON withdrawn.asset = condition.asset
UNION ALL
  SELECT upkeep_undone.recorded, upkeep_undone.who, 11, upkeep.number, upkeep.kind,
    coalesce(withdrawn.name, asset.name), '', coalesce(service.happened, condition.happened),
    coalesce(cover.kind, book_joined.book, -1)
  FROM upkeep_undone JOIN upkeep ON upkeep.number = upkeep_undone.number
  JOIN asset ON asset.id = upkeep.asset
  LEFT JOIN withdrawn ON withdrawn.asset = upkeep.asset
  LEFT JOIN service ON upkeep.kind = 0 AND service.id = upkeep.record
  LEFT JOIN cover ON upkeep.kind = 1 AND cover.id = upkeep.record
  LEFT JOIN condition ON upkeep.kind = 2 AND condition.id = upkeep.record
  LEFT JOIN book_joined ON upkeep.kind = 3 AND book_joined.id = upkeep.record
UNION ALL
  SELECT recorded, who, 12, asset, -1, name, '', NULL, -1 FROM withdrawn
UNION ALL
  SELECT begun.recorded, word.spelling, CASE WHEN begun.reverses IS NULL THEN 13 ELSE 14 END,
    begun.number, -1, coalesce(withdrawn.name, asset.name, ''), coalesce(said.spelling, ''), NULL,
    coalesce(begun.reverses,
      lead(begun.number) OVER (ORDER BY begun.number) - 1, (SELECT max(number) FROM entry))
  FROM (SELECT entry.number AS number, entry.recorded AS recorded, entry.who AS who,
      entry.reverses AS reverses, entry.event AS event, entry.asset AS asset
    FROM entry LEFT JOIN entry AS before ON before.number = entry.number - 1
    WHERE before.number IS NULL OR before.recorded <> entry.recorded
      OR coalesce(before.who, 0) <> coalesce(entry.who, 0)
      OR before.reverses IS NOT NULL OR entry.reverses IS NOT NULL) AS begun
  LEFT JOIN word ON word.id = begun.who LEFT JOIN word AS said ON said.id = begun.event
  LEFT JOIN asset ON asset.id = begun.asset
  LEFT JOIN withdrawn ON withdrawn.asset = begun.asset
UNION ALL
  SELECT recorded, who, 15, period, -1, '', '', NULL, head FROM closing
UNION ALL
  SELECT units_replaced.recorded, units_replaced.who, 16, units_replaced.id, -1,
    coalesce(withdrawn.name, asset.name), '', units_replaced.start, units_replaced.until
  FROM units_replaced JOIN asset ON asset.id = units_replaced.asset
  LEFT JOIN withdrawn ON withdrawn.asset = units_replaced.asset
) AS acts
LEFT JOIN event ON deed = 6 AND event.id = place
LEFT JOIN purchase ON deed = 3 AND purchase.id = place
LEFT JOIN service ON deed = 8 AND service.id = place
WHERE acts.recorded >= ?1 AND (?2 = '' OR acts.who = ?2)
ORDER BY acts.recorded, CASE WHEN deed = 14 THEN 13 ELSE deed END, place
)sql";

enum Columns : std::uint8_t {
  kRecorded,
  kWho,
  kDeed,
  kPlace,
  kKind,
  kAbout,
  kDetails,
  kHappened,
  kNumber,
  kDocument,
};

// kCorrupt: there is no such kind.
Result<std::string> name_of_event(std::int64_t kind) {
  constexpr std::int64_t kService = -1;
  constexpr std::int64_t kCredit = -2;
  if (kind == kService) return "service";
  const std::string_view text =
      kind == kCredit ? name(Improvement{money::Money(std::int64_t{-1}, money::usd())})
                      : name_of_stored_event(kind);
  if (!text.empty()) return std::string(text);
  return fail(ErrorCode::kCorrupt, "an act is of a kind that these books do not know");
}

std::string text_of_book(std::int64_t book) {
  for (const Book one : kBooks) {
    if (static_cast<std::int64_t>(one) == book) return fmt::format("{} book", name(one));
  }
  return {};
}

// Of a split the part, of a merge what was taken in; then the book, if it was in one alone.
std::string details_of_event(const Row& row) {
  std::string text(row.text(kDetails));
  if (!text.empty()) text = fmt::format("'{}'", text);
  const std::string book = text_of_book(row.integer(kNumber));
  if (!book.empty()) text += (text.empty() ? "" : ", ") + book;
  return text;
}

// The event without its number, "improvement" of "improvement:1", and the asset of the first.
void read_entries(const Row& row, Deed deed, Act& act) {
  const std::int64_t first = row.integer(kPlace);
  const std::int64_t number = row.integer(kNumber);
  const std::string_view event = row.text(kDetails);
  act.details = fmt::format("{} of {}", event.substr(0, event.find(':')), row.text(kAbout));
  if (deed == Deed::kReversal) {
    act.what = "reversal";
    act.about = fmt::format("entry {}", number);
    act.details += fmt::format(", by entry {}", first);
    act.entries = {first, first};
    return;
  }
  act.what = "entries";
  act.about = first == number ? std::to_string(first) : fmt::format("{} to {}", first, number);
  if (first != number) act.details += ", …";
  act.entries = {first, number};
}

Status read_upkeep_undone(const Row& row, Act& act) {
  switch (row.integer(kKind)) {
    case 0:
      act.what = "service";
      return {};
    case 1:
      act.what = name(row.enumerator<CoverKind>(kNumber, CoverKind::kContract));
      return {};
    case 2:
      act.what = "condition";
      return {};
    default:
      act.what = "further book";
      act.details = text_of_book(row.integer(kNumber));
      return {};
  }
}

// What is told of a fact about an asset.
Status read_fact(const Row& row, Deed deed, Act& act) {
  switch (deed) {
    case Deed::kPurchase:
    case Deed::kPurchaseUndone:
      act.what = name(row.enumerator<StepKind>(kKind, StepKind::kAddition));
      return {};
    case Deed::kIntoBook:
      act.what = "further book";
      act.details = text_of_book(row.integer(kNumber));
      return {};
    case Deed::kEvent:
    case Deed::kEventUndone: {
      PURSER_ASSIGN(act.what, name_of_event(row.integer(kKind)));
      act.details = details_of_event(row);
      return {};
    }
    case Deed::kCover:
      act.what = name(row.enumerator<CoverKind>(kKind, CoverKind::kContract));
      act.details = fmt::format("until {}{}{}", format(date_from(row.integer(kNumber))),
                                act.details.empty() ? "" : ", ", act.details);
      return {};
    case Deed::kUpkeepUndone:
      return read_upkeep_undone(row, act);
    case Deed::kService:
      act.what = "service";
      return {};
    case Deed::kCondition:
      act.what = "condition";
      return {};
    case Deed::kReading:
      act.what = "reading replaced";
      act.details =
          fmt::format("until {}", format(date_from(row.integer(kNumber)) - std::chrono::days{1}));
      return {};
    default:
      act.what = "withdrawal";
      return {};
  }
}

Result<Act> act_from(const Row& row) {
  const auto deed = row.enumerator<Deed>(kDeed, Deed::kReading);
  Act act{.recorded = Instant(Nanoseconds{row.integer(kRecorded)}),
          .who = who_from(row, kWho),
          .what = {},
          .undoing = deed == Deed::kPurchaseUndone || deed == Deed::kEventUndone ||
                     deed == Deed::kUpkeepUndone,
          .about = std::string(row.text(kAbout)),
          .details = std::string(row.text(kDetails)),
          .document = said_from(row, kDocument)};
  if (!row.is_null(kHappened)) act.on = date_from(row.integer(kHappened));
  switch (deed) {
    case Deed::kAccountName:
      act.what = "account name";
      break;
    case Deed::kRole: {
      act.what = "role";
      const bool is_taken_back = row.integer(kKind) < 0;
      act.undoing = is_taken_back;
      if (!is_taken_back) act.details = name(row.enumerator<Role>(kKind, Role::kClose));
      break;
    }
    case Deed::kSite:
      act.what = "site change";
      break;
    case Deed::kEntries:
    case Deed::kReversal:
      read_entries(row, deed, act);
      break;
    case Deed::kClosing:
      act.what = "closing";
      act.about = format(month_from(row.integer(kPlace)));
      break;
    default:
      PURSER_TRY(read_fact(row, deed, act));
  }
  return act;
}

}  // namespace

Status each_act(store::Database& database, const ActsAsked& asked,
                const std::function<Status(const Act&)>& take) {
  PURSER_ASSIGN(auto select, database.prepare(kActs));
  const std::int64_t since =
      asked.since ? stored(*asked.since) : std::numeric_limits<std::int64_t>::min();
  return select.each({since, asked.who}, [&](const Row& row) -> Status {
    PURSER_ASSIGN(const Act act, act_from(row));
    return take(act);
  });
}

}  // namespace purser::books
