#include "report/table.h"

#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include <fmt/format.h>

#include "base/characters.h"
#include "base/progress.h"
#include "base/text.h"

namespace purser::report {
namespace {

constexpr std::string_view kGap = "  ";
constexpr std::size_t kLeastTextWidth = 8;  // a name cut shorter than this says nothing
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kReset = "\x1b[0m";

constexpr char kEndOfCell = '\x1f';  // printable() lets none through
constexpr std::size_t kChunkBytes = 262'144;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Bytes of the front of `text` that take at most `columns`, with all that stands on its last
// character; of the first character in any case.
std::size_t bytes_within(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  for (std::size_t taken = 0; at < text.size();) {
    const Character one = first_character(text.substr(at));
    taken += columns_of(one.point);
    if (taken > columns && at != 0) break;
    at += one.bytes;
  }
  return at;
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

std::size_t total_of(const std::vector<std::size_t>& widths) {
  std::size_t total = widths.empty() ? 0 : kGap.size() * (widths.size() - 1);
  for (const std::size_t width : widths) total += width;
  return total;
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
    const Character one = first_character(text.substr(at));
    const auto point = static_cast<std::uint32_t>(one.point);
    const bool is_kept = keep.find(text[at]) != keep.npos;
    if ((point < 0x20 && !is_kept) || (point >= 0x7f && point < 0xa0)) {
      shown += fmt::format("\\x{:02x}", point);
    } else if (turns_a_line(one.point)) {
      shown += fmt::format("\\u{:04x}", point);
    } else {
      shown += text.substr(at, one.bytes);
    }
    at += one.bytes - 1;
  }
  return shown;
}

std::string cut_to_width(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::string cut;
  if (width > columns_of(first_character(text).point)) {
    cut = text.substr(0, bytes_within(text, width - 1));
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
      const std::size_t at = bytes_within(word, width);
      if (at == word.size()) break;  // a wide character in a narrow column
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

Table::Table(std::vector<Column> columns)
    : columns_(std::move(columns)), extents_(columns_.size()) {
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.push_back(column.title);
  const bool titled = std::any_of(titles.begin(), titles.end(),
                                  [](const std::string& title) { return !title.empty(); });
  if (titled) add(Kind::kTitles, std::move(titles));
}

void Table::add(Kind kind, std::vector<std::string> cells) {
  assert(cells.size() <= columns_.size());
  cells.resize(columns_.size());
  std::string row(1, static_cast<char>(kind));
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const std::string cell = printable(cells[c]);
    Extent& extent = extents_[c];
    extent.filled = extent.filled || (kind != Kind::kTitles && !cell.empty() && cell != "-");
    if (columns_[c].align == Align::kDecimal && kind != Kind::kTitles && !cell.empty()) {
      const std::size_t point = point_of(cell);
      extent.before = std::max(extent.before, display_width(cell.substr(0, point)));
      extent.after = std::max(extent.after, display_width(cell.substr(point)));
    } else {
      extent.width = std::max(extent.width, display_width(cell));
    }
    (row += cell) += kEndOfCell;
  }
  if (chunks_.empty() || chunks_.back().size() + row.size() > chunks_.back().capacity()) {
    // Of few rows nothing is set aside.
    const std::size_t before = chunks_.empty() ? 0 : chunks_.back().capacity();
    chunks_.emplace_back().reserve(std::max(row.size(), std::min(2 * before, kChunkBytes)));
  }
  chunks_.back() += row;
  empty_ = empty_ && kind == Kind::kTitles;
}

void Table::add_row(std::vector<std::string> cells) { add(Kind::kPlain, std::move(cells)); }
void Table::add_total(std::vector<std::string> cells) { add(Kind::kTotal, std::move(cells)); }

// A figure with blanks around it, so that it is a right-aligned cell like all of its column.
std::string Table::aligned(std::string_view cell, std::size_t column) const {
  if (columns_[column].align != Align::kDecimal || cell.empty()) return std::string(cell);
  const std::size_t point = point_of(cell);
  std::string text(extents_[column].before - display_width(cell.substr(0, point)), ' ');
  text += cell;
  return text.append(extents_[column].after - display_width(cell.substr(point)), ' ');
}

std::vector<std::size_t> Table::widths_of(const std::vector<std::size_t>& shown,
                                          const TableStyle& style) const {
  std::vector<std::size_t> widths;
  for (const std::size_t c : shown) {
    widths.push_back(std::max(extents_[c].width, extents_[c].before + extents_[c].after));
  }
  if (style.columns == 0) return widths;
  std::size_t total = total_of(widths);
  while (total > style.columns) {
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (columns_[shown[i]].align != Align::kLeft || widths[i] <= kLeastTextWidth) continue;
      if (widest == widths.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == widths.size()) break;  // only figures are left, and they stay whole
    --widths[widest];
    --total;
  }
  return widths;
}

Table::Layout Table::layout_for(const TableStyle& style) const {
  Layout layout;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    if (extents_[c].filled || !columns_[c].optional) layout.columns.push_back(c);
  }
  for (;;) {
    layout.widths = widths_of(layout.columns, style);
    layout.total = total_of(layout.widths);
    const auto least = std::ranges::find_if(
        layout.columns, [&](std::size_t c) { return columns_[c].overflow == Overflow::kDrop; });
    const bool fits = style.columns == 0 || layout.total <= style.columns;
    if (fits || least == layout.columns.end()) return layout;
    layout.columns.erase(least);
  }
}

std::string Table::lines_of(Kind kind, const std::vector<std::string_view>& cells,
                            const Layout& layout, const TableStyle& style) const {
  std::vector<std::vector<std::string>> parts;  // of each column, line by line
  std::size_t height = 1;
  for (std::size_t i = 0; i < layout.columns.size(); ++i) {
    const std::size_t c = layout.columns[i];
    const std::string_view cell = cells[c];
    const std::size_t width = std::max<std::size_t>(layout.widths[i], 1);
    const bool text = columns_[c].align == Align::kLeft;
    if (text && columns_[c].overflow == Overflow::kWrap && kind != Kind::kTitles) {
      parts.push_back(wrap_to_width(cell, width));
    } else {
      parts.push_back({text                    ? cut_to_width(cell, width)
                       : kind == Kind::kTitles ? std::string(cell)
                                               : aligned(cell, c)});
    }
    height = std::max(height, parts.back().size());
  }
  std::string out;
  if (kind == Kind::kTotal) {
    for (std::size_t i = 0; i < layout.total; ++i) out += "─";
    out += '\n';
  }
  for (std::size_t h = 0; h < height; ++h) {
    std::string line;
    for (std::size_t i = 0, column = 0; i < layout.columns.size(); ++i) {
      const std::string cell = h < parts[i].size() ? parts[i][h] : std::string();
      const bool text = columns_[layout.columns[i]].align == Align::kLeft;
      pad_to(line, column);
      line += padded(cell, layout.widths[i], text ? Align::kLeft : Align::kRight);
      column += layout.widths[i] + kGap.size();
    }
    drop_trailing_blanks(line);
    const std::string_view tone = kind == Kind::kTitles  ? kDim
                                  : kind == Kind::kTotal ? kBold
                                                         : std::string_view();
    if (style.color && !tone.empty() && !line.empty()) line.insert(0, tone).append(kReset);
    (out += line) += '\n';
  }
  return out;
}

Status Table::render(const TableStyle& style,
                     const std::function<Status(std::string_view)>& take) const {
  const Layout layout = layout_for(style);
  std::vector<std::string_view> cells(columns_.size());
  for (const std::string& chunk : chunks_) {
    std::string out;
    for (std::string_view rest = chunk; !rest.empty();) {
      const auto kind = static_cast<Kind>(rest.front());
      rest.remove_prefix(1);
      for (std::string_view& cell : cells) {
        cell = rest.substr(0, rest.find(kEndOfCell));
        rest.remove_prefix(cell.size() + 1);
      }
      out += lines_of(kind, cells, layout, style);
    }
    PURSER_TRY(take(out));
  }
  return {};
}

std::string Table::render(const TableStyle& style) const {
  std::string out;
  const auto keep = [&](std::string_view piece) -> Status {
    out += piece;
    return {};
  };
  (void)render(style, keep);  // which refuses nothing
  return out;
}

}  // namespace purser::report
