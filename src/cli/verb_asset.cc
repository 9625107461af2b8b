// purser asset add | list | show: machines, and what they are worth.
#include <algorithm>

#include <fmt/format.h>

#include "books/additions.h"
#include "books/books.h"
#include "books/disposal.h"
#include "books/purchase.h"
#include "cli/asset_words.h"
#include "cli/books_option.h"
#include "cli/database.h"
#include "cli/entry_listing.h"
#include "cli/json_list.h"
#include "cli/late_words.h"
#include "cli/posted_again.h"
#include "cli/purchase_answer.h"
#include "cli/tax_years.h"
#include "cli/units_used.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using books::Asset;
using books::Book;
using books::Terms;
using money::Money;
using report::Align;
using report::Json;
using report::Table;
using report::TableStyle;

std::string watts_text(Watts power) {
  return power.milli % 1000 == 0 ? fmt::format("{} W", power.milli / 1000)
                                 : fmt::format("{:.3f} W", static_cast<double>(power.milli) / 1000);
}

Json json_or_null(const std::string& name) { return name.empty() ? Json() : Json(name); }

// Since when it is gone, and how: "scrapped", "sold", "merged into 'rack'". None while it is here.
struct Gone {
  Date on{};
  std::string how;
};
std::optional<Gone> gone_by(const Asset& asset, Date day) {
  const auto& left = asset.terms.disposed;
  if (!left || *left > day) return std::nullopt;
  Gone gone{.on = *left, .how = {}};
  for (const books::Event& event : asset.events) {
    if (event.effective > day) continue;
    if (const auto* disposal = std::get_if<books::Disposal>(&event.what)) {
      gone.how = books::name(books::leaving_of(*disposal));
    } else if (const auto* merged = std::get_if<books::Merged>(&event.what)) {
      gone.how = fmt::format("merged into '{}'", merged->into);
    }
  }
  return gone;
}

// As it stands in one book, and in the world on that day.
Json json_of(const Asset& asset, Book book, const Terms& terms, Date day) {
  const books::Placement placement =
      books::placement_on(asset, std::max(day, asset.terms.in_service));
  const auto* macrs = std::get_if<books::Macrs>(&terms.method);
  Json json = Json::object();
  json.set("name", asset.name)
      .set("class", asset.asset_class)
      .set("serial", json_or_null(placement.serial))
      .set("site", json_or_null(placement.site))
      .set("cost_centre", json_or_null(placement.cost_centre))
      .set("node", json_or_null(placement.node))
      .set("paused", placement.paused)
      .set("book", books::name(book))
      .set("cost", terms.cost)
      .set("salvage", salvage_of(terms))
      .set("life", format(terms.life))
      .set("in_service", terms.in_service)
      .set("method", books::name(terms.method))
      .set("convention", books::name(terms.convention));
  if (macrs != nullptr && macrs->section_179) json.set("section_179", *macrs->section_179);
  if (macrs != nullptr && macrs->bonus_basis_points != 0) {
    json.set("bonus_percent", static_cast<double>(macrs->bonus_basis_points) / 100);
  }
  if (asset.takeover) json.set("taken_over", asset.takeover->on);
  if (asset.entered) json.set("effective", *asset.entered);
  if (terms.disposed) json.set("disposed", *terms.disposed);
  if (const auto gone = gone_by(asset, day)) json.set("left", gone->how);
  json.set("idle_watts", static_cast<double>(placement.idle_watts.milli) / 1000)
      .set("load_watts", static_cast<double>(placement.load_watts.milli) / 1000)
      .set("maintenance_per_year", asset.maintenance_per_year)
      .set("space_per_month", asset.space_per_month);
  return json;
}

Status refuse_unknown(const Asset& asset, Book book) {
  if (asset.terms_in(book) != nullptr) return {};
  return fail(ErrorCode::kNotFound,
              fmt::format("'{0}' does not stand in the {1} book; add it: purser asset add {0} "
                          "--book {1} --method …",
                          asset.name, books::name(book)));
}

