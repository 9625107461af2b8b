#include "books/words.h"

#include <fmt/format.h>

namespace purser::books {
namespace {

constexpr std::size_t kWordsAtMost = 10'000;  // about a megabyte

}  // namespace

void Words::remember(std::int64_t number, std::string_view text) {
  if (texts_.size() >= kWordsAtMost) {
    numbers_.clear();
    texts_.clear();
  }
  numbers_.emplace(text, number);
  texts_.emplace(number, text);
}

Result<std::int64_t> Words::number_of(std::string_view text) {
  if (const auto known = numbers_.find(text); known != numbers_.end()) return known->second;
  PURSER_ASSIGN(auto select, database_.prepare("SELECT id FROM word WHERE spelling = ?"));
  std::int64_t number = 0;
  const auto take = [&](const store::Row& row) -> Status {
    number = row.integer(0);
    return {};
  };
  PURSER_ASSIGN(const bool found, select.first({text}, take));
  if (!found) {
    PURSER_ASSIGN(auto insert,
                  database_.prepare("INSERT INTO word (spelling) VALUES (?) RETURNING id"));
    PURSER_TRY(insert.each({text}, take));
  }
  remember(number, text);
  return number;
}

Result<std::string_view> Words::text_of(std::int64_t number) {
  if (const auto known = texts_.find(number); known != texts_.end()) {
    return std::string_view(known->second);
  }
  PURSER_ASSIGN(auto select, database_.prepare("SELECT spelling FROM word WHERE id = ?"));
  PURSER_ASSIGN(const bool found, select.first({number}, [&](const store::Row& row) -> Status {
    remember(number, row.text(0));
    return {};
  }));
  if (!found) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("word {} of the journal is missing; restore the books from a backup "
                            "made before that",
                            number));
  }
  return std::string_view(texts_.at(number));
}

}  // namespace purser::books
