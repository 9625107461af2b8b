// The entries with which an asset comes into a book: on its first day there or, where that month is
// closed, on the first open one, with what the closed months were not charged. Behind the door.
#pragma once

#include <string>
#include <string_view>

#include "books/books_store.h"
#include "books/journal.h"

namespace purser::books {

inline constexpr std::string_view kSection179 = "section-179";
inline constexpr std::string_view kBonus = "bonus";
inline constexpr std::string_view kCatchUp = "catch-up";

struct OpeningDay {
  Date date;
  std::string remark;  // empty, or why it is not the day of service
};
// Of what is in service, or was taken over, on the day from which its book is to have it.
Result<OpeningDay> opening_of(BooksStore& store, const Asset& asset);

class OpeningEntries {
 public:
  // What is given must outlive it. `asset` is its name.
  OpeningEntries(BooksStore& store, JournalWriter& writer, std::string_view asset,
                 std::int64_t asset_id, Book book, OpeningDay opening)
      : store_(store),
        writer_(writer),
        asset_(asset),
        asset_id_(asset_id),
        book_(book),
        opening_(std::move(opening)) {}

  // Behind what stands of that event: it may have been in that book before, and have been taken out
  // of it. Nothing if there is no amount.
  Status add(std::string_view event, std::string_view rule, std::string_view debit,
             std::string_view credit, money::Money amount);
  // What the months before that of the opening were not charged.
  Status catch_up(const Course& course);
  // A difference to what they were charged.
  Status catch_up(money::Money missing, std::string_view rule);

 private:
  BooksStore& store_;
  JournalWriter& writer_;
  std::string_view asset_;
  std::int64_t asset_id_;
  Book book_;
  OpeningDay opening_;
};

}  // namespace purser::books
