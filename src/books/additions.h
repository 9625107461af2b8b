// Many assets added at once: a register that is read from a file is in the books whole or not at
// all.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "books/books.h"
#include "books/purchase.h"
#include "money/exchange.h"

namespace purser::books {

// One transaction, from Books::begin_additions() on, of additions or of taking them back; ends
// without a trace unless commit() was called. Holds the writer's lock of the books. Used by one
// thread; must not outlive its Books.
class Additions {
 public:
  // As the calls of Books of these names. `paid`: what its cost is by that rate. `document`: the
  // number of its invoice; empty if nobody said. After a refusal others can still be tried, to
  // learn what else is wrong, but commit() refuses.
  Status add_asset(const Asset& asset, const std::optional<money::Foreign>& paid = std::nullopt,
                   std::string_view document = {});
  Status add_to_book(std::string_view asset, const MemoTerms& memo);
  // Takes back that it was added, or added to that memo book, as Books::undo() does. kRefused: it
  // does not stand as it came, because something happened to it since, and that is to be undone
  // first; a closed month holds something of it; it was bought step by step.
  Status take_back(std::string_view asset, Book book);
  // One that was there before, or was added since.
  Result<Asset> asset(std::string_view name) const;
  // The same; none where nothing in service is called so.
  Result<std::optional<Asset>> find(std::string_view name) const;
  // What is known of its purchase, if it was bought at once.
  Result<AtOnce> bought(std::string_view asset) const;
  // What is known of its use, by day, whether or not it is charged by it.
  Result<std::vector<UnitsUsed>> readings(std::string_view asset) const;
  // What readings of its use said before others took their place.
  Result<std::vector<UnitsUsed>> replaced_readings(std::string_view asset) const;
  // When the tax years begin of the MACRS that came into that book last; none before any did.
  Result<std::optional<FiscalYearStart>> macrs_year_start(Book book,
                                                          money::Currency currency) const;

  // Whether anything that was bought is in that currency.
  Result<bool> knows(money::Currency currency) const;

  // Decides the convention of the tax years that the additions belong to, corrects what was posted
  // of them, and says which changed; once, after the last one. commit() sees to it; a dry run asks
  // before it looks at what would be written.
  Result<std::vector<RuledYear>> settle();

  // Charges that had been reversed by hand and that were posted again so far, by settle() most of
  // all.
  const std::vector<PostedAgain>& posted_again() const;
  // Entries written so far.
  std::int64_t written() const;
  Status commit();

  Additions(Additions&& other) noexcept;
  Additions& operator=(Additions&&) = delete;
  ~Additions();

 private:
  friend class Books;
  struct State;
  explicit Additions(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace purser::books
