// purser asset order | acquire | place: how machines come into the books, step by step.
#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "books/purchase.h"
#include "cli/asset_words.h"
#include "cli/database.h"
#include "cli/event_answer.h"
#include "cli/foreign.h"
#include "cli/late_words.h"
#include "cli/posted_again.h"
#include "cli/purchase_answer.h"
#include "cli/tax_years.h"
#include "cli/verbs.h"

namespace purser::cli {
namespace {

using books::Asset;
using books::CostKind;
using books::Purchase;
using books::PurchaseCost;
using books::Purchases;
using books::PurchaseStep;
using money::Money;
using report::Json;

Result<Date> day_of(const Arguments& arguments) {
  PURSER_ASSIGN(const auto on, arguments.date("--on"));
  if (on) return *on;
  return fail(ErrorCode::kInvalidInput, "--on is missing");
}

std::string vendor_text(std::string_view vendor) {
  return vendor.empty() ? std::string() : fmt::format(" from {}", vendor);
}

// --- order ---------------------------------------------------------------------------------------

Result<int> run_order(Context& context, const Arguments& arguments) {
  books::Order order{.asset = std::string(arguments.positional("NAME")),
                     .on = {},
                     .cost = Money::zero(money::usd()),
                     .vendor = std::string(arguments.text("--from")),
                     .asset_class = std::string(arguments.text_or("--class", books::kDefaultClass)),
                     .serial = std::string(arguments.text("--serial")),
                     .document = std::string(arguments.text("--document"))};
  PURSER_ASSIGN(order.on, day_of(arguments));
  PURSER_ASSIGN(const auto cost, arguments.money("--cost"));
  if (!cost) return fail(ErrorCode::kInvalidInput, "--cost is missing");
  order.cost = *cost;
  PURSER_ASSIGN(order.expected, arguments.date("--expected"));
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace, store::IfMissing::kCreate));
  const books::Effect effect = effect_of(arguments);
  const bool written = effect == books::Effect::kWrite;
  PURSER_ASSIGN(const PurchaseStep step,
                Purchases(database, context.clock(), context.who()).order(order, effect));
  if (context.json()) {
    Json json = purchase_json(Purchase{.asset = order.asset,
                                       .asset_class = order.asset_class,
                                       .currency = order.cost.currency(),
                                       .steps = {step}});
    PURSER_TRY(print(json.set("written", written).text() + "\n"));
    return 0;
  }
  PURSER_TRY(print(
      fmt::format("{} '{}'{} for {}{}. Nothing is posted before it is acquired.\n",
                  written ? "Ordered" : "Would order", order.asset, vendor_text(order.vendor),
                  format(order.cost),
                  order.expected ? fmt::format(", expected on {}", format(*order.expected)) : "")));
  return 0;
}

// --- acquire -------------------------------------------------------------------------------------

Result<std::vector<PurchaseCost>> costs_of(const Arguments& arguments) {
  struct CostFlag {
    std::string_view flag;
    CostKind kind;
  };
  constexpr std::array<CostFlag, 3> kFlags{{{"--cost", CostKind::kPrice},
                                            {"--freight", CostKind::kFreight},
                                            {"--installation", CostKind::kInstallation}}};
  PURSER_ASSIGN(Converter converter, Converter::from(words_of(arguments)));
  std::vector<PurchaseCost> costs;
  for (const auto& [flag, kind] : kFlags) {
    PURSER_ASSIGN(const auto amount, arguments.money(flag));
    if (!amount) continue;
    auto given = converter.convert(*amount);
    if (!given) return fail(std::move(given).error().in(flag));
    costs.push_back({kind, given->amount, given->paid});
  }
  PURSER_TRY(converter.finish());
  if (!costs.empty()) return costs;
  return fail(ErrorCode::kInvalidInput,
              "say what it cost: --cost AMOUNT, --freight AMOUNT or --installation AMOUNT");
}

