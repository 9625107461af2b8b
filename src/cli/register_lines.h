// The lines of a register of assets, in our words or by a map. Used by one thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/csv.h"
#include "base/files.h"
#include "base/result.h"
#include "books/book.h"
#include "cli/asset_words.h"
#include "cli/register_map.h"
#include "cli/terms.h"

namespace purser::cli {

class RegisterLines {
 public:
  static Result<RegisterLines> open(const fs::path& file, RegisterMap map);
  // `name` stands for the file in messages.
  static Result<RegisterLines> from(CsvReader csv, RegisterMap map, const std::string& name);

  // False at the end. An Error is of this line alone if it is kInvalidInput.
  Result<bool> next();

  // Of the line. Errors call its words as the register does.
  Result<std::string_view> name() const;
  Result<books::Book> book() const;
  Result<NewAsset> asset() const;  // in the financial book
  Result<NewMemo> memo(books::Book book, const books::Asset& known,
                       const books::Additions& additions) const;
  std::string where() const { return csv_.where(); }
  // What the register calls that word.
  std::string called(std::string_view name) const;

 private:
  // What a line adds: a machine, or a further book of one that was bought or taken over.
  enum class Kind : std::uint8_t { kMachine, kBookOfBought, kBookOfTakenOver };

  RegisterLines(CsvReader csv, RegisterMap map) : csv_(std::move(csv)), map_(std::move(map)) {}
  // Borrowed: the words are those of this line.
  Words words(Kind kind) const;
  std::string_view text_of(std::string_view name) const;
  std::string_view word(std::string_view name, Kind kind) const;
  // Whether a default of the map may fill that word of such a line: not where the line would be
  // refused for it, though nobody wrote it there.
  bool takes_default(std::string_view name, Kind kind) const;
  bool takes_default_by_method(std::string_view name, Kind kind) const;

  CsvReader csv_;
  RegisterMap map_;
  mutable std::map<std::string, std::string, std::less<>> words_;  // of the line, as they are asked
};

}  // namespace purser::cli
