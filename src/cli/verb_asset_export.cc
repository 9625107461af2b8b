// purser asset export: the machines as lines that asset import reads.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/csv.h"
#include "books/placement.h"
#include "books/purchase.h"
#include "cli/accounts.h"
#include "cli/asset_words.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using books::Asset;
using books::Book;
using books::Course;
using books::Terms;
using money::Money;
using report::Json;

using Fields = std::map<std::string_view, std::string>;

// What neither moves an amount nor changes how it wears off.
bool leaves_its_terms(const books::Event& event) {
  return books::is_of_placement(event.what) || std::holds_alternative<books::Repair>(event.what);
}

// "90" or "90.5"
std::string words_of_watts(Watts watts) {
  std::string text = fmt::format("{}.{:03}", watts.milli / 1000, watts.milli % 1000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

Fields terms_of(const Terms& terms) {
  Fields fields{{"method", books::name(terms.method)}};
  if (terms.fiscal_year != books::FiscalYearStart{}) {
    fields["fiscal_year_start"] = format(terms.fiscal_year);
  }
  if (const auto* macrs = std::get_if<books::Macrs>(&terms.method)) {
    if (macrs->section_179) fields["section_179"] = format(*macrs->section_179);
    if (macrs->bonus_basis_points != 0) {
      fields["bonus"] = fmt::format("{}.{:02}%", macrs->bonus_basis_points / 100,
                                    macrs->bonus_basis_points % 100);
    }
    return fields;  // class and convention say the rest
  }
  fields["convention"] = books::name(terms.convention);
  fields["life"] = format(terms.life);
  if (!terms.salvage.is_zero()) fields["salvage"] = format(terms.salvage);
  return fields;
}

// As it stands in that book on `day`: taken over then, with what was charged by then.
Result<Fields> standing_fields(const Asset& asset, Book book, const Course& course, Date day) {
  const books::Balances balances = course.balances(day);
  PURSER_ASSIGN(const Money charged, course.accumulated(day));
  const auto money = [&](std::int64_t minor) { return Money(minor, asset.currency()); };
  Terms terms = course.terms(day);
  if (auto* macrs = std::get_if<books::Macrs>(&terms.method)) {
    const auto& bought = std::get<books::Macrs>(asset.terms_in(book)->method);
    macrs->section_179 = bought.section_179;
    macrs->bonus_basis_points = bought.bonus_basis_points;
    // What its year was ruled to be; other books would rule by what they hold of that year.
    macrs->convention = terms.convention;
  }
  const Money cost = money(balances.cost - balances.impaired);
  // Impaired below its salvage nothing wears off; no line may leave more than it cost.
  if (terms.salvage.minor() > cost.minor()) terms.salvage = cost;
  Fields fields = terms_of(terms);
  fields["cost"] = format(cost);
  fields["in_service"] = format(terms.in_service);
  fields["taken_over"] = format(day);
  fields["accumulated"] = format(money(charged.minor() - balances.eliminated));
  return fields;
}

Fields bought_fields(const Terms& terms) {
  Fields fields = terms_of(terms);
  fields["cost"] = format(terms.cost);
  fields["in_service"] = format(terms.in_service);
  return fields;
}

void place(const Asset& asset, Date day, Fields& fields) {
  const books::Placement placement = books::placement_on(asset, day);
  fields["class"] = asset.asset_class;
  fields["site"] = placement.site;
  if (placement.load_watts.milli != 0 || placement.idle_watts.milli != 0) {
    fields["idle_watts"] = words_of_watts(placement.idle_watts);
    fields["load_watts"] = words_of_watts(placement.load_watts);
  }
  if (asset.maintenance_per_year) {
    fields["maintenance"] = format(*asset.maintenance_per_year) + "/y";
  }
  if (asset.space_per_month) fields["space"] = format(*asset.space_per_month) + "/mo";
}

using Paid = std::map<std::string, money::Foreign, std::less<>>;  // by asset

// What was paid abroad for one that was bought and placed at once.
void tell_foreign(const Paid& paid, const Asset& asset, Fields& fields) {
  const auto found = paid.find(asset.name);
  if (found == paid.end()) return;
  fields["cost"] = format(found->second.amount);
  fields["rate"] = found->second.rate.text();
}

// The day from which the rate of declining balance applies to what is left then: the first of its
// fiscal year, or month. None for other methods.
std::optional<Period> year_of_rate(const Terms& terms, Date day) {
  const auto* const declining = std::get_if<books::DecliningBalance>(&terms.method);
  if (declining == nullptr) return std::nullopt;
  if (declining->per_period) return period_of(month_of(day));
  const std::chrono::year_month_day today(day);
  Date start(today.year() / terms.fiscal_year.month / terms.fiscal_year.day);
  if (start > day) start = add_months(start, -12);
  return Period{start, add_months(start, 12)};
}

class Exported {
 public:
  Exported(Date day, bool all_as_of_day, Paid paid)
      : day_(day), all_as_of_day_(all_as_of_day), paid_(std::move(paid)) {
    columns_ = import_columns();
  }

  Status add(const Asset& asset) {
    const auto& gone = asset.terms.disposed;
    if (asset.begins() > day_) {
      left_out_.push_back(fmt::format("'{}': it is here from {} on; give that day to --on",
                                      asset.name, format(asset.begins())));
      return {};
    }
    if (gone && *gone <= day_) return {};
    tell_what_is_lost(asset);
    const bool as_of_day = all_as_of_day_ || asset.takeover.has_value() ||
                           !std::ranges::all_of(asset.events, leaves_its_terms);
    PURSER_ASSIGN(const Course financial, asset.course(Book::kFinancial));
    for (const Book book : books::kBooks) {
      const Terms* const terms = asset.terms_in(book);
      if (terms == nullptr) continue;
      Course course = financial;
      if (book != Book::kFinancial) {
        PURSER_ASSIGN(course, asset.course(book));
      }
      if (as_of_day && book != Book::kFinancial) {
        if (std::string why = not_of_a_line(financial, course, *terms); !why.empty()) {
          left_out_.push_back(fmt::format("'{}': its {} book {}; add it to the other books by hand",
                                          asset.name, books::name(book), why));
          continue;
        }
      }
      if (std::holds_alternative<books::UnitsOfProduction>(terms->method)) {
        left_out_.push_back(
            fmt::format("'{}': give its readings to purser asset units, they are "
                        "not in here",
                        asset.name));
      }
      Fields fields = bought_fields(*terms);
      if (as_of_day) {
        tell_of_its_rate(asset, book, course);
        PURSER_ASSIGN(fields, standing_fields(asset, book, course, day_));
      }
      fields["name"] = asset.name;
      if (book == Book::kFinancial) {
        if (!as_of_day) tell_foreign(paid_, asset, fields);
        place(asset, day_, fields);
      } else {
        for (const char* own : {"cost", "in_service", "taken_over"}) fields.erase(own);
        fields["book"] = books::name(book);
        // Left out it would be that of the book that reads it.
        if (std::holds_alternative<books::Macrs>(terms->method)) {
          fields["fiscal_year_start"] = format(terms->fiscal_year);
        }
      }
      lines_.push_back(std::move(fields));
    }
    return {};
  }

  std::string csv() const {
    std::string text = fmt::format("{}\n", fmt::join(columns_, ","));
    for (const Fields& line : lines_) {
      std::vector<std::string> fields;
      for (const std::string& column : columns_) {
        const auto found = line.find(column);
        fields.push_back(found == line.end() ? std::string() : csv_field(found->second));
      }
      text += fmt::format("{}\n", fmt::join(fields, ","));
    }
    return text;
  }
  Json json() const {
    Json lines = Json::array();
    for (const Fields& line : lines_) {
      Json fields = Json::object();
      for (const std::string& column : columns_) {
        const auto found = line.find(column);
        if (found != line.end() && !found->second.empty()) fields.set(column, found->second);
      }
      lines.push(fields);
    }
    Json json = Json::object();
    return json.set("lines", lines).set("left_out", left_out_);
  }
  const std::vector<std::string>& left_out_of_it() const { return left_out_; }

  void leave_out(std::string why) { left_out_.push_back(std::move(why)); }

 private:
  std::string not_of_a_line(const Course& financial, const Course& course,
                            const Terms& terms) const;
  void tell_what_is_lost(const Asset& asset);
  void tell_of_its_rate(const Asset& asset, Book book, const Course& course);

  Date day_;
  bool all_as_of_day_;
  Paid paid_;
  std::vector<std::string> columns_;
  std::vector<Fields> lines_;
  std::vector<std::string> left_out_;
};

// Why no line can say what stands in a memo book on `day`; empty if one can. A line there has the
// cost of the machine, and what is deducted at once is by its terms.
std::string Exported::not_of_a_line(const Course& financial, const Course& course,
                                    const Terms& terms) const {
  if (course.properties().size() > 1) {
    return fmt::format("holds {} properties, each with its own table, which no line can say",
                       course.properties().size());
  }
  const books::Balances ours = course.balances(day_);
  const books::Balances theirs = financial.balances(day_);
  if (ours.cost - ours.impaired != theirs.cost - theirs.impaired) {
    return "holds it at another cost than the financial book";
  }
  if (course.deducted(day_) != books::deducted_at_once(terms)) {
    return "has only a part of what was deducted at once";
  }
  return {};
}

// What belongs to the machine, and to no column.
void Exported::tell_what_is_lost(const Asset& asset) {
  std::vector<std::string> lost;
  const books::Placement placement = books::placement_on(asset, day_);
  if (!placement.cost_centre.empty() || !placement.node.empty()) {
    lost.emplace_back("its cost centre and node");
  }
  if (placement.paused) lost.emplace_back("that it rests");
  const bool ahead = std::ranges::any_of(
      asset.events, [&](const books::Event& event) { return event.effective > day_; });
  if (ahead) lost.push_back(fmt::format("what happens to it after {}", format(day_)));
  if (!lost.empty()) {
    left_out_.push_back(
        fmt::format("'{}': not in its line: {}", asset.name, fmt::join(lost, "; ")));
  }
}

// Declining balance charges a year by what stood at its start. What happened since then moved that
// amount in these books, and no line says by how much: others go on otherwise until the year ends.
void Exported::tell_of_its_rate(const Asset& asset, Book book, const Course& course) {
  const auto year = year_of_rate(course.terms(day_), day_);
  if (!year || year->start == day_) return;
  const bool moved = std::ranges::any_of(asset.events, [&](const books::Event& event) {
    const bool counts = !event.book || *event.book == book;
    return counts && !leaves_its_terms(event) && year->start < event.effective &&
           event.effective <= day_ && !std::holds_alternative<books::Opening>(event.what);
  });
  if (!moved) return;
  left_out_.push_back(fmt::format(
      "'{}': something happened to it in the {} book since {}, from which its rate counts, and "
      "other books would charge it otherwise until {}; take it over on that day, and nothing "
      "changes: purser asset export --on {}",
      asset.name, books::name(book), format(year->start), format(year->end), format(year->end)));
}

Result<int> run_export(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const auto on, parse_word(words_of(arguments), "on", parse_date));
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kLeave));
  PURSER_ASSIGN(const auto snapshot, accounts.begin_snapshot());
  PURSER_ASSIGN(Paid paid, accounts.purchases().paid_at_once());
  Exported exported(on.value_or(date_of(context.clock().now())), on.has_value(), std::move(paid));
  PURSER_ASSIGN(const std::vector<Asset> assets, accounts.books().assets());
  for (const Asset& asset : assets) PURSER_TRY(exported.add(asset));
  PURSER_ASSIGN(const std::vector<books::Purchase> pending, accounts.purchases().pending());
  for (const books::Purchase& purchase : pending) {
    exported.leave_out(
        fmt::format("'{}': it is ordered or in progress, and no line before it is "
                    "placed in service",
                    purchase.asset));
  }
  PURSER_TRY(print(context.json() ? exported.json().text() + "\n" : exported.csv()));
  for (const std::string& left : exported.left_out_of_it()) {
    fmt::print(stderr, "purser: {}\n", report::printable(left));
  }
  return 0;
}

}  // namespace

void add_asset_export_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "asset export",
       .summary = "the machines as a CSV file that asset import reads",
       .details =
           "A machine to which nothing happened that changed its amounts comes as it was added.\n"
           "Another one comes as it stands today, taken over from then on, with what was charged\n"
           "by then; with --on all of them do, for other books that begin on that day.\n\n"
           "  purser asset export > fleet.csv\n"
           "  purser asset export --on 2026-12-01 > opening.csv",
       .positionals = {},
       .options = {{"--on", "DATE", "as they stand then, to be taken over"}},
       .run = run_export});
}

}  // namespace purser::cli
