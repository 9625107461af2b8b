// Tables for terminals, as every verb prints them.
//
//   Table table({{"run"}, {"device time", Align::kRight}, {"cost", Align::kDecimal}});
//   table.add_row({"brave-otter", "1 min 12 s", format(cost)});
//   table.add_total({"total", "", format(total)});
//   PURSER_TRY(print(table.render(TableStyle::for_stdout())));
//
// Figures are never cut: where the terminal is too narrow, the widest column of text gives way, and
// if that is not enough, a column that can be done without. A
// pipe has no width, so nothing is cut there, and there is no colour. No line ends in a blank.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace purser::report {

enum class Align : std::uint8_t {
  kLeft,     // words
  kRight,    // figures that all have the same shape
  kDecimal,  // amounts and measurements: decimal points stand under each other
};

// What a column does when the terminal is too narrow.
enum class Overflow : std::uint8_t {
  kCut,   // "a long na…"; of words only
  kWrap,  // goes on in the next line, at a blank: for sentences
  kDrop,  // is left out, where cutting words does not help: for figures that can be done without
};

struct Column {
  std::string title;  // if no column has a title, there is no line of titles
  Align align = Align::kLeft;
  Overflow overflow = Overflow::kCut;
  bool optional = false;  // left out where no row has more in it than "-"
};

struct TableStyle {
  std::size_t columns = 0;  // of the terminal; 0: as wide as it likes
  bool color = false;

  // The terminal behind stdout, or neither width nor colour if there is none.
  static TableStyle for_stdout();
};

// The text with its control characters (C0, DEL, and C1 as UTF-8) written as "\\x1b", so that a
// name from somebody else's file cannot move the cursor or clear the screen. `keep` are let
// through.
std::string printable(std::string_view text, std::string_view keep = "");

class Table {
 public:
  explicit Table(std::vector<Column> columns);

  // Missing cells at the end are empty; too many are a bug. A cell is one line of UTF-8; what would
  // steer a terminal is shown and not sent (`printable`).
  void add_row(std::vector<std::string> cells);
  // A row set apart from those above by a rule, and stressed where there is colour.
  void add_total(std::vector<std::string> cells);

  // Without a row; titles are none.
  bool empty() const { return empty_; }
  // Ends in a newline, unless there is nothing to print.
  std::string render(const TableStyle& style) const;
  // The same in pieces, for tables of many rows. It ends at the first error of `take`, which is
  // returned.
  Status render(const TableStyle& style, const std::function<Status(std::string_view)>& take) const;

 private:
  enum class Kind : std::uint8_t { kTitles, kPlain, kTotal };
  // How wide what stands in a column is; of decimals, before and behind the point.
  struct Extent {
    std::size_t width = 0;
    std::size_t before = 0;
    std::size_t after = 0;
    bool filled = false;  // by a row with more than "-"
  };
  struct Layout {
    std::vector<std::size_t> columns;  // those that are shown
    std::vector<std::size_t> widths;   // of them
    std::size_t total = 0;
  };

  void add(Kind kind, std::vector<std::string> cells);
  Layout layout_for(const TableStyle& style) const;
  std::vector<std::size_t> widths_of(const std::vector<std::size_t>& shown,
                                     const TableStyle& style) const;
  std::string aligned(std::string_view cell, std::size_t column) const;
  std::string lines_of(Kind kind, const std::vector<std::string_view>& cells, const Layout& layout,
                       const TableStyle& style) const;

  std::vector<Column> columns_;
  std::vector<Extent> extents_;
  bool empty_ = true;
  // Rows, each its kind and then its cells, which end with a character that no cell holds: of a
  // million rows, strings of their own would take many times that.
  std::vector<std::string> chunks_;
};

// `text` in at most `width` terminal columns, its end replaced by "…" if need be. width >= 1.
std::string cut_to_width(std::string_view text, std::size_t width);
// `text` broken at blanks into lines of at most `width` columns; a longer word is cut up.
std::vector<std::string> wrap_to_width(std::string_view text, std::size_t width);

// Sentences, a line each, broken at blanks where the terminal is narrower; what goes on stands two
// columns further in than the line began.
std::string fit_sentences(std::string_view text, const TableStyle& style);

}  // namespace purser::report