struct Worth {
  Money accumulated;  // what was deducted at once included
  Money book_value;
  Money impaired;  // accumulated impairment
  Money surplus;   // of revaluations
};
// It must stand in that book. Once disposed of it is worth nothing and has nothing accumulated.
Result<Worth> worth_on(const Asset& asset, Book book, Date date) {
  PURSER_ASSIGN(const books::Course course, asset.course(book));
  PURSER_ASSIGN(const Money book_value, course.book_value(date));
  const auto disposed = course.disposed();
  if (disposed && *disposed <= date) {
    return Worth{book_value, book_value, book_value, book_value};
  }
  const books::Balances balances = course.balances(date);
  const auto money = [&](std::int64_t minor) { return Money(minor, asset.currency()); };
  return Worth{money(balances.cost - balances.impaired - book_value.minor()), book_value,
               money(balances.impaired), money(balances.surplus)};
}
// As it stands on `date`, with what was capitalised and estimated by then.
Result<Terms> terms_on(const Asset& asset, Book book, Date date) {
  PURSER_ASSIGN(const books::Course course, asset.course(book));
  const Date day = std::max(date, course.terms(date).in_service);
  Terms terms = course.terms(day);
  terms.cost = course.cost(day);
  return terms;
}

// --- add -----------------------------------------------------------------------------------------

struct Added {
  Asset asset;
  std::vector<books::RuledYear> ruled;
  std::vector<books::PostedAgain> again;
  std::optional<Asset> before = std::nullopt;  // one that joins a further book
  // When the tax years of its book's MACRS begin, if its own are others.
  std::optional<books::FiscalYearStart> other_year = std::nullopt;
  std::optional<Money> ignored_salvage = std::nullopt;
  // The workspace counts in another currency, and nothing else in the books is in this one.
  bool opens_currency = false;
};

std::string currency_text(const Added& added, money::Currency ours) {
  if (!added.opens_currency) return {};
  return fmt::format(
      "It is the first in {0}, and this workspace counts in {1}: its hours are priced in {0}, and "
      "on "
      "no bill with the others. What was paid abroad out of {1} is added with --rate '{1} AMOUNT'; "
      "if that was meant: purser asset undo {2}\n",
      added.asset.currency().code(), ours.code(), added.asset.name);
}

std::string other_year_text(const Added& added, Book book) {
  if (!added.other_year) return {};
  return fmt::format(
      "The macrs property of the {} book has years from {} on, and this has years from {}: a "
      "taxpayer has one tax year (26 USC 441). If that was not meant: purser asset undo {}\n",
      books::name(book), format(*added.other_year), format(added.asset.terms_in(book)->fiscal_year),
      added.asset.name);
}

// `bought`: null for an asset that is known and joins a further book.
Status print_added(const Context& context, const Added& added, const NewAsset* bought, Book book,
                   books::Effect effect, money::Currency ours) {
  const Asset& asset = added.asset;
  const bool written = effect == books::Effect::kWrite;
  const auto paid = bought != nullptr ? bought->paid : std::nullopt;
  PURSER_ASSIGN(const books::Course course, asset.course(book));
  Terms terms = *asset.terms_in(book);
  terms.convention = course.terms(course.charged().end).convention;
  if (context.json()) {
    Json json = json_of(asset, book, terms, terms.in_service);
    if (paid) json.set("paid", paid->amount).set("rate", paid->rate.text());
    if (bought != nullptr) json.set("document", json_or_null(bought->document));
    PURSER_ASSIGN(const auto caught_up, caught_up_of(asset));
    if (caught_up && book == Book::kFinancial) json.set("caught_up", *caught_up);
    if (added.ignored_salvage) json.set("ignored_salvage", *added.ignored_salvage);
    json.set("written", written);
    if (added.opens_currency) json.set("opens_currency", asset.currency().code());
    if (added.other_year) json.set("other_tax_year", format(*added.other_year));
    if (!added.ruled.empty()) json.set("tax_years", ruled_json(added.ruled));
    if (added.before) add_readings_changed(json, *added.before, asset);
    if (!added.again.empty()) json.set("posted_again", posted_again_json(added.again));
    return print(json.text() + "\n");
  }
  PURSER_ASSIGN(const std::string wears_off, wearing_off(terms));
  std::string late;
  if (book == Book::kFinancial) {
    PURSER_ASSIGN(late, late_text(asset, effect));
    if (!late.empty()) {
      late += "What was charged elsewhere is taken over: --taken-over DATE --accumulated AMOUNT.\n";
    }
  }
  return print(fmt::format(
      "{} '{}'{}: {}{}, {}.\n{}{}{}{}{}{}{}", written ? "Added" : "Would add", asset.name,
      book == Book::kFinancial ? "" : fmt::format(" to the {} book", books::name(book)),
      format(terms.cost), paid ? fmt::format(" ({})", format(*paid)) : "", wears_off, late,
      ignored_text(added.ignored_salvage), currency_text(added, ours), other_year_text(added, book),
      ruled_text(added.ruled, effect),
      added.before ? readings_changed_text(*added.before, asset, effect) : "",
      posted_again_text(added.again, asset.name, effect)));
}

