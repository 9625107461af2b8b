#include "cli/register_lines.h"

#include <fmt/format.h>

#include "base/text.h"
#include "books/terms.h"
#include "money/exchange.h"

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
  const Words all = words(Kind::kMachine);
  const std::string_view name = all.of("name");
  if (!name.empty()) return name;
  return fail(ErrorCode::kInvalidInput, fmt::format("{} is missing", all.called("name")));
}

Result<books::Book> RegisterLines::book() const {
  PURSER_ASSIGN(const auto asked, parse_word(words(Kind::kMachine), "book", books::parse_book));
  return asked.value_or(books::Book::kFinancial);
}

Result<NewAsset> RegisterLines::asset() const {
  PURSER_ASSIGN(const std::string_view name, this->name());
  return asset_from(name, words(Kind::kMachine));
}

Result<NewMemo> RegisterLines::memo(books::Book book, const books::Asset& known,
                                    const books::Additions& additions) const {
  const Kind kind = known.takeover ? Kind::kBookOfTakenOver : Kind::kBookOfBought;
  return memo_from(book, words(kind), known, additions);
}

// Of a register with a map, what is wrong is told in its own words.
Words RegisterLines::words(Kind kind) const {
  Words words{.of = [this, kind](std::string_view name) { return word(name, kind); }};
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

std::string_view RegisterLines::word(std::string_view name, Kind kind) const {
  auto known = words_.find(name);
  if (known == words_.end()) {
    known = words_.emplace(name, map_.word(name, text_of(name))).first;
  }
  if (!known->second.empty() || map_.default_word(name).empty()) return known->second;
  return takes_default(name, kind) ? map_.default_word(name) : std::string_view();
}

bool RegisterLines::takes_default(std::string_view name, Kind kind) const {
  const bool is_memo = kind != Kind::kMachine;
  // Where it stands and what it draws was agreed on for the machine, not for its tax book; cost and
  // day of service are the machine's in every book.
  if (is_memo && (is_of_the_machine(name) || name == "cost" || name == "in_service")) return false;
  if (name == "accumulated") {
    return is_memo ? kind == Kind::kBookOfTakenOver : !word("taken_over", kind).empty();
  }
  if (is_of_a_takeover(name)) return !word("accumulated", kind).empty();
  if (name == "rate") {  // of what was paid in another currency than it is in
    const auto rate = money::ExchangeRate::parse(map_.default_word(name));
    const auto cost = money::parse_money(word("cost", kind));
    return !rate || !cost || rate->currency() != cost->currency();
  }
  return takes_default_by_method(name, kind);
}

bool RegisterLines::takes_default_by_method(std::string_view name, Kind kind) const {
  const bool is_deduction = name == "section_179" || name == "bonus";
  if (is_deduction && kind == Kind::kMachine) return false;  // tax takes them off, no ledger does
  if (name == "units_used" && kind != Kind::kMachine) return false;  // read in all its books
  if (!is_deduction && name != "units_used" && name != "convention" && name != "salvage") {
    return true;
  }
  const std::string_view said = word("method", kind);
  auto method = books::parse_method(said.empty() ? "straight-line" : said);
  if (!method) return true;  // which is refused
  const bool is_macrs = std::holds_alternative<books::Macrs>(*method);
  if (name == "units_used") return std::holds_alternative<books::UnitsOfProduction>(*method);
  if (name != "convention") return is_macrs == is_deduction;  // its table leaves no salvage
  const auto convention = books::parse_convention(map_.default_word(name));
  return !convention || books::settle_convention(*method, *convention).has_value();
}

}  // namespace purser::cli
