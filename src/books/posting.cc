#include "books/posting.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "books/chart.h"
#include "books/disposal.h"

namespace purser::books {
namespace {

using money::Money;

std::string rule_of(const Course& course, Month month) {
  const Terms& terms = course.terms(period_of(month).end - std::chrono::days{1});
  return fmt::format("{}, {}", name(terms.method), name(terms.convention));
}

// What the asset loses in that book and month.
Status post_depreciation(JournalWriter& writer, const StoredAsset& stored, Book book,
                         const PostedByEvent& posted, Month month) {
  PURSER_ASSIGN(const Course course, stored.asset.course(book));
  PURSER_ASSIGN(const Money charge, course.charge(period_of(month)));
  return writer.bring_to(book, Kind::kDepreciation, charge, posted, month, stored,
                         rule_of(course, month));
}

// Contracts belong to the financial book alone; a memo book holds what the asset loses, and nothing
// else of the month.
Status post_contracts(JournalWriter& writer, const StoredAsset& stored, const PostedByEvent& posted,
                      Month month) {
  constexpr Book kBook = Book::kFinancial;
  PURSER_TRY(writer.bring_to(kBook, Kind::kMaintenance,
                             contract_amount(stored.asset, Kind::kMaintenance, month), posted,
                             month, stored, "contract of a year, by days"));
  return writer.bring_to(kBook, Kind::kSpace, contract_amount(stored.asset, Kind::kSpace, month),
                         posted, month, stored, "contract of a month, by days");
}

// --- what happened -------------------------------------------------------------------------------

// Cost and what was charged leave the books; what was paid for it, less what it still was, is gain
// or loss. (IAS 16.71)
Result<std::vector<Line>> disposal_lines(const Asset& asset, Book book, const Event& event) {
  PURSER_ASSIGN(const DisposalFigures gone, disposal_figures(asset, book, event));
  const bool trade_in = std::get<Disposal>(event.what).trade_in;
  PURSER_ASSIGN(const Money standing, money::add(gone.accumulated, gone.bonus_denied));
  return std::vector<Line>{
      {std::string(account::kAccumulated), standing},
      {std::string(account::kBonus), -gone.bonus_denied},
      {std::string(account::kAccumulatedImpairment), gone.impaired},
      {std::string(trade_in ? account::kPayable : account::kReceivable), gone.proceeds},
      {std::string(gone.gain.is_negative() ? account::kDisposalLoss : account::kDisposalGain),
       -gone.gain},
      {std::string(account::kEquipment), -gone.cost},
      // The surplus does not go through profit. (IAS 16.41)
      {std::string(account::kSurplus), gone.surplus},
      {std::string(account::kRetainedEarnings), -gone.surplus}};
}

Result<std::vector<Line>> impairment_lines(const Asset& asset, Book book, const Event& event) {
  PURSER_ASSIGN(const Course course, asset.course(book));
  const Measured& moved = *course.measured(event.id);
  const auto money = [&](std::int64_t minor) { return Money(minor, asset.currency()); };
  const bool loss = moved.carried_after < moved.carried_before;
  return std::vector<Line>{
      {std::string(loss ? account::kImpairmentLoss : account::kImpairmentReversal),
       money(-moved.to_profit)},
      {std::string(account::kSurplus), money(-moved.to_surplus)},
      {std::string(account::kAccumulatedImpairment),
       money(moved.before.impaired - moved.after.impaired)}};
}

Result<std::vector<Line>> revaluation_lines(const Asset& asset, Book book, const Event& event) {
  PURSER_ASSIGN(const Course course, asset.course(book));
  const Measured& moved = *course.measured(event.id);
  const auto money = [&](std::int64_t minor) { return Money(minor, asset.currency()); };
  return std::vector<Line>{
      {std::string(account::kAccumulated), money(moved.after.eliminated - moved.before.eliminated)},
      {std::string(account::kAccumulatedImpairment), money(moved.before.impaired)},
      {std::string(account::kEquipment), money(moved.after.cost - moved.before.cost)},
      {std::string(account::kSurplus), money(-moved.to_surplus)},
      {std::string(moved.to_profit < 0 ? account::kRevaluationLoss : account::kRevaluationGain),
       money(-moved.to_profit)}};
}

// What came to an asset, out of `counter`; with what is caught up of a takeover.
std::vector<Line> portion_lines(const Asset& asset, Book book, std::span<const Portion> portions,
                                std::string_view counter) {
  std::int64_t cost = 0;
  std::int64_t off = 0;  // accumulated depreciation
  std::int64_t impaired = 0;
  std::int64_t surplus = 0;
  std::int64_t caught_up = 0;
  for (const Portion& portion : portions) {
    if (portion.book != book) continue;
    cost += portion.cost;
    off += portion.accumulated + portion.deducted;
    impaired += portion.impaired;
    surplus += portion.surplus;
    caught_up += portion.accumulated - portion.given.value_or(portion.accumulated);
  }
  const auto money = [&](std::int64_t minor) { return Money(minor, asset.currency()); };
  return {{std::string(account::kEquipment), money(cost)},
          {std::string(account::kAccumulated), money(-off)},
          {std::string(account::kAccumulatedImpairment), money(-impaired)},
          {std::string(account::kSurplus), money(-surplus)},
          {std::string(account::kDepreciation), money(caught_up)},
          {std::string(counter), money(off + impaired + surplus - cost - caught_up)}};
}

std::vector<Line> negative(std::vector<Line> lines) {
  for (Line& line : lines) line.amount = -line.amount;
  return lines;
}

// What its last disposal took out of the books, as it was posted, comes back into them: on the
// accounts on which it stands, whatever they are called by now.
Result<std::vector<Line>> reinstatement_lines(BooksStore& store, const StoredAsset& stored,
                                              Book book, const Event& event) {
  const Event* last = nullptr;
  for (const Event& one : stored.asset.events) {
    const bool before = one.effective < event.effective;
    if (before && std::holds_alternative<Disposal>(one.what)) last = &one;
  }
  std::vector<Line> lines;
  if (last == nullptr) return lines;
  PURSER_ASSIGN(const PostedLines posted,
                store.posted_lines(month_of(last->effective), stored.id, book, posting_key(*last),
                                   Called::kAsPosted));
  for (const auto& [account, minor] : posted.minor) {
    lines.push_back({account, Money(-minor, stored.asset.currency())});
  }
  return lines;
}

Result<std::vector<Line>> lines_of(const Asset& asset, Book book, const Event& event) {
  struct Lines {
    const Asset& asset;
    Book book;
    const Event& event;
    Result<std::vector<Line>> operator()(const Disposal&) const {
      return disposal_lines(asset, book, event);
    }
    Result<std::vector<Line>> operator()(const Impairment&) const {
      return impairment_lines(asset, book, event);
    }
    Result<std::vector<Line>> operator()(const Revaluation&) const {
      return revaluation_lines(asset, book, event);
    }
    Result<std::vector<Line>> operator()(const Improvement& what) const {
      return std::vector<Line>{{std::string(account::kEquipment), what.cost},
                               {std::string(account::kPayable), -what.cost}};
    }
    Result<std::vector<Line>> operator()(const Repair& what) const {
      return std::vector<Line>{{std::string(account::kRepairs), what.cost},
                               {std::string(account::kPayable), -what.cost}};
    }
    Result<std::vector<Line>> operator()(const Estimate&) const { return std::vector<Line>(); }
    Result<std::vector<Line>> operator()(const Move&) const { return std::vector<Line>(); }
    Result<std::vector<Line>> operator()(const Measurement&) const { return std::vector<Line>(); }
    Result<std::vector<Line>> operator()(const Pause&) const { return std::vector<Line>(); }
    Result<std::vector<Line>> operator()(const Resume&) const { return std::vector<Line>(); }
    Result<std::vector<Line>> operator()(const Opening& what) const {
      return portion_lines(asset, book, what.portions,
                           what.part_of.empty() ? account::kOpeningBalances : account::kTransfers);
    }
    Result<std::vector<Line>> operator()(const Split& what) const {
      return negative(portion_lines(asset, book, what.portions, account::kTransfers));
    }
    Result<std::vector<Line>> operator()(const Merge& what) const {
      return portion_lines(asset, book, what.portions, account::kTransfers);
    }
    Result<std::vector<Line>> operator()(const Merged& what) const {
      return negative(portion_lines(asset, book, what.portions, account::kTransfers));
    }
    // It mirrors what was posted: see post_event().
    Result<std::vector<Line>> operator()(const Reinstatement&) const { return std::vector<Line>(); }
  };
  return std::visit(Lines{asset, book, event}, event.what);
}

// "improvement", with what was paid in a foreign currency, its document and the day that was
// closed.
std::string rule_of(const Event& event) {
  std::string rule(name(event.what));
  const std::optional<money::Foreign>& paid = paid_of(event.what);
  if (paid) rule += fmt::format(", {}", format(*paid));
  rule = with_document(rule, event.document);
  if (event.on == event.effective) return rule;
  return fmt::format("{} on {}, when the month was closed already", rule, format(event.on));
}

// What is missing on each account to what should stand there.
std::vector<Line> difference(std::vector<Line> target, const PostedLines& standing,
                             money::Currency currency) {
  for (const auto& [account, minor] : standing.minor) {
    bool known = false;
    for (Line& line : target) {
      if (line.account != account) continue;
      line.amount = Money(line.amount.minor() - minor, currency);
      known = true;
    }
    if (!known) target.push_back({account, Money(-minor, currency)});
  }
  std::erase_if(target, [](const Line& line) { return line.amount.is_zero(); });
  return target;
}

}  // namespace

Status post_event(BooksStore& store, JournalWriter& writer, const StoredAsset& stored, Book book,
                  const Event& event) {
  const Month month = month_of(event.effective);
  const std::string key = posting_key(event);
  const bool mirrors = std::holds_alternative<Reinstatement>(event.what);
  const Called called = mirrors ? Called::kAsPosted : Called::kByDefault;
  PURSER_ASSIGN(std::vector<Line> target, mirrors ? reinstatement_lines(store, stored, book, event)
                                                  : lines_of(stored.asset, book, event));
  PURSER_ASSIGN(const PostedLines standing,
                store.posted_lines(month, stored.id, book, key, called));
  Entry entry;
  entry.lines = difference(std::move(target), standing, stored.asset.currency());
  if (entry.lines.empty()) return {};
  entry.date = event.effective;
  entry.period = month;
  entry.book = name(book);
  entry.asset = stored.asset.name;
  entry.event = key;
  entry.revision = standing.entries;
  entry.rule = rule_of(event);
  if (mirrors || standing.entries == 0 || writer.chart().names().empty()) {
    return writer.append(std::move(entry), stored.id, called);
  }
  PURSER_ASSIGN(const PostedLines as_posted,
                store.posted_lines(month, stored.id, book, key, Called::kAsPosted));
  return writer.append_correction(std::move(entry), stored.id, as_posted);
}

std::string posting_key(const Event& event) {
  return fmt::format("{}:{}", name(event.what), event.id);
}

Status PostedMonth::read_from(std::int64_t asset_id) {
  standing_.clear();
  first_ = asset_id;
  last_ = asset_id + ahead_ - 1;
  const auto take = [&](std::int64_t id, Book book, std::string_view event, const PostedSum& sum) {
    const bool is_same =
        !standing_.empty() && standing_.back().asset == id && standing_.back().book == book;
    if (!is_same) standing_.push_back({id, book, {}});
    standing_.back().sums.emplace(event, sum);
  };
  return store_.posted_of_many(month_, first_, last_, take);
}

Result<const PostedByEvent*> PostedMonth::of(std::int64_t asset_id, Book book) {
  static const PostedByEvent kNothing;
  if (asset_id < first_) {
    return fail(ErrorCode::kEngine,
                fmt::format("internal error: what stands for asset {} in {} was asked for behind "
                            "that of asset {}; nothing was posted",
                            asset_id, format(month_), first_));
  }
  if (asset_id > last_) PURSER_TRY(read_from(asset_id));
  auto one = std::ranges::lower_bound(standing_, asset_id, {}, &Standing::asset);
  for (; one != standing_.end() && one->asset == asset_id; ++one) {
    if (one->book == book) return &one->sums;
  }
  return &kNothing;
}

Status post_event(BooksStore& store, JournalWriter& writer, const StoredAsset& asset,
                  const Event& event) {
  for (const Book one : kBooks) {
    if (asset.asset.terms_in(one) == nullptr || !event.concerns(one)) continue;
    PURSER_TRY(post_event(store, writer, asset, one, event));
  }
  return {};
}

Status post_asset(BooksStore& store, JournalWriter& writer, const StoredAsset& asset,
                  PostedMonth& posted, std::optional<Book> book) {
  const Month month = posted.month();
  for (const Book one : kBooks) {
    if (book.value_or(one) != one || asset.asset.terms_in(one) == nullptr) continue;
    PURSER_ASSIGN(const PostedByEvent* const sums, posted.of(asset.id, one));
    PURSER_TRY(post_depreciation(writer, asset, one, *sums, month));
    if (one == Book::kFinancial) PURSER_TRY(post_contracts(writer, asset, *sums, month));
  }
  for (const Event& event : asset.asset.events) {
    if (month_of(event.effective) != month) continue;
    for (const Book one : kBooks) {
      if (asset.asset.terms_in(one) == nullptr || !event.concerns(one)) continue;
      if (book.value_or(one) == one) PURSER_TRY(post_event(store, writer, asset, one, event));
    }
  }
  return {};
}

}  // namespace purser::books
