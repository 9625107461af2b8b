#include "books/opening_entries.h"

#include <utility>

#include <fmt/format.h>

#include "books/chart.h"

namespace purser::books {

using money::Money;

Result<OpeningDay> opening_of(BooksStore& store, const Asset& asset) {
  PURSER_ASSIGN(const auto closed, store.closed_through());
  const Date first = asset.takeover ? asset.takeover->on : asset.terms.in_service;
  Date opens = asset.begins();
  if (closed) opens = std::max(opens, period_of(*closed).end);
  if (opens == first) return OpeningDay{opens, {}};
  return OpeningDay{
      opens, fmt::format(", in service on {}, when the month was closed already", format(first))};
}

Status OpeningEntries::add(std::string_view event, std::string_view rule, std::string_view debit,
                           std::string_view credit, Money amount) {
  if (amount.is_zero()) return {};
  Entry entry;
  entry.date = opening_.date;
  entry.period = month_of(opening_.date);
  entry.book = books::name(book_);
  entry.asset = asset_;
  entry.event = event;
  PURSER_ASSIGN(const PostedLines before,
                store_.posted_lines(entry.period, asset_id_, book_, event));
  entry.revision = before.entries;
  entry.rule = fmt::format("{}{}", rule, opening_.remark);
  entry.lines = {{std::string(debit), amount}, {std::string(credit), -amount}};
  return writer_.append(std::move(entry), asset_id_);
}

Status OpeningEntries::catch_up(const Course& course) {
  PURSER_ASSIGN(const Money missed, course.accumulated(first_day(month_of(opening_.date))));
  return catch_up(missed, "what closed months were not charged");
}

Status OpeningEntries::catch_up(Money missing, std::string_view rule) {
  return add(kCatchUp, rule, account::kDepreciation, account::kAccumulated, missing);
}

}  // namespace purser::books
