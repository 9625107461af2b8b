// Any text: the reader ends, never crashes, gives only whole records, and reads what csv_field()
// writes of them as the same.
#include <cstdlib>
#include <vector>

#include "base/csv.h"
#include "base/fuzzing.h"

namespace {

using purser::CsvReader;
using Records = std::vector<std::vector<std::string>>;

std::vector<std::string> record_of(const CsvReader& reader) {
  std::vector<std::string> fields;
  for (const std::string& column : reader.columns()) fields.emplace_back(reader.field(column));
  return fields;
}

// The records that are whole; what lies between them is refused in words.
Records records_of(CsvReader& reader, std::string_view text) {
  Records records;
  for (std::size_t records_seen = 0;; ++records_seen) {
    if (records_seen > text.size() + 1) std::abort();
    const auto more = reader.next();
    if (!more) {
      purser::check_refusal(more.error(), text);
      continue;
    }
    if (!*more) return records;
    records.push_back(record_of(reader));
  }
}

// With a comma at the end of each line, which is no field: so commas stand between them.
void append(std::string& text, const std::vector<std::string>& fields) {
  for (const std::string& field : fields) text += purser::csv_field(field) + ",";
  text += '\n';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  auto reader = CsvReader::from_text("fuzz.csv", text);
  if (!reader) {
    purser::check_refusal(reader.error(), text);
    return 0;
  }
  const Records records = records_of(*reader, text);
  if (text.find('\0') != text.npos) return 0;  // in front it is UTF-16, wherever it stood before
  std::string written =
      "\n";  // a blank line: what follows is not in front of the file, nor a mark of it
  append(written, reader->columns());
  for (const auto& record : records) append(written, record);
  auto again = CsvReader::from_text("again.csv", written);
  if (!again || again->columns() != reader->columns()) std::abort();
  Records read = records_of(*again, written);
  // A record of nothing but blanks is no record in a file of one column.
  if (reader->columns().size() > 1 && read != records) std::abort();
  return 0;
}
