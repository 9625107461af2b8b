#include "report/table.h"

#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include <fmt/format.h>

#include "base/progress.h"
#include "base/text.h"

namespace purser::report {
namespace {

constexpr std::string_view kGap = "  ";
constexpr std::size_t kLeastTextWidth = 8;  // a name cut shorter than this says nothing
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kReset = "\x1b[0m";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Bytes of the UTF-8 character at `at`; 1 for a byte that is none.
std::size_t character_bytes(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
  return end - at;
}

// Where the decimal point of the first number stands, or would: behind its last whole digit. Of a
// cell without a number: its end, so that "-" stands above the units.
std::size_t point_of(std::string_view cell) {
  std::size_t at = 0;
  while (at < cell.size() && !is_digit(cell[at])) ++at;
  if (at == cell.size()) return at;
  while (at < cell.size() && (is_digit(cell[at]) ||
                              (cell[at] == ',' && at + 1 < cell.size() && is_digit(cell[at + 1]))))
    ++at;
  return at;
}

void pad_to(std::string& line, std::size_t width) {
  const std::size_t now = display_width(line);
  if (now < width) line.append(width - now, ' ');
}

std::string padded(std::string_view cell, std::size_t width, Align align) {
  const std::size_t missing = width - std::min(width, display_width(cell));
  return align == Align::kRight ? std::string(missing, ' ') + std::string(cell)
                                : std::string(cell) + std::string(missing, ' ');
}

void drop_trailing_blanks(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

}  // namespace

TableStyle TableStyle::for_stdout() {
  if (::isatty(STDOUT_FILENO) != 1) return {};
  return {.columns = static_cast<std::size_t>(std::max(terminal_columns(), 20)),
          .color = color_wanted(STDOUT_FILENO)};
}

std::string printable(std::string_view text, std::string_view keep) {
  std::string shown;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const auto next = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0U;
    if ((byte < 0x20 || byte == 0x7f) && keep.find(text[at]) == keep.npos) {
      shown += fmt::format("\\x{:02x}", byte);
    } else if (byte == 0xc2 && next >= 0x80 && next < 0xa0) {  // U+0080 to U+009F
      shown += fmt::format("\\x{:02x}", next);
      ++at;
    } else {
      shown += text[at];
    }
  }
  return shown;
}

std::string cut_to_width(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::string cut;
  for (std::size_t at = 0, taken = 0; at < text.size() && taken + 1 < width; ++taken) {
    const std::size_t bytes = character_bytes(text, at);
    cut += text.substr(at, bytes);
    at += bytes;
  }
  drop_trailing_blanks(cut);
  return cut + "…";
}

std::vector<std::string> wrap_to_width(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  for (const std::string_view piece : split(text, ' ')) {
    std::string word(piece);
    if (!line.empty() && display_width(line) + 1 + display_width(word) > width) {
      lines.push_back(std::exchange(line, {}));
    }
    while (line.empty() && display_width(word) > width) {
      std::size_t at = 0;
      for (std::size_t taken = 0; taken < width; ++taken) at += character_bytes(word, at);
      lines.push_back(word.substr(0, at));
      word.erase(0, at);
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string fit_sentences(std::string_view text, const TableStyle& style) {
  if (style.columns == 0) return std::string(text);
  std::string fitted;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    const std::size_t deeper = indent + 2;
    if (display_width(line) <= style.columns || style.columns <= deeper) {
      (fitted += line) += '\n';
      continue;
    }
    std::string lead(indent, ' ');
    for (const std::string& part : wrap_to_width(line.substr(indent), style.columns - deeper)) {
      ((fitted += lead) += part) += '\n';
      lead.assign(deeper, ' ');
    }
  }
  return fitted;
}

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.push_back(column.title);
  const bool titled = std::any_of(titles.begin(), titles.end(),
                                  [](const std::string& title) { return !title.empty(); });
  if (titled) add(Kind::kTitles, std::move(titles));
}

void Table::add(Kind kind, std::vector<std::string> cells) {
  assert(cells.size() <= columns_.size());
  cells.resize(columns_.size());
  for (std::string& cell : cells) cell = printable(cell);
  rows_.push_back({kind, std::move(cells)});
}

void Table::add_row(std::vector<std::string> cells) { add(Kind::kPlain, std::move(cells)); }
void Table::add_total(std::vector<std::string> cells) { add(Kind::kTotal, std::move(cells)); }

// Puts blanks around the cells of decimal columns, so that from here on they are right-aligned
// cells of one width.
std::vector<Table::Row> Table::aligned_rows() const {
  std::vector<Row> rows = rows_;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    if (columns_[c].align != Align::kDecimal) continue;
    std::size_t before = 0;
    std::size_t after = 0;
    for (const Row& row : rows) {
      if (row.kind == Kind::kTitles || row.cells[c].empty()) continue;
      const std::string_view cell = row.cells[c];
      before = std::max(before, display_width(cell.substr(0, point_of(cell))));
      after = std::max(after, display_width(cell.substr(point_of(cell))));
    }
    for (Row& row : rows) {
      if (row.kind == Kind::kTitles || row.cells[c].empty()) continue;
      std::string& cell = row.cells[c];
      const std::size_t point = point_of(cell);
      cell.append(after - display_width(std::string_view(cell).substr(point)), ' ');
      cell.insert(0, before - display_width(std::string_view(cell).substr(0, point)), ' ');
    }
  }
  return rows;
}

std::vector<std::size_t> Table::widths_of(const std::vector<Row>& rows,
                                          const TableStyle& style) const {
  std::vector<std::size_t> widths(columns_.size(), 0);
  for (const Row& row : rows) {
    for (std::size_t c = 0; c < widths.size(); ++c) {
      widths[c] = std::max(widths[c], display_width(row.cells[c]));
    }
  }
  if (style.columns == 0) return widths;
  std::size_t total = widths.empty() ? 0 : kGap.size() * (widths.size() - 1);
  for (const std::size_t width : widths) total += width;
  while (total > style.columns) {
    std::size_t widest = columns_.size();
    for (std::size_t c = 0; c < widths.size(); ++c) {
      if (columns_[c].align != Align::kLeft || widths[c] <= kLeastTextWidth) continue;
      if (widest == columns_.size() || widths[c] > widths[widest]) widest = c;
    }
    if (widest == columns_.size()) break;  // only figures are left, and they stay whole
    --widths[widest];
    --total;
  }
  return widths;
}

void Table::drop_column(std::size_t column) {
  const auto at = static_cast<std::ptrdiff_t>(column);
  columns_.erase(columns_.begin() + at);
  for (Row& row : rows_) row.cells.erase(row.cells.begin() + at);
}

std::string Table::render(const TableStyle& style) const {
  const std::vector<Row> rows = aligned_rows();
  const std::vector<std::size_t> widths = widths_of(rows, style);
  std::size_t total = widths.empty() ? 0 : kGap.size() * (widths.size() - 1);
  for (const std::size_t width : widths) total += width;
  const auto least = std::find_if(columns_.begin(), columns_.end(), [](const Column& column) {
    return column.overflow == Overflow::kDrop;
  });
  if (style.columns != 0 && total > style.columns && least != columns_.end()) {
    Table narrower = *this;
    narrower.drop_column(static_cast<std::size_t>(least - columns_.begin()));
    return narrower.render(style);
  }

  std::string out;
  for (const Row& row : rows) {
    std::vector<std::vector<std::string>> cells(columns_.size());
    std::size_t height = 1;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const bool text = columns_[c].align == Align::kLeft;
      if (text && columns_[c].overflow == Overflow::kWrap && row.kind != Kind::kTitles) {
        cells[c] = wrap_to_width(row.cells[c], std::max<std::size_t>(widths[c], 1));
      } else {
        cells[c] = {text ? cut_to_width(row.cells[c], std::max<std::size_t>(widths[c], 1))
                         : row.cells[c]};
      }
      height = std::max(height, cells[c].size());
    }
    if (row.kind == Kind::kTotal) {
      for (std::size_t i = 0; i < total; ++i) out += "─";
      out += '\n';
    }
    for (std::size_t h = 0; h < height; ++h) {
      std::string line;
      for (std::size_t c = 0, column = 0; c < columns_.size(); ++c) {
        const std::string cell = h < cells[c].size() ? cells[c][h] : std::string();
        const Align align = columns_[c].align == Align::kLeft ? Align::kLeft : Align::kRight;
        pad_to(line, column);
        line += padded(cell, widths[c], align);
        column += widths[c] + kGap.size();
      }
      drop_trailing_blanks(line);
      const std::string_view tone = row.kind == Kind::kTitles  ? kDim
                                    : row.kind == Kind::kTotal ? kBold
                                                               : std::string_view();
      if (style.color && !tone.empty() && !line.empty()) {
        line.insert(0, tone).append(kReset);
      }
      out += line + '\n';
    }
  }
  return out;
}

}  // namespace purser::report
