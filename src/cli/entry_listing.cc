#include "cli/entry_listing.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

namespace purser::cli {
namespace {

using books::Entry;
using report::Json;

constexpr std::int64_t kShownMax = 1000;

Json json_of(const Entry& entry) {
  Json lines = Json::array();
  for (const books::Line& line : entry.lines) {
    Json json = Json::object();
    json.set("account", line.account).set("amount", line.amount);
    lines.push(json);
  }
  Json json = Json::object();
  json.set("entry", entry.number)
      .set("date", entry.date)
      .set("period", format(entry.period))
      .set("book", entry.book)
      .set("asset", entry.asset)
      .set("event", entry.event)
      .set("revision", entry.revision)
      .set("rule", entry.rule)
      .set("reverses", entry.reverses)
      .set("lines", lines)
      .set("recorded", entry.recorded)
      .set("who", entry.who.empty() ? Json() : Json(entry.who))
      .set("hash", entry.hash);
  return json;
}

std::vector<report::Column> columns(EntryListing::Who who) {
  using report::Align;
  std::vector<report::Column> all{{"entry", Align::kRight},
                                  {"date"},
                                  {"asset"},
                                  {"event"},
                                  {"account"},
                                  {"debit", Align::kDecimal},
                                  {"credit", Align::kDecimal}};
  if (who == EntryListing::Who::kShown) {
    all.push_back({"who", Align::kLeft, report::Overflow::kDrop});
  }
  return all;
}

}  // namespace

EntryListing::EntryListing(const Context& context, Extent extent, Who who)
    : as_json_(context.json()), extent_(extent), who_(who), table_(columns(who)) {}

void EntryListing::add(const Entry& entry) {
  ++count_;
  if (as_json_) {
    json_.push(json_of(entry));
  } else if (extent_ == Extent::kAll || count_ <= kShownMax) {
    add_rows(entry);
  }
}

std::string EntryListing::text() const {
  std::string text = table_.render(report::TableStyle::for_stdout());
  if (extent_ == Extent::kAll || count_ <= kShownMax) return text;
  return text + fmt::format("… and {} more; --json shows them all\n", count_ - kShownMax);
}

void EntryListing::add_rows(const Entry& entry) {
  bool first = true;
  for (const books::Line& line : entry.lines) {
    const bool debit = !line.amount.is_negative();
    const std::string amount = format(debit ? line.amount : -line.amount);
    const bool memo = entry.book != books::name(books::Book::kFinancial);
    const std::string event = memo ? fmt::format("{}: {}", entry.book, entry.event) : entry.event;
    std::vector<std::string> cells{first ? std::to_string(entry.number) : "",
                                   first ? format(entry.date) : "",
                                   first ? entry.asset : "",
                                   first ? event : "",
                                   line.account,
                                   debit ? amount : "",
                                   debit ? "" : amount};
    if (who_ == Who::kShown && first) cells.push_back(entry.who);
    table_.add_row(std::move(cells));
    first = false;
  }
}

std::string entries_text(std::int64_t count) {
  return count == 1 ? "1 entry" : fmt::format("{} entries", count);
}

books::Effect effect_of(const Arguments& arguments) {
  return arguments.has("--dry-run") ? books::Effect::kDryRun : books::Effect::kWrite;
}

Status print_written(const Context& context, std::string_view sentence, const EntryListing& listing,
                     books::Effect effect) {
  if (context.json()) {
    Json json = Json::object();
    json.set("written", effect == books::Effect::kWrite).set("entries", listing.json());
    return print(json.text() + "\n");
  }
  return print(
      fmt::format("{}\n{}", sentence, listing.count() == 0 ? std::string() : listing.text()));
}

}  // namespace purser::cli
