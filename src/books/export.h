// The journal in the languages of other programs.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "money/money.h"

namespace purser::books {

struct Entry;

enum class ExportFormat : std::uint8_t { kHledger, kBeancount, kCsv };
Result<ExportFormat> parse_export_format(std::string_view text);  // "hledger", "beancount", "csv"

// What the entries of an export use, declared before the first of them.
struct Declarations {
  struct Account {
    std::string name;
    Date first{};  // the date of the first entry that uses it
  };
  std::vector<Account> accounts;  // by name
  struct Commodity {
    money::Currency currency;
    Date first{};
  };
  std::vector<Commodity> commodities;  // by code
};

// Text that depends on nothing but its arguments; nothing says when an entry was recorded.
std::string export_head(ExportFormat format, const Declarations& declarations);
std::string export_entry(ExportFormat format, const Entry& entry);

// Takes the next piece of the export.
using ExportSink = std::function<Status(std::string_view)>;

}  // namespace purser::books
