#include "books/unposted.h"

#include <algorithm>
#include <array>
#include <list>
#include <optional>
#include <utility>

#include "books/books.h"
#include "books/books_store.h"
#include "books/posting.h"

namespace purser::books {
namespace {

// A month that was not found to lack a charge yet.
struct Pending {
  Unposted month;
  PostedMonth posted;
};

bool stands(const PostedByEvent& posted, Kind kind) {
  const auto found = posted.find(name(kind));
  return found != posted.end() && found->second.minor != 0;
}

// Whether posting the month would write a charge that the asset has none of. The course is worked
// out at the first month that needs it.
Result<bool> lacks(const Asset& asset, Book book, const PostedByEvent& posted, Month month,
                   std::optional<Course>& course) {
  if (!stands(posted, Kind::kDepreciation)) {
    if (!course) {
      PURSER_ASSIGN(course, asset.course(book));
    }
    PURSER_ASSIGN(const money::Money charge, course->charge(period_of(month)));
    if (!charge.is_zero()) return true;
  }
  if (book != Book::kFinancial) return false;
  return std::ranges::any_of(std::array{Kind::kMaintenance, Kind::kSpace}, [&](Kind kind) {
    return !stands(posted, kind) && !contract_amount(asset, kind, month).is_zero();
  });
}

// Moves the months that the asset lacks a charge of from `pending` to `found`.
Status look_at(const StoredAsset& stored, Book book, std::list<Pending>& pending,
               std::vector<Unposted>& found) {
  const Asset& asset = stored.asset;
  if (asset.terms_in(book) == nullptr) return {};
  std::optional<Course> course;
  for (auto one = pending.begin(); one != pending.end();) {
    const Month month = one->month.month;
    bool is_lacking = false;
    if (asset.begins() < period_of(month).end) {
      PURSER_ASSIGN(const PostedByEvent* const posted, one->posted.of(stored.id, book));
      PURSER_ASSIGN(is_lacking, lacks(asset, book, *posted, month, course));
    }
    if (!is_lacking) {
      ++one;
      continue;
    }
    one->month.asset = asset.name;
    found.push_back(std::move(one->month));
    one = pending.erase(one);
  }
  return {};
}

}  // namespace

Result<std::vector<Unposted>> unposted(store::Database& database, Book book, Month last) {
  PURSER_ASSIGN(const auto snapshot, database.begin_snapshot());
  BooksStore store(database);
  std::vector<Unposted> found;
  PURSER_ASSIGN(const bool is_kept, store.any_terms(book));
  PURSER_ASSIGN(const auto first, store.first_open());
  if (!is_kept || !first) return found;
  std::list<Pending> pending;
  for (Month month = *first; month <= last; month += std::chrono::months{1}) {
    PURSER_ASSIGN(const bool in_part, store.any_charge(month, book));
    pending.push_back({{month, in_part, {}}, PostedMonth(store, month)});
  }
  if (pending.empty()) return found;
  const Status looked =
      store.each_asset(period_of(last).end, [&](const StoredAsset& stored) -> Status {
        PURSER_TRY(look_at(stored, book, pending, found));
        return pending.empty() ? Status(fail(ErrorCode::kRefused, "each month lacks one"))
                               : Status();
      });
  if (!pending.empty()) PURSER_TRY(looked);
  std::ranges::sort(found, {}, &Unposted::month);
  return found;
}

}  // namespace purser::books
