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
    if (entry.number != verified_.entries + 1) return missing(verified_.entries + 1);
    if (!check_balance(entry)) return altered(entry, "does not balance");
    if (hash_of(entry, verified_.head) != entry.hash) {
      return altered(entry, "was altered after it was posted");
    }
    verified_ = {entry.number, entry.hash};
    witness_met_ = witness_met_ || entry.hash == witness_;
    for (const Closing& closing : closings_) {
      if (closing.head.number == entry.number && closing.head.hash != entry.hash) {
        return altered(entry,
                       fmt::format("is not what it was when {} was closed", format(closing.month)));
      }
    }
    return {};
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
  std::vector<Closing> closings_;
  std::string_view witness_;
  bool witness_met_;
  Verified verified_;
};

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
  return verified;
}

}  // namespace purser::books
