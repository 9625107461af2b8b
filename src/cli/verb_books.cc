// purser books post | close | reverse | journal | verify: the ledger, month by month.
#include <fmt/format.h>

#include "books/books.h"
#include "cli/accounts.h"
#include "cli/books_option.h"
#include "cli/entry_listing.h"
#include "cli/late_words.h"
#include "cli/purchase_answer.h"
#include "cli/undo_answer.h"
#include "cli/verbs.h"
#include "cost/load.h"
#include "report/json.h"

namespace purser::cli {
namespace {

using books::Effect;
using books::Entry;
using report::Json;

// --- post, close, reverse ------------------------------------------------------------------------

// The months that --period or --through ask for, first to last.
struct Months {
  Month first{};
  Month last{};

  bool one() const { return first == last; }
};
std::string text_of(const Months& months) {
  return months.one() ? format(months.last)
                      : fmt::format("{} to {}", format(months.first), format(months.last));
}

// The month itself, or the one that the day lies in.
Result<std::optional<Month>> month_through(const Arguments& arguments) {
  if (const auto day = parse_date(arguments.text("--through"))) return month_of(*day);
  return arguments.month("--through");
}

Result<Months> months_to(std::string_view what, const books::Books& books,
                         const Arguments& arguments) {
  PURSER_ASSIGN(const auto period, arguments.month("--period"));
  PURSER_ASSIGN(const auto through, month_through(arguments));
  if (period.has_value() == through.has_value()) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("say which month to {}: --period 2026-10, or --through 2026-10 for all "
                            "until then",
                            what));
  }
  if (period) return Months{*period, *period};
  PURSER_ASSIGN(const auto open, books.first_open());
  return Months{std::min(open.value_or(*through), *through), *through};
}

// Each month is a transaction of its own: those before the one that failed stand.
Error stopped_at(const Months& months, Month month, std::string_view done, Error error) {
  if (month == months.first) return error;
  return std::move(error).in(fmt::format("{} to {} are {}, and then {}", format(months.first),
                                         format(month - std::chrono::months{1}), done,
                                         format(month)));
}

Result<int> run_post(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const auto book, book_asked_for(arguments));
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kLeave));
  PURSER_ASSIGN(const Months months, months_to("post", accounts.books(), arguments));
  const Effect effect = effect_of(arguments);
  EntryListing listing(context, EntryListing::Extent::kFirst);
  // A dry run begins each month at the journal's end as it is; what the months before would write
  // comes in between. Its hashes hang on that.
  std::int64_t before = 0;
  const auto tell = [&](const Entry& entry) {
    if (before == 0) return listing.add(entry);
    Entry later = entry;
    later.number += before;
    later.hash.clear();
    listing.add(later);
  };
  // A last month that has not begun is refused before another one is posted.
  if (midnight(first_day(months.last)) > context.clock().now()) {
    PURSER_TRY(accounts.books().post(months.last, Effect::kDryRun, {}, book));
  }
  for (Month month = months.first; month <= months.last; month += std::chrono::months{1}) {
    if (effect == Effect::kDryRun) before = listing.count();
    auto posted = accounts.books().post(month, effect, tell, book);
    if (!posted) return fail(stopped_at(months, month, "posted", std::move(posted).error()));
  }
  const std::string asked = text_of(months);
  const std::string sentence =
      listing.count() == 0
          ? fmt::format("{} stand{} as {}: nothing to post.", asked, months.one() ? "s" : "",
                        months.one() ? "it is" : "they are")
          : fmt::format("{} {} for {}.", effect == Effect::kDryRun ? "Would post" : "Posted",
                        entries_text(listing.count()), asked);
  PURSER_TRY(print_written(context, sentence, listing, effect));
  return 0;
}

// Machines of whose use in these months nothing, or not all, is known.
Status tell_unread(const books::Books& books, const Months& months) {
  const Period days{first_day(months.first), period_of(months.last).end};
  PURSER_ASSIGN(const std::vector<books::Unread> unread, books.unread(days));
  for (const books::Unread& one : unread) say_unread(one.asset, one.days);
  return {};
}

