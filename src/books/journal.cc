#include "books/journal.h"

#include <fmt/format.h>

#include "base/files.h"
#include "books/chart.h"

namespace purser::books {
namespace {

using money::Money;

// What an expense of each kind is charged to, and what it is owed to.
struct AccountPair {
  std::string_view expense;
  std::string_view against;
};
AccountPair accounts_of(Kind kind) {
  switch (kind) {
    case Kind::kDepreciation:
      return {account::kDepreciation, account::kAccumulated};
    case Kind::kMaintenance:
      return {account::kMaintenance, account::kAccruedMaintenance};
    case Kind::kSpace:
      return {account::kSpace, account::kAccruedSpace};
    case Kind::kEnergy:
      break;
  }
  return {account::kEnergy, account::kAccruedEnergy};
}

// A netstring: no two lists of fields run together to the same text.
void add_field(std::string& text, std::string_view field) {
  const fmt::format_int size(field.size());
  text.append(size.data(), size.size()).append(1, ':').append(field).append(1, ',');
}

std::string reversal_of(std::int64_t number) { return fmt::format("reversal of entry {}", number); }

}  // namespace

std::string hash_of(const Entry& entry, std::string_view previous) {
  std::string text;
  text.reserve(512);  // most entries fit
  add_field(text, previous);
  add_field(text, std::to_string(entry.number));
  add_field(text, format(entry.date));
  add_field(text, format(entry.period));
  add_field(text, entry.book);
  add_field(text, entry.asset);
  add_field(text, entry.event);
  add_field(text, std::to_string(entry.revision));
  add_field(text, entry.rule);
  add_field(text, entry.reverses ? std::to_string(*entry.reverses) : "");
  add_field(text, format(entry.recorded));
  // Lines are three fields each: with or without this one, no two entries give the same list.
  if (!entry.who.empty()) add_field(text, entry.who);
  for (const Line& line : entry.lines) {
    add_field(text, line.account);
    add_field(text, line.amount.currency().code());
    add_field(text, std::to_string(line.amount.minor()));
  }
  return sha256_hex(text);
}

Entry mirror_of(const Entry& entry, int revision) {
  Entry mirror = entry;
  mirror.revision = revision;
  mirror.rule = reversal_of(entry.number);
  mirror.reverses = entry.number;
  for (Line& line : mirror.lines) line.amount = -line.amount;
  return mirror;
}

Status check_balance(const Entry& entry) {
  for (const Line& first : entry.lines) {
    const money::Currency currency = first.amount.currency();
    money::Int128 sum = 0;
    for (const Line& line : entry.lines) {
      if (line.amount.currency() == currency) sum += line.amount.minor();
    }
    if (sum == 0) continue;
    return fail(ErrorCode::kCorrupt,
                fmt::format("entry {} does not balance in {}", entry.number, currency.code()));
  }
  return {};
}

Result<JournalWriter> JournalWriter::at_end(BooksStore& store, const Clock& clock,
                                            const std::string& who, const Observer& tell) {
  PURSER_ASSIGN(Head head, store.head());
  PURSER_ASSIGN(Chart chart, store.chart());
  return JournalWriter(store, clock.now(), who, tell, std::move(head), std::move(chart));
}

// `standing`: what it corrects, as it was posted.
Status JournalWriter::name_accounts(Entry& entry, std::int64_t asset_id,
                                    const PostedLines& standing) const {
  if (chart_.names().empty() || entry.reverses) return {};
  PURSER_ASSIGN(const BooksStore::Place place, store_.place_of(asset_id, entry.date));
  for (Line& line : entry.lines) {
    std::vector<std::string_view> names;  // with an amount, if any has one
    bool amounts = false;
    for (const auto& [posted, minor] : standing.minor) {
      if (chart_.account_of(posted) != line.account || (amounts && minor == 0)) continue;
      if (!amounts && minor != 0) names.clear();
      amounts = amounts || minor != 0;
      names.push_back(posted);
    }
    line.account = names.size() == 1 ? names.front()
                                     : chart_.name_of(line.account, place.asset_class, place.site);
  }
  return {};
}

Status JournalWriter::append_correction(Entry entry, std::int64_t asset_id,
                                        const PostedLines& standing) {
  PURSER_TRY(name_accounts(entry, asset_id, standing));
  return append(std::move(entry), asset_id, Called::kAsPosted);
}

Status JournalWriter::append(Entry entry, std::int64_t asset_id, Called called) {
  entry.number = head_.number + 1;
  entry.recorded = now_;
  entry.who = who_;
  PURSER_TRY(check_balance(entry));
  if (called == Called::kByDefault) PURSER_TRY(name_accounts(entry, asset_id, {}));
  entry.hash = hash_of(entry, head_.hash);
  PURSER_TRY(store_.insert_entry(entry, asset_id));
  head_ = {entry.number, entry.hash};
  ++written_;
  if (tell_) tell_(entry);
  return {};
}

// Of a charge of which nothing stands: whether its last reversal is older than this transaction,
// and was not of all that stood with it (withdrawal.cc), which its rule tells.
Result<bool> JournalWriter::was_reversed_by_hand(const StoredAsset& asset, Book book, Month month,
                                                 Kind kind) const {
  std::int64_t last = 0;
  bool by_hand = false;
  PURSER_TRY(store_.each_entry_of(month, asset.id, name(kind), [&](const Entry& entry) -> Status {
    if (entry.reverses && entry.book == books::name(book)) {
      last = entry.number;
      by_hand = entry.rule == reversal_of(*entry.reverses);
    }
    return {};
  }));
  return by_hand && last <= began_behind_;
}

Status JournalWriter::bring_to(Book book, Kind kind, Money target, const PostedByEvent& posted,
                               Month month, const StoredAsset& asset, std::string rule, Zero zero) {
  const auto found = posted.find(name(kind));
  const PostedSum standing = found == posted.end() ? PostedSum{} : found->second;
  PURSER_ASSIGN(const Money difference,
                money::subtract(target, Money(standing.minor, target.currency())));
  const bool unsaid = zero == Zero::kSaid && standing.standing == 0;
  if (difference.is_zero() && !unsaid) return {};
  const bool was_reversed = standing.entries > 0 && standing.standing == 0;
  if (was_reversed) {
    PURSER_ASSIGN(const bool by_hand, was_reversed_by_hand(asset, book, month, kind));
    if (by_hand) again_.push_back({asset.asset.name, book, month, kind});
  }
  const AccountPair accounts = accounts_of(kind);
  Entry entry;
  entry.date = period_of(month).end - std::chrono::days{1};
  entry.period = month;
  entry.book = name(book);
  entry.asset = asset.asset.name;
  entry.event = name(kind);
  entry.revision = standing.entries;
  entry.rule = std::move(rule);
  entry.lines = {{std::string(accounts.expense), difference},
                 {std::string(accounts.against), -difference}};
  if (chart_.names().empty() || standing.standing == 0) return append(std::move(entry), asset.id);
  PURSER_ASSIGN(const PostedLines posted_lines,
                store_.posted_lines(month, asset.id, book, entry.event, Called::kAsPosted));
  return append_correction(std::move(entry), asset.id, posted_lines);
}

}  // namespace purser::books