// Adds by `add`, or only says what would come of it; as it stands in the books then.
template <class Add>
Result<Added> added(books::Books& books, std::string_view name, books::Effect effect, Add add) {
  PURSER_ASSIGN(books::Additions additions, books.begin_additions());
  PURSER_TRY(add(additions));
  PURSER_ASSIGN(std::vector<books::RuledYear> ruled, additions.settle());
  PURSER_ASSIGN(Asset asset, additions.asset(name));
  if (effect == books::Effect::kWrite) PURSER_TRY(additions.commit());
  return Added{std::move(asset), std::move(ruled), additions.posted_again()};
}

// An asset that is known gets terms in one more book. What it cost and since when it is in service
// need not be said again.
Result<int> add_to_book(Context& context, const Arguments& arguments, Book book) {
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  books::Books books(database, context.clock(), context.who());
  const std::string_view name = arguments.positional("NAME");
  const auto found = books.asset(name);
  if (!found && found.error().code() == ErrorCode::kNotFound && arguments.has("--cost")) {
    return fail(ErrorCode::kNotFound,
                fmt::format("{}; the financial book comes first: add it without --book, then with "
                            "--book {} and what differs there",
                            found.error().message(), books::name(book)));
  }
  PURSER_TRY(found);
  const Asset& asset = *found;
  const books::Effect effect = effect_of(arguments);
  std::optional<books::FiscalYearStart> other_year;
  std::optional<Money> ignored;
  const auto add = [&](books::Additions& additions) -> Status {
    PURSER_ASSIGN(const NewMemo one, memo_from(book, words_of(arguments), asset, additions));
    other_year = one.other_year;
    ignored = one.ignored_salvage;
    return additions.add_to_book(name, one.memo);
  };
  PURSER_ASSIGN(Added both, added(books, name, effect, add));
  both.other_year = other_year;
  both.ignored_salvage = ignored;
  both.before = asset;
  PURSER_TRY(print_added(context, both, nullptr, book, effect, workspace.currency()));
  return 0;
}

Result<int> run_add(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const auto asked, book_asked_for(arguments));
  const Book book = asked.value_or(Book::kFinancial);
  if (book != Book::kFinancial) return add_to_book(context, arguments, book);
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(const NewAsset bought,
                asset_from(arguments.positional("NAME"), words_of(arguments)));
  PURSER_ASSIGN(auto database, open_database(workspace, store::IfMissing::kCreate));
  books::Books books(database, context.clock(), context.who());
  const books::Effect effect = effect_of(arguments);
  bool opens_currency = false;
  const auto add = [&](books::Additions& additions) -> Status {
    if (bought.asset.currency() != workspace.currency()) {
      PURSER_ASSIGN(const bool known, additions.knows(bought.asset.currency()));
      opens_currency = !known;
    }
    return additions.add_asset(bought.asset, bought.paid, bought.document);
  };
  PURSER_ASSIGN(Added one, added(books, bought.asset.name, effect, add));
  one.opens_currency = opens_currency;
  one.ignored_salvage = bought.ignored_salvage;
  PURSER_TRY(print_added(context, one, &bought, Book::kFinancial, effect, workspace.currency()));
  return 0;
}

// --- list, show ----------------------------------------------------------------------------------

// What every machine has, and where any has one: its serial number, cost centre and node.
class Listing {
 public:
  explicit Listing(Date today) : today_(today) {}

