#include "cli/register_map.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/toml.h"
#include "money/money.h"

namespace purser::cli {
namespace {

constexpr std::array<std::string_view, 4> kDates{"YYYY-MM-DD", "DD.MM.YYYY", "MM/DD/YYYY",
                                                 "DD/MM/YYYY"};
constexpr std::array<std::string_view, 11> kAmounts{
    "cost",     "salvage",    "maintenance", "space", "section_179", "accumulated",
    "impaired", "unimpaired", "surplus",     "lost",  "year_opening"};
// Numbers without groups of thousands.
constexpr std::array<std::string_view, 4> kFigures{"idle_watts", "load_watts", "bonus", "rate"};
constexpr std::array<std::string_view, 2> kDateColumns{"in_service", "taken_over"};
constexpr std::array<std::string_view, 3> kLives{"y", "mo", "d"};

template <std::size_t kCount>
bool holds(const std::array<std::string_view, kCount>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

// Text of one file, and what is wrong with it.
class Reading {
 public:
  explicit Reading(const std::string& file) : file_(file) {}

  tl::unexpected<Error> wrong(const toml::source_region& where, std::string_view why) const {
    return fail(ErrorCode::kInvalidInput, fmt::format("{}:{}: {}", file_, where.begin.line, why));
  }

  // The words of a table, whose keys must be known.
  Result<std::map<std::string, std::string, std::less<>>> words(
      const toml::table& all, std::string_view name, std::span<const std::string> known) const {
    std::map<std::string, std::string, std::less<>> words;
    const toml::node* const node = all.get(name);
    if (node == nullptr) return words;
    if (!node->is_table()) return wrong(node->source(), fmt::format("{} is no table", name));
    for (const auto& [key, value] : *node->as_table()) {
      if (std::find(known.begin(), known.end(), key.str()) == known.end()) {
        return wrong(key.source(),
                     fmt::format("'{}' has no place in [{}]{}; there are {}", key.str(), name,
                                 did_you_mean(key.str(), known), fmt::join(known, ", ")));
      }
      const auto text = value.value<std::string>();
      if (!text) return wrong(key.source(), fmt::format("{} is no text; quote it", key.str()));
      words.emplace(key.str(), *text);
    }
    return words;
  }

  Status allowed(const toml::table& all, std::string_view key, std::string_view word,
                 std::span<const std::string_view> choices) const {
    if (word.empty() || std::find(choices.begin(), choices.end(), word) != choices.end()) return {};
    return wrong(
        all["format"][key].node()->source(),
        fmt::format("{} = '{}' is not known; write {}", key, word, fmt::join(choices, ", ")));
  }

 private:
  const std::string& file_;
};

// "1.234,56 €", as spreadsheets show an amount of a cell that is of that currency.
std::string spell_euro(std::string word) {
  constexpr std::string_view kEuro = "€";
  const std::size_t at = word.find(kEuro);
  if (at == word.npos) return word;
  word.erase(at, kEuro.size());
  return fmt::format("EUR {}", trim(word));
}

// Whether an amount says no currency; what stands behind a slash is the time that it is for.
bool is_bare(std::string_view amount) {
  return std::ranges::none_of(amount.substr(0, amount.find('/')), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

// "17.03.2026" written as `form` says, as 2026-03-17; as it is if it is not written so.
std::string iso_date(std::string_view text, std::string_view form) {
  const auto part = [&](char letter, std::size_t digits) -> std::string {
    const std::size_t at = form.find(letter);
    return std::string(text.substr(at, digits));
  };
  if (text.size() != form.size()) return std::string(text);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool digit = form[at] >= 'A';
    if (digit ? !is_number(text.substr(at, 1)) : text[at] != form[at]) return std::string(text);
  }
  return fmt::format("{}-{}-{}", part('Y', 4), part('M', 2), part('D', 2));
}

}  // namespace

Result<RegisterMap> RegisterMap::read(const fs::path& file, std::span<const std::string> ours) {
  PURSER_ASSIGN(const std::string text, read_file(file, Bytes{1 << 20}));
  return parse(text, file.string(), ours);
}

Result<RegisterMap> RegisterMap::parse(std::string_view text, const std::string& name,
                                       std::span<const std::string> ours) {
  const Reading reading(name);
  const toml::parse_result parsed = toml::parse(text, name);
  if (!parsed) return reading.wrong(parsed.error().source(), parsed.error().description());
  const toml::table& all = parsed.table();
  const std::vector<std::string> tables{"columns", "defaults", "format"};
  for (const auto& [key, value] : all) {
    if (std::find(tables.begin(), tables.end(), key.str()) == tables.end()) {
      return reading.wrong(key.source(),
                           fmt::format("'{}' has no meaning here{}; there are [columns], "
                                       "[defaults] and [format]",
                                       key.str(), did_you_mean(key.str(), tables)));
    }
  }
  RegisterMap map;
  PURSER_ASSIGN(map.columns_, reading.words(all, "columns", ours));
  PURSER_ASSIGN(map.defaults_, reading.words(all, "defaults", ours));
  const std::vector<std::string> formats{"currency", "decimal", "date", "life"};
  PURSER_ASSIGN(auto format, reading.words(all, "format", formats));
  constexpr std::array<std::string_view, 2> kDecimals{".", ","};
  PURSER_TRY(reading.allowed(all, "decimal", format["decimal"], kDecimals));
  PURSER_TRY(reading.allowed(all, "date", format["date"], kDates));
  PURSER_TRY(reading.allowed(all, "life", format["life"], kLives));
  if (!format["currency"].empty()) {
    if (const auto known = money::Currency::parse(format["currency"]); !known) {
      return reading.wrong(all["format"]["currency"].node()->source(), known.error().message());
    }
  }
  map.currency_ = format["currency"];
  map.date_ = format["date"];
  map.life_ = format["life"];
  if (!format["decimal"].empty()) map.decimal_ = format["decimal"].front();
  for (const auto& [column, said] : map.defaults_) {
    map.default_words_[column] = map.word(column, said);
  }
  return map;
}

Status RegisterMap::check(const std::vector<std::string>& theirs, const std::string& file) const {
  const auto wrong = [&](std::string_view why) {
    return fail(ErrorCode::kInvalidInput, fmt::format("{}:1: {}", file, why));
  };
  if (!columns_.contains("name")) {
    return fail(ErrorCode::kInvalidInput,
                "the map says nothing of 'name'; add to its [columns] what the register calls it");
  }
  for (const auto& [ours, column] : columns_) {
    const auto count = std::count(theirs.begin(), theirs.end(), column);
    if (count == 1) continue;
    return wrong(count > 1 ? fmt::format("the column '{}' is there twice", column)
                           : fmt::format("the map names a column '{}' that is not there{}", column,
                                         did_you_mean(column, theirs)));
  }
  return {};
}

std::string_view RegisterMap::theirs(std::string_view ours) const {
  if (columns_.empty()) return ours;
  const auto found = columns_.find(ours);
  return found == columns_.end() ? std::string_view() : std::string_view(found->second);
}

void RegisterMap::rates_in(money::Currency books) {
  books_ = books;
  if (const auto rate = defaults_.find("rate"); rate != defaults_.end()) {
    default_words_["rate"] = word("rate", rate->second);
  }
}

std::string_view RegisterMap::otherwise(std::string_view ours) const {
  const auto found = defaults_.find(ours);
  return found == defaults_.end() ? std::string_view() : std::string_view(found->second);
}

std::string_view RegisterMap::default_word(std::string_view ours) const {
  const auto found = default_words_.find(ours);
  return found == default_words_.end() ? std::string_view() : std::string_view(found->second);
}

Error RegisterMap::retold(std::string_view ours, std::string_view text, Error error) const {
  const std::string read = word(ours, text);
  const bool is_dated = holds(kDateColumns, ours) && !date_.empty();
  if (read == text && !is_dated) return error;
  std::string message = error.message();
  std::string quoted = fmt::format("'{}'", read);
  if (message.find(quoted) == message.npos) {  // an amount is read without the time it is for
    quoted = fmt::format("'{}'", read.substr(0, read.find('/')));
  }
  if (const std::size_t at = message.find(quoted); at != message.npos && read != text) {
    message.replace(at, quoted.size(), fmt::format("'{}' (read as {})", text, quoted));
  }
  if (const std::size_t advice = message.find("; write"); advice != message.npos) {
    message.resize(advice);
  }
  message += is_dated ? fmt::format("; write {}, or mend the date of the map", date_)
                      : std::string("; mend it, or the [format] of the map");
  return {error.code(), std::move(message)};
}

std::string RegisterMap::word(std::string_view ours, std::string_view text) const {
  std::string word(text);
  if (word.empty()) return word;
  const bool is_amount = holds(kAmounts, ours);
  const bool is_figure = holds(kFigures, ours);
  if (is_amount || ours == "rate") word = spell_euro(std::move(word));
  if ((is_amount || is_figure) && decimal_ == ',') {
    for (char& c : word) c = c == ',' ? '.' : c == '.' ? ',' : c;
    if (is_figure) std::erase(word, ',');
  }
  const bool bare = is_bare(word);
  if (is_amount) {
    if (bare && !currency_.empty()) word = fmt::format("{} {}", currency_, word);
    if (ours == "maintenance" && bare && word.find('/') == word.npos) word += "/y";
    if (ours == "space" && bare && word.find('/') == word.npos) word += "/mo";
  } else if (ours == "rate") {
    if (bare && books_) word = fmt::format("{} {}", books_->code(), word);
  } else if (holds(kDateColumns, ours) && !date_.empty()) {
    return iso_date(word, date_);
  } else if (ours == "life" && is_number(word)) {
    return word + life_;
  }
  return word;
}

}  // namespace purser::cli
