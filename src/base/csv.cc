#include "base/csv.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "base/text.h"

namespace purser {
namespace {

constexpr std::size_t kBufferBytes = 1U << 16U;
constexpr std::size_t kFieldBytesMost = std::size_t{1} << 20;  // no field may fill memory
constexpr int kEnd = -1;

}  // namespace

Result<CsvReader> CsvReader::open(const fs::path& path) {
  CsvReader reader;
  reader.name_ = path.string();
  reader.file_.reset(std::fopen(path.c_str(), "rbe"));
  struct stat facts {};
  if (!reader.file_ || ::fstat(::fileno(reader.file_.get()), &facts) != 0) {
    return fail(errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
                fmt::format("{}: {}", reader.name_, errno_words(errno)));
  }
  if (S_ISDIR(facts.st_mode)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{}: is a folder; name a CSV file in it", reader.name_));
  }
  PURSER_TRY(reader.read_columns());
  return reader;
}

Result<CsvReader> CsvReader::from_text(std::string name, std::string text) {
  CsvReader reader;
  reader.name_ = std::move(name);
  reader.buffer_ = std::move(text);
  PURSER_TRY(reader.read_columns());
  return reader;
}

// Where commas are decimal points, spreadsheets put semicolons between fields. A first line without
// any comma that has some, or tabs, says so.
char CsvReader::separator_of(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  bool quoted = false;
  char found = ',';
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == ',') return ',';
    if (c == '\n') break;
    if (found == ',' && (c == ';' || c == '\t')) found = c;
  }
  return found;
}

Status CsvReader::read_columns() {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  fill();
  // With a byte-order mark, as programs write it; without one, of which a first letter or so shows.
  const std::string_view first = std::string_view(buffer_).substr(0, 2);
  if (first == "\xFF\xFE" || first == "\xFE\xFF" || first.find('\0') != std::string_view::npos) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{}: is written in UTF-16; save it as CSV in UTF-8, or convert it: "
                            "iconv -f UTF-16 -t UTF-8",
                            name_));
  }
  if (std::string_view(buffer_).starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  separator_ = separator_of(std::string_view(buffer_).substr(at_));
  PURSER_TRY(read_words());
  fields_.resize(count_);
  for (std::string& field : fields_) columns_.emplace_back(trim(field));
  while (!columns_.empty() && columns_.back().empty()) columns_.pop_back();
  if (!columns_.empty()) return {};
  return fail(ErrorCode::kInvalidInput,
              fmt::format("{}: is empty; its first line must name its columns", name_));
}

Status CsvReader::check_columns(const std::vector<std::string>& known,
                                const std::vector<std::string>& needed) {
  const auto is_known = [&](const std::string& column) {
    return std::find(known.begin(), known.end(), column) != known.end();
  };
  for (std::string& column : columns_) {  // as the option of that name is written
    std::string as_known = column;
    std::replace(as_known.begin(), as_known.end(), '-', '_');
    if (!is_known(column) && is_known(as_known)) column = std::move(as_known);
  }
  for (auto column = columns_.begin(); column != columns_.end(); ++column) {
    if (!is_known(*column)) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("{}:1: '{}' is no column that is known here{}; the columns are {}",
                              name_, *column, did_you_mean(*column, known), fmt::join(known, ",")));
    }
    if (std::find(columns_.begin(), column, *column) != column) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("{}:1: the column '{}' is there twice", name_, *column));
    }
  }
  for (const std::string& column : needed) {
    if (std::find(columns_.begin(), columns_.end(), column) == columns_.end()) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("{}:1: the column '{}' is missing; the first line must name the "
                              "columns, for example {}",
                              name_, column, fmt::join(known, ",")));
    }
  }
  return {};
}

Result<bool> CsvReader::next() {
  PURSER_TRY(read_words());
  if (count_ == 0) return false;
  while (count_ > columns_.size() && trim(fields_[count_ - 1]).empty()) --count_;
  if (count_ != columns_.size()) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{}: has {} fields where the first line names {} columns; put quotes "
                            "around a field with a {} in it",
                            where(), count_, columns_.size(),
                            separator_ == ','   ? "comma"
                            : separator_ == ';' ? "semicolon"
                                                : "tab"));
  }
  return true;
}

std::string_view CsvReader::field(std::string_view column) const {
  for (std::size_t i = 0; i < count_ && i < columns_.size(); ++i) {
    if (columns_[i] == column) return fields_[i];
  }
  return {};
}

std::string CsvReader::where() const { return fmt::format("{}:{}", name_, record_); }

bool CsvReader::fill() {
  if (!file_) return at_ < buffer_.size();
  buffer_.resize(kBufferBytes);
  buffer_.resize(std::fread(buffer_.data(), 1, kBufferBytes, file_.get()));
  at_ = 0;
  failed_ = std::ferror(file_.get()) != 0;
  return !buffer_.empty();
}

int CsvReader::get() {
  if (at_ == buffer_.size() && !fill()) return kEnd;
  const char c = buffer_[at_++];
  if (c == '\n') ++line_;
  return static_cast<unsigned char>(c);
}

bool CsvReader::is_blank() const {
  return count_ == 1 && !fields_[0].empty() && trim(fields_[0]).empty();
}

// The next record that is no line of blanks.
Status CsvReader::read_words() {
  PURSER_TRY(read_record());
  while (is_blank()) PURSER_TRY(read_record());
  return {};
}

// Leaves count_ at 0 at the end of the file.
Status CsvReader::read_record() {
  count_ = 0;
  int c = get();
  while (c == '\n' || c == '\r') c = get();
  record_ = line_;
  Status done;
  for (bool more = c != kEnd; more; c = more ? get() : c) {
    if (count_ == fields_.size()) fields_.emplace_back();
    std::string& field = fields_[count_++];
    field.clear();
    if (c == '"') {
      auto quoted = read_quoted(field);
      if (!quoted && done) done = std::move(quoted);
      c = get();
      if (c != separator_ && c != '\n' && c != '\r' && c != kEnd && done) {
        done = fail(ErrorCode::kInvalidInput,
                    fmt::format("{}: text stands behind a closing quote; double the quotes inside "
                                "a field",
                                where()));
      }
    }
    while (c != separator_ && c != '\n' && c != kEnd) {
      if (field.size() < kFieldBytesMost) {
        field += static_cast<char>(c);
      } else if (done) {
        done = fail(ErrorCode::kInvalidInput,
                    fmt::format("{}: a field has more than {}; is this a CSV file?", where(),
                                humanize(Bytes{kFieldBytesMost})));
      }
      c = get();
    }
    if (c != separator_ && field.ends_with('\r')) field.pop_back();
    more = c == separator_;
  }
  if (failed_) {
    return fail(ErrorCode::kIo, fmt::format("{}: cannot be read any further", where()));
  }
  return done;
}

Status CsvReader::read_quoted(std::string& field) {
  while (true) {
    const int c = get();
    if (c == '"') {
      if (at_ == buffer_.size() && !fill()) return {};
      if (buffer_[at_] != '"') return {};
      ++at_;
    }
    if (c == kEnd || field.size() >= kFieldBytesMost) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("{}: a quote is opened and never closed", where()));
    }
    field += static_cast<char>(c);
  }
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of("\",\r\n") == text.npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace purser