// Each month stands on the one before.
Result<int> rehearse_close(const Context& context, Accounts& accounts, const Months& months) {
  books::Books& books = accounts.books();
  EntryListing listing(context, EntryListing::Extent::kFirst);
  std::string sentences;
  std::int64_t before = 0;
  std::optional<Month> begun;
  const auto tell_month = [&] {
    if (!begun) return;
    sentences += fmt::format("{}Would close {} with {}.", sentences.empty() ? "" : "\n",
                             format(*begun), entries_text(listing.count() - before));
    before = listing.count();
  };
  const auto meter = [&](Month month) {
    tell_month();
    begun = month;
    return cost::metered_energy(books, accounts.records(), month);
  };
  PURSER_TRY(books.rehearse_close(months.last, meter, [&](const Entry& e) { listing.add(e); }));
  tell_month();
  PURSER_TRY(tell_unread(books, months));
  PURSER_TRY(print_written(context, sentences, listing, Effect::kDryRun));
  return 0;
}

Result<int> run_close(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kCollect));
  books::Books& books = accounts.books();
  PURSER_ASSIGN(const Months months, months_to("close", books, arguments));
  if (!months.one() && arguments.has("--dry-run")) return rehearse_close(context, accounts, months);
  // A last month that is not over is refused before another one is closed.
  if (midnight(period_of(months.last).end) > context.clock().now()) {
    PURSER_TRY(books.close(months.last, {}, Effect::kDryRun));
  }
  PURSER_ASSIGN(const bool closed_before, books.is_closed(months.last));
  const Effect effect = effect_of(arguments);
  EntryListing listing(context, EntryListing::Extent::kFirst);
  for (Month month = months.first; month <= months.last; month += std::chrono::months{1}) {
    PURSER_ASSIGN(const auto metered, cost::metered_energy(books, accounts.records(), month));
    auto closed = books.close(month, metered, effect, [&](const Entry& e) { listing.add(e); });
    if (!closed) return fail(stopped_at(months, month, "closed", std::move(closed).error()));
  }
  std::string sentence = fmt::format("{} {} closed", text_of(months), months.one() ? "is" : "are");
  sentence += fmt::format("; {} written.", entries_text(listing.count()));
  if (effect == Effect::kDryRun) {
    sentence =
        fmt::format("Would close {} with {}.", format(months.last), entries_text(listing.count()));
  }
  if (closed_before) sentence = fmt::format("{} was closed before.", format(months.last));
  if (!closed_before) PURSER_TRY(tell_unread(books, months));
  PURSER_TRY(print_written(context, sentence, listing, effect));
  return 0;
}

Result<int> run_reverse(Context& context, const Arguments& arguments) {
  const auto asked = parse_decimal(arguments.positional("ENTRY"), 0);
  if (!asked) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("ENTRY: '{}' is no number of an entry; purser books journal shows them",
                            arguments.positional("ENTRY")));
  }
  const std::int64_t number = *asked;
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kLeave));
  const Effect effect = effect_of(arguments);
  EntryListing listing(context, EntryListing::Extent::kAll);
  const auto tell = [&](const Entry& entry) { listing.add(entry); };
  PURSER_ASSIGN(const auto undone, accounts.books().undo_entry(number, effect, tell));
  if (undone) {
    PURSER_TRY(print_taken_back(context, accounts.books(), *undone, listing, effect));
    return 0;
  }
  PURSER_ASSIGN(const auto step, accounts.purchases().undo_entry(number, effect, tell));
  if (step) {
    PURSER_TRY(print_undone(context, *step, listing, effect));
    return 0;
  }
  PURSER_ASSIGN(const std::int64_t written, accounts.books().reverse(number, effect, tell));
  PURSER_TRY(print_written(
      context,
      fmt::format("{} entry {}{}.", effect == Effect::kDryRun ? "Would reverse" : "Reversed",
                  number, written > 1 ? " with what corrected it" : ""),
      listing, effect));
  return 0;
}

// --- journal, verify -----------------------------------------------------------------------------

