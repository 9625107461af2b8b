// Many assets added at once: a register that is read from a file is in the books whole or not at
// all.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "books/books.h"

namespace purser::books {

// One transaction, from Books::begin_additions() on; ends without a trace unless commit() was
// called. Holds the writer's lock of the books. Used by one thread; must not outlive its Books.
class Additions {
 public:
  // As the calls of Books of these names. After a refusal others can still be tried, to learn what
  // else is wrong, but commit() refuses.
  Status add_asset(const Asset& asset);
  Status add_to_book(std::string_view asset, const MemoTerms& memo);
  // One that was there before, or was added since.
  Result<Asset> asset(std::string_view name) const;

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
