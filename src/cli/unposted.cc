#include "cli/unposted.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace purser::cli {
namespace {

using books::Unposted;

// "2026-02", "2026-02 and 2026-05", "2026-02 to 2026-10"
std::string text_of(const std::vector<Unposted>& months) {
  const std::string first = format(months.front().month);
  const std::string last = format(months.back().month);
  if (months.size() == 1) return first;
  const bool is_gapless = (months.back().month - months.front().month).count() + 1 ==
                          static_cast<std::int64_t>(months.size());
  if (is_gapless && months.size() > 2) return fmt::format("{} to {}", first, last);
  std::vector<std::string> all = names_of(months);
  all.pop_back();
  return fmt::format("{} and {}", fmt::join(all, ", "), last);
}

}  // namespace

Result<std::vector<Unposted>> unposted_by(store::Database& database, books::Book book, Month last,
                                          Instant now) {
  return books::unposted(database, book, std::min(last, month_of(date_of(now))));
}

std::vector<std::string> names_of(const std::vector<Unposted>& unposted) {
  std::vector<std::string> names;
  for (const Unposted& one : unposted) names.push_back(format(one.month));
  return names;
}

void say_unposted(const std::vector<Unposted>& unposted, books::Book book) {
  if (unposted.empty()) return;
  std::vector<Unposted> whole;
  std::vector<Unposted> in_part;
  for (const Unposted& one : unposted) (one.in_part ? in_part : whole).push_back(one);
  const auto say = [&](const std::vector<Unposted>& months, std::string_view what) {
    fmt::print(stderr, "purser: {} {} {} in the {} book;\n", text_of(months),
               months.size() == 1 ? "is" : "are", what, books::name(book));
  };
  if (!in_part.empty()) {
    say(in_part, "posted in part");
    fmt::print(stderr, "'{}' has no charge of {}.", in_part.front().asset,
               format(in_part.front().month));
    if (!whole.empty()) fmt::print(stderr, "\n");
  }
  if (!whole.empty()) {
    say(whole, "not posted");
    fmt::print(stderr, "no charge of then is above.");
  }
  fmt::print(stderr, " To post: purser books post --through {}\n", format(unposted.back().month));
}

}  // namespace purser::cli
