#include "books/in_the_way.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <tuple>

#include <fmt/format.h>

#include "books/placement.h"
#include "books/posting.h"

namespace purser::books {
namespace {

// As it was before all but the first of its events.
Asset after_first(Asset asset, std::size_t count) {
  asset.events.erase(asset.events.begin() + static_cast<std::ptrdiff_t>(count), asset.events.end());
  asset.terms.disposed = gone_since(asset.events);
  for (MemoTerms& memo : asset.memo) memo.terms.disposed = asset.terms.disposed;
  return asset;
}

// What a person calls it, whichever side of it is meant.
std::string_view called(const Happening& what) {
  if (std::holds_alternative<Merged>(what)) return name(Merge{});
  if (std::holds_alternative<Opening>(what)) return partner_of(what).empty() ? "takeover" : "split";
  return name(what);
}

// How many of them count before or with the event of that day and id.
std::size_t count_until(const Asset& asset, Date effective, std::int64_t id) {
  const auto behind = std::ranges::find_if(asset.events, [&](const Event& event) {
    return std::tie(event.effective, event.id) > std::tie(effective, id);
  });
  return static_cast<std::size_t>(behind - asset.events.begin());
}

}  // namespace

std::string undoing_of(const Event& event) {
  return fmt::format("purser asset undo {} --event {}", event.asset, posting_key(event));
}

Status check_life(const Asset& asset) {
  for (const Book book : kBooks) {
    if (asset.terms_in(book) == nullptr) continue;
    if (const auto course = asset.course(book); !course) {
      return fail(course.error().in(fmt::format("'{}' in the {} book", asset.name, name(book))));
    }
  }
  return check_placements(asset);
}

Status check_change(const Asset& asset, const Event& changed) {
  const Status whole = check_life(asset);
  if (whole) return {};
  std::size_t count = count_until(asset, changed.effective, changed.id);
  if (!check_life(after_first(asset, count))) return whole;
  while (count < asset.events.size()) {
    const Event& next = asset.events[count++];
    const Status fits = check_life(after_first(asset, count));
    if (fits) continue;
    return fail(ErrorCode::kRefused,
                fmt::format("the {} of '{}' on {} stands in the way ({}); undo it first: {}",
                            called(next.what), asset.name, format(next.effective),
                            fits.error().message(), undoing_of(next)));
  }
  return whole;
}

Status refuse_before_division(const Asset& asset, Date effective, std::int64_t id) {
  // What is recorded now comes after all that is known of its day.
  const std::int64_t place = id == 0 ? std::numeric_limits<std::int64_t>::max() : id;
  for (std::size_t i = count_until(asset, effective, place); i < asset.events.size(); ++i) {
    const Event& event = asset.events[i];
    if (portions_of(event.what) == nullptr) continue;
    return fail(
        ErrorCode::kRefused,
        fmt::format("the {} of '{}' on {} counts what stood for it until then; undo it "
                    "first, and record it again after this: {}",
                    called(event.what), asset.name, format(event.effective), undoing_of(event)));
  }
  return {};
}

}  // namespace purser::books
