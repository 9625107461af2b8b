// What a month of an asset is, as entries: charges, contracts, and what happened. Behind the door.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "books/books_store.h"
#include "books/journal.h"

namespace purser::books {

// What stands for a month, asset by asset, read for many at once. Assets are asked for in the order
// of their ids, and each before anything is posted for it.
class PostedMonth {
 public:
  // `ahead`: how many ids to read at once.
  explicit PostedMonth(BooksStore& store, Month month, std::int64_t ahead = 1000)
      : store_(store), month_(month), ahead_(ahead) {}

  Month month() const { return month_; }
  // Valid until an asset with a higher id is asked for. kEngine: an id behind those that were read
  // last, of which nothing is known any more; "nothing stands" would post it twice.
  Result<const PostedByEvent*> of(std::int64_t asset_id, Book book);

 private:
  struct Standing {
    std::int64_t asset;
    Book book;
    PostedByEvent sums;
  };

  Status read_from(std::int64_t asset_id);

  BooksStore& store_;
  Month month_;
  std::int64_t ahead_;
  std::int64_t first_ = 1;  // the ids that were read last
  std::int64_t last_ = 0;
  std::vector<Standing> standing_;  // by asset
};

// Brings all that stands for the asset and month to what it should be. None: every book.
Status post_asset(BooksStore& store, JournalWriter& writer, const StoredAsset& asset,
                  PostedMonth& posted, std::optional<Book> book);

Status post_event(BooksStore& store, JournalWriter& writer, const StoredAsset& asset, Book book,
                  const Event& event);
// What one event posts, in every book: it writes the difference to what stands.
Status post_event(BooksStore& store, JournalWriter& writer, const StoredAsset& asset,
                  const Event& event);

// What the entries of an event are called: "improvement:3".
std::string posting_key(const Event& event);

}  // namespace purser::books