// "USD 10,842.00 (EUR 10,000.00 at USD 1.0842) and USD 300.00 of freight"
std::string costs_text(const PurchaseStep& step) {
  std::vector<std::string> parts;
  for (const PurchaseCost& cost : step.costs) {
    parts.push_back(format(cost.amount));
    if (cost.kind != CostKind::kPrice) parts.back() += fmt::format(" of {}", name(cost.kind));
    if (cost.paid) parts.back() += fmt::format(" ({})", format(*cost.paid));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

Result<int> run_acquire(Context& context, const Arguments& arguments) {
  books::Acquisition acquisition{.asset = std::string(arguments.positional("NAME")),
                                 .on = {},
                                 .costs = {},
                                 .vendor = std::string(arguments.text("--from")),
                                 .serial = std::string(arguments.text("--serial")),
                                 .document = std::string(arguments.text("--document"))};
  PURSER_ASSIGN(acquisition.on, day_of(arguments));
  PURSER_ASSIGN(acquisition.costs, costs_of(arguments));
  if (arguments.has("--class")) acquisition.asset_class = arguments.text("--class");
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace, store::IfMissing::kCreate));
  const books::Effect effect = effect_of(arguments);
  const bool written = effect == books::Effect::kWrite;
  EntryListing listing(context, EntryListing::Extent::kAll);
  PURSER_ASSIGN(
      const books::PurchaseAnswer answer,
      Purchases(database, context.clock(), context.who())
          .acquire(acquisition, effect, [&](const books::Entry& entry) { listing.add(entry); }));
  if (context.json()) {
    Json json = purchase_json(answer.purchase);
    json.set("written", written).set("entries", listing.json());
    PURSER_TRY(print(json.text() + "\n"));
    return 0;
  }
  const PurchaseStep& step = answer.step;
  PURSER_TRY(print(fmt::format(
      "{} '{}'{} on {}{}: {}.\n{} {} in progress until it is placed in service.\n{}",
      written ? "Acquired" : "Would acquire", acquisition.asset, vendor_text(step.vendor),
      format(step.on),
      step.on == step.effective
          ? ""
          : fmt::format(", which is closed, and counts from {}", format(step.effective)),
      costs_text(step), format(answer.purchase.cost()), written ? "are" : "would be",
      listing.text())));
  return 0;
}

// --- place ---------------------------------------------------------------------------------------

// Of the options of `asset add`, those that its purchase has said, or that are of other ways into
// the books.
constexpr std::array<std::string_view, 14> kSaidBefore{
    "--cost",       "--rate",       "--class",       "--book",        "--section-179",
    "--bonus",      "--taken-over", "--accumulated", "--policy",      "--impaired",
    "--unimpaired", "--surplus",    "--lost",        "--year-opening"};

Status print_placed(const Context& context, const books::Placed& placed, const NewAsset& given,
                    const MonthAhead& ahead, const EntryListing& listing, books::Effect effect) {
  const Asset& asset = placed.asset;
  const bool written = effect == books::Effect::kWrite;
  PURSER_ASSIGN(const books::Course course, asset.course(books::Book::kFinancial));
  books::Terms terms = asset.terms;
  terms.convention = course.terms(course.charged().end).convention;
  if (context.json()) {
    Json json = Json::object();
    json.set("name", asset.name)
        .set("class", asset.asset_class)
        .set("serial", asset.serial.empty() ? Json() : Json(asset.serial))
        .set("site", asset.site.empty() ? Json() : Json(asset.site))
        .set("cost", terms.cost)
        .set("salvage", terms.salvage)
        .set("life", format(terms.life))
        .set("in_service", terms.in_service)
        .set("method", books::name(terms.method))
        .set("convention", books::name(terms.convention))
        .set("purchase", purchase_json(placed.purchase))
        .set("month", format(ahead.month))
        .set("charge", ahead.charge)
        .set("per_hour_at_load", ahead.hour ? Json(*ahead.hour) : Json())
        .set("written", written)
        .set("entries", listing.json());
    if (given.ignored_salvage) json.set("ignored_salvage", *given.ignored_salvage);
    PURSER_TRY(set_late(json, asset));
    if (!placed.ruled.empty()) json.set("tax_years", ruled_json(placed.ruled));
    if (!placed.again.empty()) json.set("posted_again", posted_again_json(placed.again));
    return print(json.text() + "\n");
  }
  PURSER_ASSIGN(const std::string wears_off, wearing_off(terms));
  PURSER_ASSIGN(const std::string late, late_text(asset, effect));
  return print(fmt::format("{} '{}' in service: {}, {}.\n{}{}{}{}{}{}",
                           written ? "Placed" : "Would place", asset.name, format(terms.cost),
                           wears_off, ignored_text(given.ignored_salvage), late, text_of(ahead),
                           ruled_text(placed.ruled, effect),
                           posted_again_text(placed.again, asset.name, effect), listing.text()));
}

