#include "books/mirror.h"

#include <set>
#include <string>
#include <utility>

namespace purser::books {

Result<std::vector<Entry>> standing_entries(BooksStore& store, Month month, std::int64_t asset_id,
                                            std::string_view event) {
  std::vector<Entry> entries;
  std::set<std::int64_t> reversed;
  PURSER_TRY(store.each_entry_of(month, asset_id, event, [&](const Entry& entry) -> Status {
    entries.push_back(entry);
    if (entry.reverses) reversed.insert(*entry.reverses);
    return {};
  }));
  std::erase_if(entries, [&](const Entry& entry) {
    return entry.reverses.has_value() || reversed.contains(entry.number);
  });
  return entries;
}

Status mirror(BooksStore& store, JournalWriter& writer, std::span<const Entry> entries,
              std::int64_t asset_id, std::string_view rule) {
  for (const Entry& entry : entries) {
    PURSER_ASSIGN(const Book book, parse_book(entry.book));
    PURSER_ASSIGN(const PostedByEvent posted, store.posted(entry.period, asset_id, book));
    Entry image = mirror_of(entry, posted.at(entry.event).entries);
    if (!rule.empty()) image.rule = rule;
    PURSER_TRY(writer.append(std::move(image), asset_id));
  }
  return {};
}

}  // namespace purser::books
