#include "cli/register_lines.h"

#include <fmt/format.h>

#include "base/text.h"

namespace purser::cli {
namespace {

// What comes through a pipe takes its time: the books are not locked until all of it is here.
Result<CsvReader> open_csv(const fs::path& file) {
  std::error_code ignored;
  if (!fs::is_fifo(file, ignored)) return CsvReader::open(file);
  constexpr Bytes kPipeMost{1LL << 30};
  PURSER_ASSIGN(std::string text, read_file(file, kPipeMost));
  return CsvReader::from_text(file.string(), std::move(text));
}

}  // namespace

Result<RegisterLines> RegisterLines::open(const fs::path& file, RegisterMap map) {
  PURSER_ASSIGN(CsvReader csv, open_csv(file));
  return from(std::move(csv), std::move(map), file.string());
}

Result<RegisterLines> RegisterLines::from(CsvReader csv, RegisterMap map, const std::string& name) {
  PURSER_TRY(map.names_columns() ? map.check(csv.columns(), name)
                                 : csv.check_columns(import_columns(), {"name"}));
  return RegisterLines(std::move(csv), std::move(map));
}

Result<bool> RegisterLines::next() {
  words_.clear();
  return csv_.next();
}

Result<std::string_view> RegisterLines::name() const {
  const Words all = words(Default::kCounts);
  const std::string_view name = all.of("name");
  if (!name.empty()) return name;
  return fail(ErrorCode::kInvalidInput, fmt::format("{} is missing", all.called("name")));
}

Result<books::Book> RegisterLines::book() const {
  PURSER_ASSIGN(const auto asked, parse_word(words(Default::kCounts), "book", books::parse_book));
  return asked.value_or(books::Book::kFinancial);
}

Result<NewAsset> RegisterLines::asset() const {
  PURSER_ASSIGN(const std::string_view name, this->name());
  return asset_from(name, words(Default::kCounts));
}

// Where it stands and what it draws was agreed on for the machine, not for its tax book.
Result<NewMemo> RegisterLines::memo(books::Book book, const books::Asset& known,
                                    const books::Additions& additions) const {
  return memo_from(book, words(Default::kIgnored), known, additions);
}

// Of a register with a map, what is wrong is told in its own words.
Words RegisterLines::words(Default of_the_machine) const {
  Words words{.of = [this, of_the_machine](std::string_view name) {
    return word(name, is_of_the_machine(name) ? of_the_machine : Default::kCounts);
  }};
  if (!map_.names_columns()) return words;
  words.theirs = [this](std::string_view name) { return called(name); };
  words.retold = [this](std::string_view name, Error error) {
    const std::string_view text = text_of(name);
    return map_.retold(name, text.empty() ? map_.otherwise(name) : text, std::move(error));
  };
  return words;
}

std::string RegisterLines::called(std::string_view name) const {
  if (text_of(name).empty() && !map_.otherwise(name).empty()) {
    return fmt::format("{} in [defaults] of the map", name);
  }
  const std::string_view column = map_.theirs(name);
  return std::string(column.empty() ? name : column);
}

// What stands in the register.
std::string_view RegisterLines::text_of(std::string_view name) const {
  const std::string_view column = map_.theirs(name);
  return column.empty() ? column : trim(csv_.field(column));
}

std::string_view RegisterLines::word(std::string_view name, Default otherwise) const {
  auto known = words_.find(name);
  if (known == words_.end()) {
    known = words_.emplace(name, map_.word(name, text_of(name))).first;
  }
  if (known->second.empty() && otherwise == Default::kCounts) return map_.default_word(name);
  return known->second;
}

}  // namespace purser::cli
