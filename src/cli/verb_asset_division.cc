// purser asset split | merge: one machine becomes two, two become one.
#include <fmt/format.h>

#include "books/books.h"
#include "cli/asset_words.h"
#include "cli/database.h"
#include "cli/disposal_words.h"
#include "cli/division.h"
#include "cli/entry_listing.h"
#include "cli/event_answer.h"
#include "cli/verbs.h"

namespace purser::cli {
namespace {

using books::Applied;
using books::Asset;
using books::Book;
using books::Division;
using money::Money;

// Digits, up to nine of them.
Result<std::int64_t> parse_count(std::string_view digits, std::string_view text) {
  std::int64_t count = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9' || digits.size() > 9) {
      count = -1;
      break;
    }
    count = count * 10 + (digit - '0');
  }
  if (!digits.empty() && count >= 0) return count;
  return fail(ErrorCode::kInvalidInput, fmt::format("'{}' is no share; write 1/8 or 12.5%", text));
}

Result<ShareWords> parse_percent(std::string_view number, std::string_view text) {
  const std::size_t point = number.find('.');
  const std::string_view decimals =
      point == std::string_view::npos ? std::string_view() : number.substr(point + 1);
  std::int64_t whole = 100;
  for (std::size_t i = 0; i < decimals.size() && i < 9; ++i) whole *= 10;
  const std::string digits = std::string(number.substr(0, point)).append(decimals);
  PURSER_ASSIGN(const std::int64_t part, parse_count(digits, text));
  return ShareWords{part, whole};
}

Result<ShareWords> parse_fraction(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view whole =
      slash == std::string_view::npos ? std::string_view() : text.substr(slash + 1);
  PURSER_ASSIGN(const std::int64_t part, parse_count(text.substr(0, slash), text));
  PURSER_ASSIGN(const std::int64_t of, parse_count(whole, text));
  return ShareWords{part, of};
}

Result<Division> division_from(const Arguments& arguments) {
  for (const std::string_view needed : {"--share", "--part"}) {
    if (arguments.has(needed)) continue;
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} is missing: a part has a share and a name", needed));
  }
  const auto share = parse_share(arguments.text("--share"));
  if (!share) return fail(Error(share.error()).in("--share"));
  PURSER_ASSIGN(const auto on, arguments.date("--on"));
  return Division{std::string(arguments.positional("NAME")),
                  std::string(arguments.text("--part")),
                  on.value_or(Date{}),
                  share->part,
                  share->whole,
                  std::string(arguments.text("--document"))};
}

std::string counts_from(const books::Event& event) {
  if (event.on == event.effective) return {};
  return fmt::format(", which is closed: it counts from {}", format(event.effective));
}

// "USD 1,500.00 of cost, USD 218.75 of it worn off"
std::string portion_text(const Asset& asset, const std::vector<books::Portion>& portions) {
  Money cost = Money::zero(asset.currency());
  Money off = cost;
  for (const books::Portion& portion : portions) {
    if (portion.book != Book::kFinancial) continue;
    cost = Money(cost.minor() + portion.cost, asset.currency());
    off = Money(off.minor() + portion.accumulated + portion.deducted + portion.impaired,
                asset.currency());
  }
  return fmt::format("{} of cost, {} of it written off", format(cost), format(off));
}

Result<int> run_split(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const Division division, division_from(arguments));
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  books::Books books(database, context.clock(), context.who());
  const books::Effect effect = effect_of(arguments);
  EntryListing listing(context, EntryListing::Extent::kAll);
  PURSER_ASSIGN(
      const Applied applied,
      books.split(division, effect, [&](const books::Entry& entry) { listing.add(entry); }));
  PURSER_ASSIGN(const NextMonth next, next_month(books, applied));
  const std::string sentence = fmt::format(
      "'{}' {} split off '{}' on {}{}: {}.", division.part,
      effect == books::Effect::kWrite ? "was" : "would be", division.asset,
      format(applied.event.on), counts_from(applied.event),
      portion_text(applied.before, std::get<books::Split>(applied.event.what).portions));
  PURSER_TRY(print_event(context, sentence, applied, next, listing, effect));
  return 0;
}

