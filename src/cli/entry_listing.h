// Entries of the journal on the screen and as JSON, and what verbs that write them answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "books/books.h"
#include "cli/arguments.h"
#include "cli/context.h"
#include "cli/verb.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {

// Collects entries for either kind of answer.
class EntryListing {
 public:
  enum class Who : std::uint8_t { kHidden, kShown };
  explicit EntryListing(Who who = Who::kHidden);
  void add(const books::Entry& entry);
  std::int64_t count() const { return count_; }
  const report::Json& json() const { return json_; }
  std::string text() const { return table_.render(report::TableStyle::for_stdout()); }

 private:
  Who who_;
  std::int64_t count_ = 0;
  report::Json json_ = report::Json::array();
  report::Table table_;
};

std::string entries_text(std::int64_t count);  // "1 entry", "2 entries"

inline constexpr Option kDryRun{"--dry-run", "", "show the entries, and write nothing"};
books::Effect effect_of(const Arguments& arguments);

// A sentence and the entries.
Status print_written(const Context& context, std::string_view sentence, const EntryListing& listing,
                     books::Effect effect);

}  // namespace purser::cli
