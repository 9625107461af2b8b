// CSV as spreadsheets write it (RFC 4180): commas, fields in quotes where they hold commas, quotes
// or line breaks, LF or CRLF. Semicolons or tabs stand between fields if the first line has some,
// and no comma. One record at a time, so that a file may be larger than memory.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace purser {

// A field as it is written into a record: in quotes where it needs them, else unchanged.
std::string csv_field(std::string_view text);

// Used by one thread.
class CsvReader {
 public:
  // The first record names the columns; a byte-order mark in front of it is skipped, and last
  // columns without a name are none (spreadsheets write such a comma behind each line). Errors: a
  // file that cannot be read (kNotFound, kIo), one without a first record or of UTF-16
  // (kInvalidInput).
  static Result<CsvReader> open(const fs::path& path);
  // The same of text in memory; `name` stands for the file in messages.
  static Result<CsvReader> from_text(std::string name, std::string text);

  const std::vector<std::string>& columns() const { return columns_; }
  // Refuses a column outside `known`, one that is there twice, and one of `needed` that is missing.
  // One that is known but for '-' instead of '_' goes by its known name from then on.
  Status check_columns(const std::vector<std::string>& known,
                       const std::vector<std::string>& needed);

  // Reads the next record; false at the end of the file. Lines without a word are skipped: empty
  // ones, and ones of blanks alone. Errors (kInvalidInput, with file and line): a quote that never
  // closes, text behind a closing quote, more or fewer fields than columns (last fields without a
  // word do not count). After such an error the next record can still be read, unless the file
  // ended.
  Result<bool> next();
  // A field of the record, by the name of its column; empty if there is no such column.
  std::string_view field(std::string_view column) const;
  // "assets.csv:7": where the record began.
  std::string where() const;

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  static char separator_of(std::string_view text);
  CsvReader() = default;
  Status read_columns();
  bool fill();
  int get();
  Status read_record();
  Status read_words();
  bool is_blank() const;
  Status read_quoted(std::string& field);

  std::string name_;
  std::unique_ptr<std::FILE, CloseFile> file_;
  std::string buffer_;
  char separator_ = ',';
  std::size_t at_ = 0;
  std::int64_t line_ = 1;    // of the next byte
  std::int64_t record_ = 1;  // the line on which the record began
  bool failed_ = false;      // the disk, not the text
  std::vector<std::string> columns_;
  std::vector<std::string> fields_;
  std::size_t count_ = 0;  // of fields_ that belong to the record
};

}  // namespace purser