Result<int> run_merge(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const auto on, arguments.date("--on"));
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  books::Books books(database, context.clock(), context.who());
  const books::Effect effect = effect_of(arguments);
  EntryListing listing(context, EntryListing::Extent::kAll);
  PURSER_ASSIGN(
      const Applied applied,
      books.merge(
          arguments.positional("NAME"), arguments.text("--into"), on.value_or(Date{}), effect,
          [&](const books::Entry& entry) { listing.add(entry); }, arguments.text("--document")));
  PURSER_ASSIGN(const NextMonth next, next_month(books, applied));
  const auto& merge = std::get<books::Merge>(applied.event.what);
  const std::string sentence =
      fmt::format("'{}' {} a part of '{}' on {}{}: {}.", merge.merged,
                  effect == books::Effect::kWrite ? "became" : "would become", applied.event.asset,
                  format(applied.event.on), counts_from(applied.event),
                  portion_text(applied.after, merge.portions));
  PURSER_TRY(print_event(context, sentence, applied, next, listing, effect));
  return 0;
}

}  // namespace

Result<ShareWords> parse_share(std::string_view text) {
  PURSER_ASSIGN(const ShareWords share, text.ends_with('%')
                                            ? parse_percent(text.substr(0, text.size() - 1), text)
                                            : parse_fraction(text));
  if (share.part > 0 && share.part < share.whole) return share;
  return fail(
      ErrorCode::kInvalidInput,
      fmt::format("'{}' is no part; give one between nothing and all of it, such as 1/8", text));
}

Result<int> dispose_part(Context& context, const Arguments& arguments,
                         const books::Disposal& disposal, std::string_view done) {
  PURSER_ASSIGN(const Division division, division_from(arguments));
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  books::Books books(database, context.clock(), context.who());
  const books::Effect effect = effect_of(arguments);
  EntryListing listing(context, EntryListing::Extent::kAll);
  PURSER_ASSIGN(const Applied applied,
                books.dispose_part(division, disposal, effect,
                                   [&](const books::Entry& entry) { listing.add(entry); }));
  PURSER_ASSIGN(const NextMonth next, next_month(books, applied));
  PURSER_ASSIGN(const std::string outcome, outcome_text(applied.after, applied.event));
  const std::string sentence =
      fmt::format("{} of '{}', as '{}', {} {} on {}{}.", arguments.text("--share"), division.asset,
                  division.part, effect == books::Effect::kWrite ? "was" : "would be", done,
                  format(applied.event.on), outcome);
  std::optional<Rest> rest;
  if (applied.other) {
    PURSER_ASSIGN(const MonthAhead ahead,
                  month_ahead(books, *applied.other, applied.event.effective));
    rest = Rest{applied.other->name, ahead};
  }
  PURSER_TRY(print_event(context, sentence, applied, next, listing, effect, rest));
  return 0;
}

void add_asset_division_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "asset split",
       .summary = "make a part of a machine a machine of its own",
       .details =
           "The part takes its share of cost and of all that was written off, in every book,\n"
           "and goes on with the same terms; nothing is gained or lost. Contracts and watts\n"
           "stay with the whole.\n\n"
           "  purser asset split server --share 1/8 --part gpu-7 --on 2026-11-01",
       .positionals = {{"NAME", "which"}},
       .options = {{"--on", "DATE", "when", {}, true},
                   {"--share", "SHARE", "how much of it: 1/8 or 12.5%", {}, true},
                   {"--part", "NAME", "what to call that share", {}, true},
                   kDocument,
                   kDryRun},
       .run = run_split});
  verbs.push_back({.name = "asset merge",
                   .summary = "make a machine a part of another one that wears off alike",
                   .details = "  purser asset merge gpu-7 --into server --on 2026-11-01",
                   .positionals = {{"NAME", "which"}},
                   .options = {{"--on", "DATE", "when", {}, true},
                               {"--into", "NAME", "what it becomes a part of", {}, true},
                               kDocument,
                               kDryRun},
                   .run = run_merge});
}

}  // namespace purser::cli
