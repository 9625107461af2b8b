// Writing entries to the end of the chain. Behind the door.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "books/books.h"
#include "books/books_store.h"
#include "books/chart.h"

namespace purser::books {

// SHA-256 over the hash before it and everything the entry says.
std::string hash_of(const Entry& entry, std::string_view previous);

// The entry that undoes `entry`: it stands, and this next to it.
Entry mirror_of(const Entry& entry, int revision);

// kCorrupt unless the lines sum to zero in each currency.
Status check_balance(const Entry& entry);

// Appends entries within one transaction of its caller. They are all recorded at one instant, that
// of its beginning: it tells what was written together.
class JournalWriter {
 public:
  // `who` and the others are borrowed.
  static Result<JournalWriter> at_end(BooksStore& store, const Clock& clock, const std::string& who,
                                      const Observer& tell);

  // Numbers, hashes and writes the entry. Accounts of the defaults are called as the chart does; a
  // mirror image (`reverses`) keeps the names of what it undoes.
  Status append(Entry entry, std::int64_t asset_id, Called called = Called::kByDefault);
  // Appends what corrects `standing`, which is called as it was posted: each account keeps the name
  // under which it stands there, and is called as the chart does where it stands under none, or
  // under several.
  Status append_correction(Entry entry, std::int64_t asset_id, const PostedLines& standing);
  // Brings what stands for (month, asset, kind) to `target` by an entry of the difference. Where
  // nothing stands, zero needs no entry, unless somebody must have said so.
  enum class Zero : std::uint8_t { kUnsaid, kSaid };
  Status bring_to(Book book, Kind kind, money::Money target, const PostedByEvent& posted,
                  Month month, const StoredAsset& asset, std::string rule,
                  Zero zero = Zero::kUnsaid);

  // Charges of which all had been reversed before this transaction, by themselves and not with what
  // they are of, and that it posted again.
  const std::vector<PostedAgain>& posted_again() const { return again_; }

  const Chart& chart() const { return chart_; }
  std::int64_t written() const { return written_; }
  const Head& head() const { return head_; }
  const std::string& who() const { return who_; }
  Instant now() const { return now_; }

 private:
  Status name_accounts(Entry& entry, std::int64_t asset_id, const PostedLines& standing) const;
  Result<bool> was_reversed_by_hand(const StoredAsset& asset, Book book, Month month,
                                    Kind kind) const;

  JournalWriter(BooksStore& store, Instant now, const std::string& who, const Observer& tell,
                Head head, Chart chart)
      : store_(store),
        now_(now),
        who_(who),
        tell_(tell),
        head_(std::move(head)),
        began_behind_(head_.number),
        chart_(std::move(chart)) {}

  BooksStore& store_;
  Instant now_;
  const std::string& who_;
  const Observer& tell_;
  Head head_;
  std::int64_t began_behind_;  // the number of the last entry before this transaction
  Chart chart_;
  std::int64_t written_ = 0;
  std::vector<PostedAgain> again_;
};

}  // namespace purser::books
