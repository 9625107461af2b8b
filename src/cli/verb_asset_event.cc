// purser asset improve | repair | estimate | impair | revalue | dispose | reinstate: what
// happens to machines.
#include <fmt/format.h>

#include "books/books.h"
#include "cli/asset_words.h"
#include "cli/books_option.h"
#include "cli/database.h"
#include "cli/division.h"
#include "cli/entry_listing.h"
#include "cli/event_answer.h"
#include "cli/foreign.h"
#include "cli/verbs.h"

namespace purser::cli {
namespace {

using books::Book;
using money::Money;

// Sold, traded in or scrapped, and what that is called.
struct HowDisposed {
  books::Disposal disposal;
  std::string_view done;
};
Result<HowDisposed> how_disposed(Context& context, const Arguments& arguments) {
  const bool sold = arguments.has("--proceeds");
  const bool traded_in = arguments.has("--trade-in");
  if (sold + traded_in + arguments.has("--scrap") != 1) {
    return fail(ErrorCode::kInvalidInput,
                "say one of: --proceeds AMOUNT that was paid for it, --trade-in AMOUNT that was "
                "taken off the price of what replaces it, or --scrap if nothing was");
  }
  if (sold || traded_in) {
    PURSER_ASSIGN(const Given given, given_at_rate(arguments, sold ? "--proceeds" : "--trade-in"));
    return HowDisposed{{given.amount, traded_in, false, given.paid},
                       sold ? "disposed of" : "traded in"};
  }
  if (arguments.has("--rate")) {
    return fail(ErrorCode::kInvalidInput,
                "--rate: nothing was paid for what is scrapped; leave it out");
  }
  PURSER_ASSIGN(const Workspace workspace, context.workspace());
  PURSER_ASSIGN(auto database, open_database(workspace));
  PURSER_ASSIGN(const books::Asset asset,
                books::Books(database, context.clock()).asset(arguments.positional("NAME")));
  return HowDisposed{{Money::zero(asset.currency())}, "scrapped"};
}

Result<int> run_dispose(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const HowDisposed how, how_disposed(context, arguments));
  if (!arguments.has("--share") && !arguments.has("--part")) {
    return record_event(context, arguments, how.disposal, std::nullopt, how.done);
  }
  return dispose_part(context, arguments, how.disposal, how.done);
}

Result<int> run_reinstate(Context& context, const Arguments& arguments) {
  return record_event(context, arguments, books::Reinstatement{}, std::nullopt, "reinstated");
}

Result<int> run_improve(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const Given cost, given_at_rate(arguments, "--cost"));
  return record_event(context, arguments, books::Improvement{cost.amount, cost.paid}, std::nullopt,
                      "improved");
}

Result<int> run_credit(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(Given credit, given_at_rate(arguments, "--amount"));
  if (credit.amount.is_negative()) {
    return fail(ErrorCode::kInvalidInput,
                "--amount: write what the price is less by, above zero; what adds to it is purser "
                "asset improve");
  }
  if (credit.paid) credit.paid->amount = -credit.paid->amount;
  PURSER_ASSIGN(const auto book, book_asked_for(arguments));
  return record_event(context, arguments, books::Improvement{-credit.amount, credit.paid}, book,
                      "credited");
}

Result<int> run_repair(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const Given cost, given_at_rate(arguments, "--cost"));
  return record_event(context, arguments, books::Repair{cost.amount, cost.paid}, std::nullopt,
                      "repaired");
}

Result<int> run_estimate(Context& context, const Arguments& arguments) {
  books::Estimate estimate;
  PURSER_ASSIGN(estimate.salvage, arguments.money("--salvage"));
  if (arguments.has("--life")) {
    auto life = books::parse_life(arguments.text("--life"));
    if (!life) return fail(std::move(life).error().in("--life"));
    estimate.life = *life;
  }
  if (arguments.has("--method")) {
    auto method = books::parse_method(arguments.text("--method"));
    if (!method) return fail(std::move(method).error().in("--method"));
    estimate.method = *std::move(method);
  }
  if (!estimate.life && !estimate.salvage && !estimate.method) {
    return fail(ErrorCode::kInvalidInput,
                "nothing is estimated anew; give --life, --salvage or --method");
  }
  PURSER_ASSIGN(const auto book, book_asked_for(arguments));
  return record_event(context, arguments, std::move(estimate), book.value_or(Book::kFinancial),
                      "estimated anew");
}

Result<Money> amount_to(const Arguments& arguments) {
  PURSER_ASSIGN(const auto amount, arguments.money("--to"));
  if (amount) return *amount;
  return fail(ErrorCode::kInvalidInput, "--to is missing");
}

Result<int> run_impair(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const Money recoverable, amount_to(arguments));
  PURSER_ASSIGN(const auto book, book_asked_for(arguments));
  return record_event(context, arguments, books::Impairment{recoverable},
                      book.value_or(Book::kFinancial), "tested for impairment");
}

Result<int> run_revalue(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const Money fair_value, amount_to(arguments));
  PURSER_ASSIGN(const auto book, book_asked_for(arguments));
  return record_event(context, arguments, books::Revaluation{fair_value},
                      book.value_or(Book::kFinancial), "revalued");
}

constexpr Option kOn{"--on", "DATE", "when", {}, true};

}  // namespace

