// The journal proves itself: every hash, every balance, every closing with its sums.
#include <fmt/format.h>

#include "books/books_store.h"
#include "books/journal.h"

namespace purser::books {
namespace {

constexpr std::string_view kWayOut = "restore the books from a backup made before that";

Status altered(const Entry& entry, std::string_view how) {
  return fail(ErrorCode::kCorrupt,
              fmt::format("entry {} ({}, {} of '{}') {}; {}", entry.number, format(entry.period),
                          entry.event, entry.asset, how, kWayOut));
}

Status missing(std::int64_t number) {
  return fail(ErrorCode::kCorrupt, fmt::format("entry {} is missing; {}", number, kWayOut));
}

// Walks the chain once, comparing with the closings as it passes them.
class Walk {
 public:
  Walk(std::vector<Closing> closings, std::string_view witness)
      : closings_(std::move(closings)), witness_(witness), witness_met_(witness.empty()) {}

  Status pass(const Entry& entry) {
    if (entry.number <= verified_.entries) return altered(entry, "was added before the first one");
    if (entry.number != verified_.entries + 1) return missing(verified_.entries + 1);
    if (!check_balance(entry)) return altered(entry, "does not balance");
    if (hash_of(entry, verified_.head) != entry.hash) {
      return altered(entry, "was altered after it was posted");
    }
    verified_ = {entry.number, entry.hash};
    witness_met_ = witness_met_ || entry.hash == witness_;
    return compare(entry);
  }

  Result<Verified> finish() const {
    for (const Closing& closing : closings_) {
      if (closing.head.number > verified_.entries)
        return fail(missing(verified_.entries + 1).error());
    }
    if (!witness_met_) {
      return fail(ErrorCode::kCorrupt,
                  fmt::format("no entry has the hash {}: the journal was cut short or written "
                              "anew; {}",
                              witness_, kWayOut));
    }
    return verified_;
  }

 private:
  // With the closings, which lie in order: each has its head at or behind that of the one before.
  Status compare(const Entry& entry) {
    for (; next_ < closings_.size() && closings_[next_].head.number <= entry.number; ++next_) {
      const Closing& closing = closings_[next_];
      const bool has_none = closing.head.number == 0 && closing.head.hash.empty();
      if (closing.head.number < entry.number && !has_none) {
        return fail(ErrorCode::kCorrupt,
                    fmt::format("the closing of {} was altered: its head is entry {}, which lies "
                                "before what was closed by then; {}",
                                format(closing.month), closing.head.number, kWayOut));
      }
      if (closing.head.hash != entry.hash && !has_none) {
        return altered(entry,
                       fmt::format("is not what it was when {} was closed", format(closing.month)));
      }
      closed_ = closing.month;
      closed_by_ = closing.head.number;
    }
    if (!closed_ || entry.number <= closed_by_ || entry.period > *closed_) return {};
    return altered(entry, fmt::format("was added after {} was closed", format(*closed_)));
  }

  std::vector<Closing> closings_;
  std::string_view witness_;
  bool witness_met_;
  std::size_t next_ = 0;                        // of the closings, those before it were passed
  std::optional<Month> closed_ = std::nullopt;  // by the entry of that number
  std::int64_t closed_by_ = 0;
  Verified verified_;
};

Status disagrees(std::optional<std::int64_t> number, std::string_view how) {
  if (!number) return {};
  return fail(ErrorCode::kCorrupt, fmt::format("entry {} {}; {}", *number, how, kWayOut));
}

Status disagrees(const std::optional<std::string>& asset, std::string_view how) {
  if (!asset) return {};
  return fail(ErrorCode::kCorrupt, fmt::format("an asset '{}' was taken out of the books, {}; {}",
                                               *asset, how, kWayOut));
}

// The facts beside the journal, as far as it says the same.
Status check_facts(BooksStore& store, std::int64_t entries) {
  PURSER_ASSIGN(const std::int64_t count, store.count_entries());
  if (count != entries) {
    PURSER_ASSIGN(const auto of_none, store.entry_of_no_asset());
    return disagrees(of_none.value_or(entries + 1), "is of an asset that is not in the books");
  }
  PURSER_ASSIGN(const auto of_other_event, store.entry_of_other_event());
  PURSER_TRY(disagrees(of_other_event,
                       "is of an event that the books know otherwise: of another "
                       "asset, kind, day or amount"));
  PURSER_ASSIGN(const auto of_other_cost, store.entry_of_other_cost());
  PURSER_TRY(disagrees(of_other_cost,
                       "is a purchase before the service, or for another cost, than "
                       "that of its asset"));
  PURSER_ASSIGN(const auto entangled, store.entangled_name());
  PURSER_TRY(disagrees(entangled,
                       "and entries of it and of another asset of that name were "
                       "exchanged"));
  PURSER_ASSIGN(const auto unsettled, store.unsettled_withdrawn());
  return disagrees(unsettled, "and what was posted of it does not come to nothing");
}

}  // namespace

Result<Verified> Books::verify(std::string_view witness) const {
  BooksStore store(database_);
  PURSER_ASSIGN(auto snapshot, database_.begin_snapshot());
  PURSER_ASSIGN(const std::vector<Closing> closings, store.closings());
  Walk walk(closings, witness);
  auto walked =
      store.each_entry(std::nullopt, [&](const Entry& entry) { return walk.pass(entry); });
  if (!walked && walked.error().code() == ErrorCode::kInvalidInput) {  // a field makes no sense
    return fail(ErrorCode::kCorrupt,
                fmt::format("the journal was altered: {}; {}", walked.error().message(), kWayOut));
  }
  PURSER_TRY(std::move(walked));
  PURSER_ASSIGN(const StrayLines stray, store.stray_lines());
  if (stray.count > 0) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("{} lines were added that belong to no entry of the journal, the first "
                            "under entry {}; {}",
                            stray.count, stray.first, kWayOut));
  }
  PURSER_ASSIGN(const Verified verified, walk.finish());
  PURSER_ASSIGN(const Sums kept, store.kept_sums(std::nullopt, std::nullopt));
  PURSER_ASSIGN(const Sums lines,
                closings.empty()
                    ? Sums()
                    : store.sums_of_lines(std::nullopt, {std::nullopt, closings.back().month}));
  PURSER_TRY(check_sums(closings, kept, lines));
  PURSER_TRY(check_facts(store, verified.entries));
  return verified;
}

}  // namespace purser::books