  void add(const Asset& asset, const Terms& terms, const Worth& worth) {
    const books::Placement placement = books::placement_on(asset, today_);
    const auto gone = gone_by(asset, today_);
    add_row(asset.name, placement,
            {format(terms.in_service) + (placement.paused ? ", paused" : ""), format(terms.life),
             format(terms.cost), format(worth.book_value),
             gone ? fmt::format("{}, {}", format(gone->on), gone->how) : "-"});
  }
  void add(const books::Purchase& purchase) {
    books::Placement placement;
    placement.serial = purchase.serial();
    add_row(purchase.asset, placement,
            {state_text(purchase), "-", format(known_cost(purchase)), "-", "-"});
  }
  Status print_all() const { return table_.render(TableStyle::for_stdout(), print); }

 private:
  void add_row(const std::string& name, const books::Placement& placement,
               const std::vector<std::string>& rest) {
    const auto or_dash = [](const std::string& text) { return text.empty() ? "-" : text; };
    std::vector<std::string> cells{name, or_dash(placement.serial), or_dash(placement.site),
                                   or_dash(placement.cost_centre), or_dash(placement.node)};
    cells.insert(cells.end(), rest.begin(), rest.end());
    table_.add_row(std::move(cells));
  }

  Date today_;
  Table table_{{{"asset"},
                {"serial", Align::kLeft, report::Overflow::kDrop, true},
                {"site"},
                {"cost centre", Align::kLeft, report::Overflow::kDrop, true},
                {"node", Align::kLeft, report::Overflow::kDrop, true},
                {"in service"},
                {"life", Align::kRight},
                {"cost", Align::kDecimal},
                {"book value", Align::kDecimal},
                {"left", Align::kLeft, report::Overflow::kWrap, true}}};
};

Result<int> run_list(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const auto asked, book_asked_for(arguments));
  const Book book = asked.value_or(Book::kFinancial);
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  const books::Books books(database, context.clock());
  PURSER_ASSIGN(const auto pending, books::Purchases(database, context.clock()).pending());
  const Date today = date_of(context.clock().now());
  JsonList list(Json::object().set("date", today), "assets");
  Listing listing(today);
  bool any = !pending.empty();
  PURSER_TRY(books.each_asset([&](const Asset& asset) -> Status {
    any = true;
    if (asset.terms_in(book) == nullptr) return {};
    if (asset.takeover && asset.begins() > today) return {};  // its whole has it until then
    PURSER_ASSIGN(const Terms terms, terms_on(asset, book, today));
    PURSER_ASSIGN(const Worth worth, worth_on(asset, book, today));
    if (!context.json()) {
      listing.add(asset, terms, worth);
      return {};
    }
    Json json = json_of(asset, book, terms, today);
    return list.push(json.set("book_value", worth.book_value));
  }));
  Json bought = Json::array();
  for (const books::Purchase& purchase : pending) {
    bought.push(purchase_json(purchase));
    if (book == Book::kFinancial) listing.add(purchase);
  }
  if (context.json()) {
    PURSER_TRY(list.finish(Json::object().set("pending", bought)));
  } else if (!any) {
    PURSER_TRY(print("No assets yet; add one: purser asset add --help\n"));
  } else {
    PURSER_TRY(listing.print_all());
  }
  return 0;
}

std::string contract_text(const std::optional<Money>& amount, std::string_view per) {
  return amount ? fmt::format("{} a {}", format(*amount), per) : "none";
}

std::string wear_text(const Terms& terms) {
  std::string text = fmt::format("{}, {}, {}", span_text(terms), books::name(terms.method),
                                 books::name(terms.convention));
  const Money at_once = books::deducted_at_once(terms);
  if (!at_once.is_zero()) text += fmt::format(", {} at once", format(at_once));
  return text;
}

// Where it came from, in the middle of its life.
std::string takeover_text(const Asset& asset, Date on) {
  std::string from = "other books";
  for (const books::Event& event : asset.events) {
    const auto* const opening = std::get_if<books::Opening>(&event.what);
    if (opening != nullptr && !opening->part_of.empty()) {
      from = fmt::format("'{}', of which it was a part", opening->part_of);
    }
  }
  return fmt::format("on {} from {}", format(on), from);
}

