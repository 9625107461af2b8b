// How somebody else's register of assets is read: which of its columns is which, and how it writes
// amounts, dates and lives. A TOML file:
//
//   [columns]            # ours = "theirs"; no other column is read
//   name = "Asset No."
//   cost = "Purchase price"
//   [defaults]           # of every line that says nothing itself; written as the register is
//   life = "48"
//   [format]
//   currency = "EUR"     # of amounts without one; a rate without one is in that of the books
//   decimal = ","        # of amounts, rates, watts, percents: "1.234,50"; or "." for "1,234.50"
//   date = "DD.MM.YYYY"  # also MM/DD/YYYY and DD/MM/YYYY
//   life = "mo"          # of bare numbers: y, mo or d
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "money/money.h"

namespace purser::cli {

class RegisterMap {
 public:
  // Names every column as it is called here, and takes words as they stand.
  RegisterMap() = default;
  // `ours`: the columns that there are. Errors (kInvalidInput, with file and line): what is no
  // TOML, a table, column or format that is not known.
  static Result<RegisterMap> read(const fs::path& file, std::span<const std::string> ours);
  // The same of text in memory; `name` stands for the file in messages.
  static Result<RegisterMap> parse(std::string_view text, const std::string& name,
                                   std::span<const std::string> ours);

  // Whether it says which column is which; otherwise they are called as here.
  bool names_columns() const { return !columns_.empty(); }
  // The register must have the columns that are read, each once, and a name.
  Status check(const std::vector<std::string>& theirs, const std::string& file) const;
  // What the register calls our column; empty if it has none.
  std::string_view theirs(std::string_view ours) const;
  // `text` of our column in words that parse here: amounts with their currency, dates as
  // YYYY-MM-DD. What does not look like such a word is left as it is, for the parser to refuse.
  std::string word(std::string_view ours, std::string_view text) const;
  // An Error about word(ours, text), as somebody is told who sees `text` in the register: with
  // that, and without advice that the map contradicts.
  Error retold(std::string_view ours, std::string_view text, Error error) const;
  // What a line says that says nothing itself, as the map has it; empty if nothing was agreed on.
  std::string_view otherwise(std::string_view ours) const;
  // The same by word().
  std::string_view default_word(std::string_view ours) const;
  // The currency of rates without one: that of the books, into which they convert.
  void rates_in(money::Currency books);

 private:
  std::map<std::string, std::string, std::less<>> columns_;
  std::map<std::string, std::string, std::less<>> defaults_;
  std::map<std::string, std::string, std::less<>> default_words_;
  std::string currency_;
  std::string date_;
  std::string life_;
  std::optional<money::Currency> books_;
  char decimal_ = '.';
};

}  // namespace purser::cli
