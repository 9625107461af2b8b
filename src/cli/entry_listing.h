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

// Collects entries for the answer that was asked for, text or JSON.
class EntryListing {
 public:
  // What a verb writes may be a month of a million machines: on the screen nobody reads more than
  // the first of them, and the rest is counted. JSON always has all.
  enum class Extent : std::uint8_t { kAll, kFirst };
  enum class Who : std::uint8_t { kHidden, kShown };
  EntryListing(const Context& context, Extent extent, Who who = Who::kHidden);

  void add(const books::Entry& entry);
  std::int64_t count() const { return count_; }
  const report::Json& json() const { return json_; }
  std::string text() const;

 private:
  void add_rows(const books::Entry& entry);

  bool as_json_;
  Extent extent_;
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
