// A register of assets as it is written: a table, CSV, JSON, or a page to print.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "books/books.h"

namespace purser::cli {

// An asset at the end of a month; in progress it has no day of service, and no terms.
struct RegisterLine {
  std::string asset_class;
  std::string asset;
  std::string serial = {};  // its maker's number; empty: nobody said
  std::string site = {};
  std::optional<Date> in_service = std::nullopt;
  std::optional<Date> disposed = std::nullopt;
  std::string life = {};
  std::string method = {};
  std::string convention = {};
  books::Standing standing;
};

// Takes the assets by class, and writes them to stdout: line by line, since a register may be long,
// and the table in the end, which has to know its widths.
class RegisterSheet {
 public:
  virtual ~RegisterSheet() = default;
  virtual Status take(const RegisterLine& line) = 0;
  virtual Status finish() = 0;
};

std::unique_ptr<RegisterSheet> text_sheet(books::Book book, Month month);
// `unposted`: the months that it lacks.
std::unique_ptr<RegisterSheet> json_sheet(books::Book book, Month month,
                                          const std::vector<std::string>& unposted);
std::unique_ptr<RegisterSheet> csv_sheet();

// What stands around the assets on a page of HTML for A4, landscape.
struct RegisterPage {
  std::string title;  // the company
  books::Book book = books::Book::kFinancial;
  Month first{};  // of the fiscal year, or of the months that were asked for
  Month month{};
  bool closed = false;  // otherwise the figures can still change
  books::Verified journal;
  std::vector<books::ClassMovements> movements;  // from `first` until then
};
std::unique_ptr<RegisterSheet> page_sheet(RegisterPage page);

// Cost less depreciation, balance by balance.
Result<books::Movements> carrying_of(const books::ClassMovements& one);

// The classes of each currency together, where it has more than one; called "all classes".
Result<std::vector<books::ClassMovements>> sums_of_classes(
    const std::vector<books::ClassMovements>& classes);

// Of a table that goes from opening to closing: what moved something in it, and the two.
std::vector<books::Movement> movements_shown(const books::ClassMovements& one);

// Sums by currency.
class StandingSums {
 public:
  Status add(const books::Standing& standing);
  const std::map<std::string, books::Standing>& by_currency() const { return by_currency_; }

 private:
  std::map<std::string, books::Standing> by_currency_;
};

}  // namespace purser::cli