Result<int> run_journal(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const auto month, arguments.month("--period"));
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kLeave));
  const std::string_view asset = arguments.text("--asset");
  PURSER_ASSIGN(const auto book, book_asked_for(arguments));
  if (!asset.empty()) PURSER_TRY(accounts.books().asset(asset));
  EntryListing listing(context, EntryListing::Extent::kAll, EntryListing::Who::kShown);
  PURSER_TRY(accounts.books().each_entry(month, [&](const Entry& entry) -> Status {
    const bool asked = !book || entry.book == books::name(*book);
    if (asked && (asset.empty() || entry.asset == asset)) listing.add(entry);
    return {};
  }));
  if (context.json()) {
    Json json = Json::object();
    json.set("entries", listing.json());
    PURSER_TRY(print(json.text() + "\n"));
  } else if (listing.count() == 0) {
    PURSER_TRY(print("Nothing was posted.\n"));
  } else {
    PURSER_TRY(print(listing.text()));
  }
  return 0;
}

Result<int> run_verify(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kLeave));
  const auto verified = accounts.books().verify(arguments.text("--head"));
  if (!verified && verified.error().code() != ErrorCode::kCorrupt) return fail(verified.error());
  // Finding a breach is the answer that was asked for, not a failure to answer.
  if (context.json()) {
    Json json = Json::object();
    json.set("sound", verified.has_value());
    if (verified) json.set("entries", verified->entries).set("head", verified->head);
    if (!verified) json.set("reason", verified.error().message());
    PURSER_TRY(print(json.text() + "\n"));
  } else if (verified) {
    PURSER_TRY(print(fmt::format("The journal is sound: {}.\nIts head is {}\n",
                                 entries_text(verified->entries),
                                 verified->head.empty() ? "empty" : verified->head)));
  } else {
    PURSER_TRY(print(fmt::format("The journal is not sound: {}.\n", verified.error().message())));
  }
  return verified ? 0 : 1;
}

}  // namespace

void add_books_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "books post",
       .summary = "post the depreciation, maintenance and space of a month, or of many",
       .details = "Posting again changes nothing. Energy is posted when the month is closed.\n\n"
                  "  purser books post --through 2026-10",
       .positionals = {},
       .options = {{"--period", "MONTH", "which: 2026-10"},
                   {"--through", "MONTH", "all open months until then, or until that of a day"},
                   book_option("only this one: financial, tax or management", {}),
                   kDryRun},
       .run = run_post});
  verbs.push_back(
      {.name = "books close",
       .summary = "post a month with its energy, and lock it",
       .details =
           "Months close in order, once they are over. What is closed never moves: energy of it\n"
           "that is metered later is posted with the month that closes next.\n\n"
           "  purser books close --through 2026-10",
       .positionals = {},
       .options = {{"--period", "MONTH", "which: 2026-10"},
                   {"--through", "MONTH", "all open months until then, or until that of a day"},
                   kDryRun},
       .run = run_close});
  verbs.push_back({.name = "books reverse",
                   .summary = "undo an entry of an open month, with what it was posted for",
                   .details =
                       "A charge, a contract or energy is undone by its mirror image, until the\n"
                       "month is posted again. Of what happened to a machine, that is taken back\n"
                       "as by asset undo, though it need not be the last: all its entries are\n"
                       "reversed, and what was posted behind it is corrected.\n\n"
                       "  purser books reverse 14 --dry-run",
                   .positionals = {{"ENTRY", "its number in the journal"}},
                   .options = {kDryRun},
                   .run = run_reverse});
  verbs.push_back({.name = "books journal",
                   .summary = "what was posted, entry by entry",
                   .details = "",
                   .positionals = {},
                   .options = {{"--period", "MONTH", "only this one"},
                               {"--asset", "NAME", "only this one"},
                               book_option("only this one: financial, tax or management", {})},
                   .run = run_journal});
  verbs.push_back(
      {.name = "books verify",
       .summary = "prove that no entry was altered, or name the first that was",
       .details = "Recomputes the chain of hashes and every balance. Keep the head that it prints\n"
                  "somewhere else: with it, even a journal that was cut short is found out.",
       .positionals = {},
       .options = {{"--head", "HASH", "a head printed before, that must still be there"}},
       .run = run_verify});
}

}  // namespace purser::cli