// What it is, and what it is worth in this book.
Table facts_of(const Asset& asset, Book book, const Terms& terms, const Worth& worth, Date today) {
  Table facts({{""}, {"", Align::kLeft, report::Overflow::kWrap}});
  facts.add_row({"asset", asset.name});
  facts.add_row({"class", asset.asset_class});
  const books::Placement placement = books::placement_on(asset, today);
  if (!placement.serial.empty()) facts.add_row({"serial number", placement.serial});
  facts.add_row({"site", placement.site.empty() ? "none" : placement.site});
  if (!placement.cost_centre.empty()) facts.add_row({"cost centre", placement.cost_centre});
  if (!placement.node.empty()) facts.add_row({"node", placement.node});
  if (placement.paused) facts.add_row({"paused", "out of use; what it is charged goes on"});
  facts.add_row(
      {"cost", fmt::format("{}, salvage {}", format(terms.cost), format(salvage_of(terms)))});
  facts.add_row({"wears off", wear_text(terms)});
  if (const std::string text = convention_text(asset, book); !text.empty()) {
    facts.add_row({"convention", text});
  }
  if (asset.takeover) facts.add_row({"taken over", takeover_text(asset, asset.takeover->on)});
  if (asset.entered) {
    facts.add_row(
        {"told", fmt::format("when {} was closed; in the books from {} on",
                             format(month_of(asset.terms.in_service)), format(*asset.entered))});
  }
  if (const auto gone = gone_by(asset, today)) {
    facts.add_row({"left", fmt::format("{}, {}", format(gone->on), gone->how)});
  } else if (terms.disposed) {
    facts.add_row({"leaves", format(*terms.disposed)});
  }
  facts.add_row({"book value", fmt::format("{} on {}, {} accumulated", format(worth.book_value),
                                           format(today), format(worth.accumulated))});
  if (!worth.impaired.is_zero()) facts.add_row({"impaired", "by " + format(worth.impaired)});
  if (!worth.surplus.is_zero()) {
    facts.add_row({"revalued", format(worth.surplus) + " of surplus in equity"});
  }
  return facts;
}

// A memo book holds what the asset loses, and no other cost.
Result<int> show_memo(Context& context, const Asset& asset, Book book) {
  PURSER_TRY(refuse_unknown(asset, book));
  const Date today = date_of(context.clock().now());
  PURSER_ASSIGN(const Terms terms, terms_on(asset, book, today));
  PURSER_ASSIGN(const Worth worth, worth_on(asset, book, today));
  if (context.json()) {
    Json json = json_of(asset, book, terms, today);
    json.set("date", today)
        .set("accumulated_depreciation", worth.accumulated)
        .set("accumulated_impairment", worth.impaired)
        .set("revaluation_surplus", worth.surplus)
        .set("book_value", worth.book_value);
    PURSER_TRY(print(json.text() + "\n"));
    return 0;
  }
  Table facts = facts_of(asset, book, terms, worth, today);
  facts.add_row({"book", std::string(books::name(book))});
  PURSER_TRY(print(facts.render(TableStyle::for_stdout())));
  return 0;
}

// One that was ordered or acquired, and is not in service yet.
Result<int> show_pending(const Context& context, const books::Purchase& purchase) {
  if (context.json()) {
    PURSER_TRY(print(purchase_json(purchase).text() + "\n"));
    return 0;
  }
  Table facts({{""}, {"", Align::kLeft, report::Overflow::kWrap}});
  facts.add_row({"asset", purchase.asset});
  facts.add_row({"class", purchase.asset_class});
  if (!purchase.serial().empty()) {
    facts.add_row({"serial number", std::string(purchase.serial())});
  }
  facts.add_row({"state", state_text(purchase)});
  if (purchase.step(books::StepKind::kCosts) != nullptr) {
    facts.add_row({"cost", format(purchase.cost())});
  }
  add_steps(facts, purchase);
  PURSER_TRY(print(facts.render(TableStyle::for_stdout())));
  return 0;
}

bool is_pending(const std::optional<books::Purchase>& purchase) {
  return purchase && purchase->step(books::StepKind::kPlacing) == nullptr &&
         purchase->step(books::StepKind::kAddition) == nullptr;
}

