#include "cli/register_sheet.h"

#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/csv.h"
#include "cli/context.h"
#include "cli/json_list.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using books::Book;
using books::Standing;
using money::Money;
using report::Align;
using report::Json;
using report::Overflow;
using report::Table;
using report::TableStyle;

Status add_to(Standing& sum, const Standing& one) {
  PURSER_ASSIGN(sum.cost, money::add(sum.cost, one.cost));
  PURSER_ASSIGN(sum.accumulated, money::add(sum.accumulated, one.accumulated));
  PURSER_ASSIGN(sum.carrying, money::add(sum.carrying, one.carrying));
  return {};
}

class TextSheet final : public RegisterSheet {
 public:
  explicit TextSheet(std::string title) : title_(std::move(title)) {}

  Status take(const RegisterLine& line) override {
    if (line.asset_class != class_) end_class();
    class_ = line.asset_class;
    const Standing& standing = line.standing;
    PURSER_TRY(of_class_.add(standing));
    PURSER_TRY(all_.add(standing));
    ++assets_;
    table_.add_row({line.asset, line.serial.empty() ? "-" : line.serial,
                    line.site.empty() ? "-" : line.site,
                    line.in_service ? format(*line.in_service) : "-", format(standing.cost),
                    format(standing.accumulated), format(standing.carrying)});
    return {};
  }

  Status finish() override {
    if (assets_ == 0) return print("No asset was in service by then.\n");
    end_class();
    if (classes_ > 1) add_totals("sum of all", all_);
    PURSER_TRY(print(title_ + "\n\n"));
    return table_.render(TableStyle::for_stdout(), print);
  }

 private:
  void end_class() {
    if (!class_.empty()) {
      add_totals("sum of " + class_, of_class_);
      ++classes_;
    }
    of_class_ = {};
  }
  void add_totals(const std::string& name, const StandingSums& sums) {
    for (const auto& [code, sum] : sums.by_currency()) {
      table_.add_total(
          {name, "", "", "", format(sum.cost), format(sum.accumulated), format(sum.carrying)});
    }
  }

  std::string title_;
  Table table_{{{"asset"},
                {"serial", Align::kLeft, Overflow::kDrop, true},
                {"site", Align::kLeft, Overflow::kDrop},
                {"in service"},
                {"cost", Align::kDecimal},
                {"accumulated", Align::kDecimal},
                {"carrying amount", Align::kDecimal}}};
  std::string class_;
  StandingSums of_class_;
  StandingSums all_;
  std::int64_t assets_ = 0;
  int classes_ = 0;
};

class JsonSheet final : public RegisterSheet {
 public:
  JsonSheet(Book book, Month month, const std::vector<std::string>& unposted)
      : assets_(Json::object()
                    .set("book", books::name(book))
                    .set("month", format(month))
                    .set("unposted", unposted),
                "assets") {}

  Status take(const RegisterLine& line) override {
    Json json = Json::object();
    json.set("asset", line.asset)
        .set("class", line.asset_class)
        .set("serial", line.serial.empty() ? Json() : Json(line.serial))
        .set("site", line.site.empty() ? Json() : Json(line.site))
        .set("in_service", line.in_service)
        .set("disposed", line.disposed)
        .set("cost", line.standing.cost)
        .set("accumulated", line.standing.accumulated)
        .set("carrying_amount", line.standing.carrying);
    return assets_.push(json);
  }
  Status finish() override { return assets_.finish(); }

 private:
  JsonList assets_;
};

// Line by line as it is read: a register may be long.
class CsvSheet final : public RegisterSheet {
 public:
  Status take(const RegisterLine& line) override {
    const auto day = [](const std::optional<Date>& date) {
      return date ? format(*date) : std::string();
    };
    const Standing& standing = line.standing;
    return print(fmt::format("{}{},{},{},{},{},{},{},{},{},{},{},{},{}\n", head(), line.asset_class,
                             csv_field(line.asset), csv_field(line.site), day(line.in_service),
                             day(line.disposed), line.life, csv_field(line.method), line.convention,
                             standing.cost.currency().code(), format_amount(standing.cost),
                             format_amount(standing.accumulated), format_amount(standing.carrying),
                             csv_field(line.serial)));
  }
  Status finish() override { return print(std::string(head())); }

 private:
  // Before the first line, and once.
  std::string_view head() {
    if (std::exchange(begun_, true)) return {};
    return "class,asset,site,in_service,disposed,life,method,convention,currency,cost,accumulated,"
           "carrying_amount,serial\n";
  }

  bool begun_ = false;
};

}  // namespace

Status StandingSums::add(const Standing& standing) {
  const money::Currency currency = standing.cost.currency();
  const Money zero = Money::zero(currency);
  const Standing none{zero, zero, zero};
  return add_to(by_currency_.try_emplace(std::string(currency.code()), none).first->second,
                standing);
}

Result<books::Movements> carrying_of(const books::ClassMovements& one) {
  books::Movements less = one.cost;
  for (const books::Movement& moved : books::kMovements) {
    PURSER_ASSIGN(less.*moved.amount,
                  money::subtract(one.cost.*moved.amount, one.accumulated.*moved.amount));
  }
  return less;
}

Result<std::vector<books::ClassMovements>> sums_of_classes(
    const std::vector<books::ClassMovements>& classes) {
  std::vector<books::ClassMovements> sums;
  std::vector<int> counts;
  for (const books::ClassMovements& one : classes) {  // sorted by currency
    if (sums.empty() || sums.back().currency != one.currency) {
      sums.push_back(one);
      sums.back().asset_class = "all classes";
      counts.push_back(1);
      continue;
    }
    ++counts.back();
    for (const books::Movement& moved : books::kMovements) {
      Money& cost = sums.back().cost.*moved.amount;
      Money& accumulated = sums.back().accumulated.*moved.amount;
      PURSER_ASSIGN(cost, money::add(cost, one.cost.*moved.amount));
      PURSER_ASSIGN(accumulated, money::add(accumulated, one.accumulated.*moved.amount));
    }
  }
  std::vector<books::ClassMovements> wanted;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (counts[i] > 1) wanted.push_back(sums[i]);
  }
  return wanted;
}

std::vector<books::Movement> movements_shown(const books::ClassMovements& one) {
  std::vector<books::Movement> shown;
  for (const books::Movement& moved : books::kMovements) {
    const bool is_end = &moved == &books::kMovements.front() || &moved == &books::kMovements.back();
    if (is_end || !(one.cost.*moved.amount).is_zero() ||
        !(one.accumulated.*moved.amount).is_zero()) {
      shown.push_back(moved);
    }
  }
  return shown;
}

std::unique_ptr<RegisterSheet> text_sheet(Book book, Month month) {
  return std::make_unique<TextSheet>(
      fmt::format("The {} book at the end of {}, as posted", books::name(book), format(month)));
}

std::unique_ptr<RegisterSheet> json_sheet(Book book, Month month,
                                          const std::vector<std::string>& unposted) {
  return std::make_unique<JsonSheet>(book, month, unposted);
}

std::unique_ptr<RegisterSheet> csv_sheet() { return std::make_unique<CsvSheet>(); }

}  // namespace purser::cli