void add_asset_event_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "asset improve",
       .summary = "add to a machine's cost what makes it last longer or do more",
       .details = "What is left to charge, and this, wear off over the rest of its life; the past\n"
                  "stays as it was posted. In a closed month it counts from the first open day.\n"
                  "A bill for freight or installation that comes after the day of service is\n"
                  "added in this way too; a price that is reduced is purser asset credit.\n\n"
                  "  purser asset improve server --on 2026-11-02 --cost 'USD 800'",
       .positionals = {{"NAME", "which"}},
       .options = {kOn, {"--cost", "AMOUNT", "what it cost", {}, true}, kRate, kDocument, kDryRun},
       .run = run_improve});
  verbs.push_back(
      {.name = "asset credit",
       .summary = "take off a machine's cost what its supplier reduced the price by",
       .details =
           "A credit note, discount or refund that comes after the purchase: what is left to\n"
           "charge is less by it for the rest of its life, and the past stays. A table of\n"
           "macrs has no place for that; credit the other books then: --book financial.\n\n"
           "  purser asset credit server --on 2026-11-02 --amount 'USD 150'",
       .positionals = {{"NAME", "which"}},
       .options = {kOn,
                   {"--amount", "AMOUNT", "what the price is less by", {}, true},
                   kRate,
                   book_option("in which alone: financial, tax or management; all if not given"),
                   kDocument,
                   kDryRun},
       .run = run_credit});
  verbs.push_back(
      {.name = "asset repair",
       .summary = "expense what keeps a machine going",
       .details = "",
       .positionals = {{"NAME", "which"}},
       .options = {kOn, {"--cost", "AMOUNT", "what it cost", {}, true}, kRate, kDocument, kDryRun},
       .run = run_repair});
  verbs.push_back(
      {.name = "asset estimate",
       .summary = "expect another life, salvage or method from a day on; the past stays",
       .details = "  purser asset estimate server --on 2026-11-01 --life 5y --salvage 'USD 500'",
       .positionals = {{"NAME", "which"}},
       .options = {kOn,
                   {"--life", "LIFE", "the whole of it, from the in-service date on"},
                   {"--salvage", "AMOUNT", "what will be left at its end"},
                   {"--method", "METHOD", "how what is left wears off"},
                   book_option("in which: financial, tax or management"),
                   kDocument,
                   kDryRun},
       .run = run_estimate});
  verbs.push_back(
      {.name = "asset impair",
       .summary = "write a machine down to what it will bring, or take an earlier loss back",
       .details = "The amount is what its use or its sale will bring. Carried at more, the rest is "
                  "a loss,\n"
                  "and what is left wears off over the rest of its life. Carried at less, an "
                  "earlier loss\n"
                  "is taken back, up to what it would be had it never been impaired.\n\n"
                  "  purser asset impair server --on 2026-11-01 --to 'USD 4,000'",
       .positionals = {{"NAME", "which"}},
       .options = {kOn,
                   {"--to", "AMOUNT", "what its use or sale will bring", {}, true},
                   book_option("in which: financial, tax or management"),
                   kDocument,
                   kDryRun},
       .run = run_impair});
  verbs.push_back(
      {.name = "asset revalue",
       .summary = "carry a machine at its fair value from a day on",
       .details =
           "What was charged until then leaves the books, and its cost becomes the fair value. "
           "What\n"
           "it gains goes to a surplus in equity, as far as it makes no earlier loss good; what "
           "it\n"
           "loses comes out of that surplus first. IFRS asks that all of a class are revalued.\n\n"
           "  purser asset revalue server --on 2026-11-01 --to 'USD 14,000'",
       .positionals = {{"NAME", "which"}},
       .options = {kOn,
                   {"--to", "AMOUNT", "its fair value", {}, true},
                   book_option("in which: financial, tax or management"),
                   kDocument,
                   kDryRun},
       .run = run_revalue});
  verbs.push_back(
      {.name = "asset dispose",
       .summary = "take a machine out of the books, sold or scrapped, with its gain or loss",
       .details = "  purser asset dispose server --on 2026-11-20 --proceeds 'USD 3,000'\n\n"
                  "A part of it leaves under a name of its own, and the rest goes on:\n\n"
                  "  purser asset dispose server --share 1/8 --part gpu-7 --on 2026-11-20 \\\n"
                  "    --proceeds 'USD 900'",
       .positionals = {{"NAME", "which"}},
       .options = {kOn,
                   {"--proceeds", "AMOUNT", "what was paid for it"},
                   {"--trade-in", "AMOUNT", "what was taken off the price of what replaces it"},
                   {"--scrap", "", "nothing was paid"},
                   kRate,
                   {"--share", "SHARE", "of it only: 1/8 or 12.5%"},
                   {"--part", "NAME", "what to call that share"},
                   kDocument,
                   kDryRun},
       .run = run_dispose});
  verbs.push_back(
      {.name = "asset reinstate",
       .summary = "bring back a machine that was disposed of in a month that is closed",
       .details =
           "What stood for it then stands again, its gain or loss is taken back, and what is\n"
           "left wears off over what is left of its life. A disposal in an open month is\n"
           "taken back by purser asset undo.",
       .positionals = {{"NAME", "which"}},
       .options = {kOn, kDocument, kDryRun},
       .run = run_reinstate});
}

}  // namespace purser::cli