Result<int> run_show(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const auto asked, book_asked_for(arguments));
  const Book book = asked.value_or(Book::kFinancial);
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  const books::Books books(database, context.clock());
  const std::string_view name = arguments.positional("NAME");
  PURSER_ASSIGN(const auto purchase, books::Purchases(database, context.clock()).purchase(name));
  if (is_pending(purchase)) return show_pending(context, *purchase);
  PURSER_ASSIGN(const Asset asset, books.asset(name));
  if (book != Book::kFinancial) return show_memo(context, asset, book);
  const Date today = date_of(context.clock().now());
  const Month month = month_of(today);
  PURSER_ASSIGN(const Terms terms, terms_on(asset, book, today));
  PURSER_ASSIGN(const Worth worth, worth_on(asset, book, today));
  PURSER_ASSIGN(const books::PeriodParts parts, books.parts_of(asset, month));
  if (context.json()) {
    Json costs = Json::object();
    for (const books::Kind kind : books::kKinds) {
      Json part = Json::object();
      part.set("amount", parts.part(kind).amount).set("formula", parts.part(kind).formula);
      costs.set(books::name(kind), part);
    }
    Json json = json_of(asset, book, terms, today);
    json.set("date", today)
        .set("accumulated_depreciation", worth.accumulated)
        .set("accumulated_impairment", worth.impaired)
        .set("revaluation_surplus", worth.surplus)
        .set("book_value", worth.book_value)
        .set("month", format(month))
        .set("posted", parts.posted)
        .set("costs", costs)
        .set("purchase", purchase ? purchase_json(*purchase) : Json());
    PURSER_TRY(print(json.text() + "\n"));
    return 0;
  }
  Table facts = facts_of(asset, book, terms, worth, today);
  if (purchase) add_steps(facts, *purchase);
  const books::Placement placement = books::placement_on(asset, today);
  facts.add_row(
      {"power", placement.load_watts.milli == 0
                    ? std::string("unknown")
                    : fmt::format("{} idle, {} under load", watts_text(placement.idle_watts),
                                  watts_text(placement.load_watts))});
  facts.add_row({"maintenance", contract_text(asset.maintenance_per_year, "year")});
  facts.add_row({"space", contract_text(asset.space_per_month, "month")});
  Table costs({{fmt::format("{} ({})", format(month), parts.posted ? "posted" : "forecast")},
               {"amount", Align::kDecimal},
               {"formula", Align::kLeft, report::Overflow::kWrap}});
  for (const books::Kind kind : books::kKinds) {
    const books::Part& part = parts.part(kind);
    costs.add_row({std::string(books::name(kind)), format(part.amount), part.formula});
  }
  const TableStyle style = TableStyle::for_stdout();
  PURSER_TRY(print(facts.render(style) + "\n" + costs.render(style)));
  return 0;
}

}  // namespace

void add_asset_verbs(std::vector<Verb>& verbs) {
  std::vector<Option> add_options = asset_options();
  add_options.push_back({"--dry-run", "", "say what would be added, and add nothing"});
  verbs.push_back({.name = "asset add",
                   .summary = "add a machine to the books, with what it cost and how it wears off",
                   .details =
                       "  purser asset add server --site home --cost 'USD 12,000.00' \\\n"
                       "    --salvage 'USD 1,500.00' --life 48mo --in-service 2026-02-15 \\\n"
                       "    --idle-watts 90 --load-watts 250 --maintenance 'USD 600/y'\n"
                       "  purser asset add server --book tax --method macrs:5 --bonus 20%\n\n"
                       "What was paid in a foreign currency comes in at the rate of that day:\n\n"
                       "  purser asset add node-6 --cost 'EUR 10,000.00' --rate 'USD 1.0842' \\\n"
                       "    --life 48mo --in-service 2026-11-02\n\n"
                       "A purchase in steps: purser asset order, acquire and place.",
                   .positionals = {{"NAME", "what to call it: letters, digits, '-', '_' and '.'"}},
                   .options = std::move(add_options),
                   .run = run_add});
  verbs.push_back({.name = "asset list",
                   .summary = "all machines, with what they cost and are worth today",
                   .details =
                       "Those that were sold, scrapped or merged stay listed, with the day and "
                       "how they left.",
                   .positionals = {},
                   .options = {book_option("as they stand in: financial, tax or management")},
                   .run = run_list});
  verbs.push_back({.name = "asset show",
                   .summary = "one machine: its terms, its worth, and what this month costs",
                   .details = "",
                   .positionals = {{"NAME", "which"}},
                   .options = {book_option("as it stands in: financial, tax or management")},
                   .run = run_show});
}

}  // namespace purser::cli