Result<int> run_place(Context& context, const Arguments& arguments) {
  const std::string name(arguments.positional("NAME"));
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  Purchases purchases(database, context.clock(), context.who());
  PURSER_ASSIGN(const auto purchase, purchases.purchase(name));
  // What cannot be placed, place() says: any cost will do to ask it.
  const std::string cost =
      purchase ? format(purchase->cost()) : format(Money(std::int64_t{1}, money::usd()));
  const Words words = words_of(arguments);
  PURSER_ASSIGN(const NewAsset asset, asset_from(name, {.of =
                                                            [&](std::string_view word) {
                                                              return word == "cost"
                                                                         ? std::string_view(cost)
                                                                         : words.of(word);
                                                            },
                                                        .flags = true}));
  const books::Effect effect = effect_of(arguments);
  EntryListing listing(context, EntryListing::Extent::kAll);
  PURSER_ASSIGN(const books::Placed placed,
                purchases.place(
                    asset.asset, effect, [&](const books::Entry& entry) { listing.add(entry); },
                    asset.document));
  const books::Books books(database, context.clock());
  PURSER_ASSIGN(const MonthAhead ahead, month_ahead(books, placed.asset, placed.asset.begins()));
  PURSER_TRY(print_placed(context, placed, asset, ahead, listing, effect));
  return 0;
}

}  // namespace

void add_asset_purchase_verbs(std::vector<Verb>& verbs) {
  const Option on{"--on", "DATE", "when", {}, true};
  const Option vendor{"--from", "VENDOR", "who sells it"};
  const Option asset_class{"--class", "CLASS", "what the register sums it up with",
                           books::kDefaultClass};
  verbs.push_back(
      {.name = "asset order",
       .summary = "record that a machine was ordered, and what it will cost",
       .details =
           "An order is a promise: nothing is posted, and nothing costs more for it. It stands\n"
           "in asset list, and in asset due when its delivery is. purser asset undo takes it\n"
           "back, and then its name is free.\n\n"
           "  purser asset order node-9 --on 2026-11-02 --cost 'EUR 10,000.00' \\\n"
           "    --expected 2026-12-10 --from ACME",
       .positionals = {{"NAME", "what to call it: letters, digits, '-', '_' and '.'"}},
       .options = {on,
                   {"--cost", "AMOUNT", "what it will cost, in any currency", {}, true},
                   {"--expected", "DATE", "when it will be delivered"},
                   vendor,
                   asset_class,
                   kSerial,
                   kDocument,
                   {"--dry-run", "", "say what would be ordered, and record nothing"}},
       .run = run_order});
  verbs.push_back(
      {.name = "asset acquire",
       .summary = "record what a machine cost that came: its price, freight and installation",
       .details =
           "Of one that was ordered, or of a new one. What it cost is in progress, and wears off\n"
           "from the day on which it is placed in service (purser asset place); until then, give\n"
           "costs that come later in the same way. Cost is what brings it to its place and makes\n"
           "it work, testing included. Training, moving in and administration are none of it.\n\n"
           "What was paid in a foreign currency comes in at the rate of that day, for good.\n\n"
           "  purser asset acquire node-8 --on 2026-11-10 --cost 'EUR 10,000.00' \\\n"
           "    --rate 'USD 1.0842' --freight 'USD 300.00'\n"
           "  purser asset acquire node-8 --on 2026-11-12 --installation 'USD 150.00'",
       .positionals = {{"NAME", "which, or what to call it"}},
       .options = {on,
                   {"--cost", "AMOUNT", "its price"},
                   {"--freight", "AMOUNT", "what bringing it cost, with duties"},
                   {"--installation", "AMOUNT", "what setting it up and testing it cost"},
                   kRate,
                   vendor,
                   asset_class,
                   kSerial,
                   kDocument,
                   kDryRun},
       .run = run_acquire});
  std::vector<Option> options = asset_options();
  std::erase_if(options, [](const Option& option) {
    return std::find(kSaidBefore.begin(), kSaidBefore.end(), option.flag) != kSaidBefore.end();
  });
  options.push_back(kDryRun);
  verbs.push_back(
      {.name = "asset place",
       .summary = "place a machine that was acquired in service: from then on it wears off",
       .details =
           "All that it cost until now passes to the machines in service, and from then on it is\n"
           "one as if purser asset add had been given the sum. It joins other books after that, "
           "by\n"
           "asset add with --book.\n\n"
           "  purser asset place node-7 --in-service 2026-11-15 --life 48mo --salvage 'USD 900'",
       .positionals = {{"NAME", "which"}},
       .options = std::move(options),
       .run = run_place});
}

}  // namespace purser::cli
