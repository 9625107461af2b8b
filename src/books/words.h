// The texts that entries share: names of books, events, rules, accounts, currencies and people. A
// row of the journal holds their numbers. Behind the door.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/store.h"

namespace purser::books {

// Remembers what it has met, up to a limit, so that a month of many assets asks the database for a
// handful of texts only. To be forgotten with a transaction that was rolled back.
class Words {
 public:
  explicit Words(store::Database& database) : database_(database) {}

  // The number of a text, which is added if it is new.
  Result<std::int64_t> number_of(std::string_view text);
  // kCorrupt: nothing has that number. Valid until the next call.
  Result<std::string_view> text_of(std::int64_t number);

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  void remember(std::int64_t number, std::string_view text);

  store::Database& database_;
  std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> numbers_;
  std::unordered_map<std::int64_t, std::string> texts_;
};

}  // namespace purser::books
