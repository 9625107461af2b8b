#include "cli/asset_lines.h"

#include <algorithm>

#include <fmt/format.h>

#include "books/placement.h"

namespace purser::cli {
namespace {

using books::Asset;
using books::Book;
using books::Course;
using books::Event;
using books::Portion;
using books::Terms;
using money::Money;

// What neither moves an amount nor changes how it wears off.
bool leaves_its_terms(const Event& event) {
  return books::is_of_placement(event.what) || std::holds_alternative<books::Repair>(event.what);
}

// "90" or "90.5"
std::string words_of_watts(Watts watts) {
  std::string text = fmt::format("{}.{:03}", watts.milli / 1000, watts.milli % 1000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

LineFields terms_fields(const Terms& terms) {
  LineFields fields{{"method", books::name(terms.method)}};
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

LineFields bought_fields(const Terms& terms) {
  LineFields fields = terms_fields(terms);
  fields["cost"] = format(terms.cost);
  fields["in_service"] = format(terms.in_service);
  return fields;
}

LineFields place_fields(const Asset& asset, Date day) {
  LineFields fields{{"class", asset.asset_class}};
  const books::Placement placement = books::placement_on(asset, day);
  fields["site"] = placement.site;
  fields["serial"] = placement.serial;
  if (placement.load_watts.milli != 0 || placement.idle_watts.milli != 0) {
    fields["idle_watts"] = words_of_watts(placement.idle_watts);
    fields["load_watts"] = words_of_watts(placement.load_watts);
  }
  if (asset.maintenance_per_year) {
    fields["maintenance"] = format(*asset.maintenance_per_year) + "/y";
  }
  if (asset.space_per_month) fields["space"] = format(*asset.space_per_month) + "/mo";
  return fields;
}

// --- as it stands on a day -----------------------------------------------------------------------

// As it was known at the end of `day`.
Asset known_by(const Asset& asset, Date day) {
  Asset known = asset;
  std::erase_if(known.events, [&](const Event& event) { return event.effective > day; });
  std::erase_if(known.rulings,
                [&](const books::MacrsRuling& ruling) { return ruling.effective > day; });
  const auto stay = [&](Terms& terms) {
    if (terms.disposed && *terms.disposed > day) terms.disposed.reset();
  };
  stay(known.terms);
  for (books::MemoTerms& memo : known.memo) stay(memo.terms);
  return known;
}

// Whether what the rate of declining balance applies to on `day` does not follow from the terms: it
// is not the first of its year, or month, and something moved its amounts since.
bool tells_year_opening(const Asset& known, Book book, const Terms& terms, Date day) {
  const auto* const declining = std::get_if<books::DecliningBalance>(&terms.method);
  if (declining == nullptr) return false;
  const std::chrono::year_month_day today(day);
  Date start(today.year() / terms.fiscal_year.month / terms.fiscal_year.day);
  if (start > day) start = add_months(start, -12);
  if (declining->per_period) start = first_day(month_of(day));
  return std::ranges::any_of(known.events, [&](const Event& event) {
    return event.concerns(book) && !leaves_its_terms(event) && start < event.effective;
  });
}

// What impairments and revaluations left.
void add_measured(LineFields& fields, const Portion& held, money::Currency currency) {
  const auto tell = [&](std::string_view column, std::int64_t minor, bool is_told) {
    if (is_told) fields[column] = format(Money(minor, currency));
  };
  const bool impaired = held.impaired != 0;
  tell("impaired", held.impaired, impaired);
  tell("unimpaired", held.unimpaired, impaired);
  tell("surplus", held.surplus, held.revalued);
  tell("lost", held.lost, impaired || held.lost != 0);
}

// Taken over on `day`, with what was charged by then.
Result<LineFields> standing_fields(const Asset& known, Book book, const Course& course, Date day,
                                   const std::function<void(std::string)>& lost) {
  PURSER_ASSIGN(const std::vector<Portion> held, course.holdings(day));
  const Portion& first = held.front();
  const auto money = [&](std::int64_t minor) { return Money(minor, known.currency()); };
  Terms terms = course.terms(day);
  std::int64_t cost = first.cost;
  std::int64_t accumulated = first.accumulated;
  for (std::size_t layer = 1; layer < held.size(); ++layer) {
    cost += held[layer].cost;
    accumulated += held[layer].accumulated;
  }
  if (auto* macrs = std::get_if<books::Macrs>(&terms.method)) {
    const auto& bought = std::get<books::Macrs>(known.terms_in(book)->method);
    macrs->section_179 = bought.section_179;
    macrs->bonus_basis_points = bought.bonus_basis_points;
    // What its year was ruled to be; other books would rule by what they hold of that year.
    macrs->convention = terms.convention;
  }
  // Nothing wears off below its salvage; but no line may leave more than it cost.
  if (terms.salvage.minor() > cost) {
    lost(
        fmt::format("'{}': in the {} book {} of salvage are more than its fair value; its line "
                    "has {}",
                    known.name, books::name(book), format(terms.salvage), format(money(cost))));
    terms.salvage = money(cost);
  }
  LineFields fields = terms_fields(terms);
  fields["cost"] = format(money(cost));
  fields["in_service"] = format(terms.in_service);
  fields["taken_over"] = format(day);
  fields["accumulated"] = format(money(accumulated));
  add_measured(fields, first, known.currency());
  if (tells_year_opening(known, book, terms, day)) {
    fields["year_opening"] = format(books::YearOpening{known.currency(), first.year_base});
  }
  return fields;
}

// Why no line can say what stands in a memo book on `day`; empty if one can. A line there has the
// cost of the machine, and what is deducted at once is by its terms.
std::string not_of_a_line(const Course& financial, const Course& course, const Terms& terms,
                          Date day) {
  if (course.properties().size() > 1) {
    return fmt::format("holds {} properties, each with its own table, which no line can say",
                       course.properties().size());
  }
  if (course.balances(day).cost != financial.balances(day).cost) {
    return "holds it at another cost than the financial book";
  }
  if (course.deducted(day) != books::deducted_at_once(terms)) {
    return "has only a part of what was deducted at once";
  }
  return {};
}

// A line that counts from its first day on says of placement what holds today: since when, and what
// was before, is in no column.
void tell_earlier_placement(const Asset& asset, Date day, std::vector<std::string>& lost) {
  books::Placement before = books::placement_on(asset, asset.begins());
  for (const Date changed :
       books::placement_days(asset, {asset.begins(), day + std::chrono::days{1}})) {
    const books::Placement after = books::placement_on(asset, changed);
    if (before.site != after.site) {
      lost.push_back(fmt::format(
          "that it stood {} before {}",
          before.site.empty() ? "nowhere" : fmt::format("at '{}'", before.site), format(changed)));
    }
    if (before.idle_watts != after.idle_watts || before.load_watts != after.load_watts) {
      const bool is_known = before.load_watts.milli != 0 || before.idle_watts.milli != 0;
      lost.push_back(
          is_known ? fmt::format("that it drew {} W idle and {} W under load before {}",
                                 words_of_watts(before.idle_watts),
                                 words_of_watts(before.load_watts), format(changed))
                   : fmt::format("that nobody knew before {} what it draws", format(changed)));
    }
    if (before.paused != after.paused) {
      lost.push_back(fmt::format("that it {} on {}", after.paused ? "was paused" : "was resumed",
                                 format(changed)));
    }
    before = after;
  }
}

std::string counted(std::int64_t count, std::string_view one, std::string_view many) {
  return count == 1 ? fmt::format("1 {}", one) : fmt::format("{} {}", count, many);
}

// Services that cost something are repairs too.
void tell_upkeep(const Asset& asset, const books::Kept& kept, std::vector<std::string>& lost) {
  for (const books::Cover& cover : kept.covers) {
    lost.push_back(fmt::format("its {} until {}", name(cover.kind), format(cover.until)));
  }
  if (kept.services != 0) lost.push_back(counted(kept.services, "service", "services"));
  if (kept.conditions != 0) {
    lost.push_back(counted(kept.conditions, "record of its condition", "records of its condition"));
  }
  const auto repairs = std::ranges::count_if(asset.events, [](const Event& event) {
    return std::holds_alternative<books::Repair>(event.what);
  });
  if (repairs != 0) lost.push_back(counted(repairs, "repair", "repairs"));
}

// What belongs to the machine, and to no column.
void tell_what_is_lost(const Asset& asset, bool taken_over, const Telling& telling,
                       const std::function<void(std::string)>& tell) {
  std::vector<std::string> lost;
  const Date day = telling.day;
  const books::Placement placement = books::placement_on(asset, day);
  if (!placement.cost_centre.empty() || !placement.node.empty()) {
    lost.emplace_back("its cost centre and node");
  }
  if (placement.paused) lost.emplace_back("that it rests");
  if (!taken_over) tell_earlier_placement(asset, day, lost);
  const auto kept = telling.kept.find(asset.name);
  tell_upkeep(asset, kept == telling.kept.end() ? books::Kept{} : kept->second, lost);
  const bool ahead =
      std::ranges::any_of(asset.events, [&](const Event& event) { return event.effective > day; });
  if (ahead) lost.push_back(fmt::format("what happens to it after {}", format(day)));
  if (lost.empty()) return;
  tell(fmt::format("'{}': not in its line: {}", asset.name, fmt::join(lost, "; ")));
}

// What was paid abroad for one that was bought and placed at once, and by which document.
void tell_purchase(const Telling& telling, const Asset& asset, bool taken_over,
                   LineFields& fields) {
  const auto found = telling.at_once.find(asset.name);
  if (found == telling.at_once.end()) return;
  const auto& [paid, document] = found->second;
  fields["document"] = document;
  if (taken_over || !paid) return;
  fields["cost"] = format(paid->amount);
  fields["rate"] = paid->rate.text();
}

// The line of one book; none where no line can say it.
Result<std::optional<LineFields>> line_of(const Asset& asset, const Asset& known, Book book,
                                          bool taken_over, const Telling& telling,
                                          const std::function<void(std::string)>& lost) {
  const Terms& terms = *asset.terms_in(book);
  const bool is_memo = book != Book::kFinancial;
  LineFields fields = bought_fields(terms);
  if (taken_over) {
    PURSER_ASSIGN(const Course course, known.course(book));
    if (is_memo) {
      PURSER_ASSIGN(const Course financial, known.course(Book::kFinancial));
      const std::string why = not_of_a_line(financial, course, terms, telling.day);
      if (!why.empty()) {
        lost(fmt::format("'{}': its {} book {}; add it to the other books by hand", asset.name,
                         books::name(book), why));
        return std::nullopt;
      }
    }
    PURSER_ASSIGN(fields, standing_fields(known, book, course, telling.day, lost));
  }
  if (std::holds_alternative<books::UnitsOfProduction>(terms.method)) {
    lost(fmt::format("'{}': give its readings to purser asset units, they are not in here",
                     asset.name));
  }
  fields["name"] = asset.name;
  if (!is_memo) {
    tell_purchase(telling, asset, taken_over, fields);
    fields.merge(place_fields(asset, telling.day));
    return fields;
  }
  for (const char* own : {"cost", "in_service", "taken_over"}) fields.erase(own);
  fields["book"] = books::name(book);
  // Left out it would be that of the book that reads it.
  if (std::holds_alternative<books::Macrs>(terms.method)) {
    fields["fiscal_year_start"] = format(terms.fiscal_year);
  }
  return fields;
}

}  // namespace

Result<std::vector<LineFields>> lines_of(const Asset& asset, const Telling& telling,
                                         const std::function<void(std::string)>& lost) {
  std::vector<LineFields> lines;
  if (asset.begins() > telling.day) {
    lost(fmt::format("'{}': it is here from {} on; give that day to --on", asset.name,
                     format(asset.begins())));
    return lines;
  }
  const auto& gone = asset.terms.disposed;
  if (gone && *gone <= telling.day) return lines;
  const bool taken_over = telling.all_taken_over || asset.takeover.has_value() ||
                          !std::ranges::all_of(asset.events, leaves_its_terms);
  tell_what_is_lost(asset, taken_over, telling, lost);
  const Asset known = taken_over ? known_by(asset, telling.day) : asset;
  for (const Book book : books::kBooks) {
    if (asset.terms_in(book) == nullptr) continue;
    PURSER_ASSIGN(auto line, line_of(asset, known, book, taken_over, telling, lost));
    if (line) lines.push_back(*std::move(line));
  }
  return lines;
}

}  // namespace purser::cli
