#include "base/time.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace purser {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;
using std::chrono::year_month_day;

// Reads exactly `digits` decimal digits at `at`; -1 if they are not there.
int digits_at(std::string_view text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return -1;
  int value = 0;
  for (char c : text.substr(at, digits)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

// Appends a number of at most that many digits, with zeros in front.
void add_digits(std::string& text, std::int64_t value, std::size_t digits) {
  text.append(digits, '0');
  for (std::size_t at = text.size(); value > 0; value /= 10) {
    text[--at] = static_cast<char>('0' + value % 10);
  }
}

// A year within four digits, which leaves fmt's way for those that are not. (A journal writes three
// of these an entry.)
bool is_plain(year y) { return static_cast<int>(y) >= 0 && static_cast<int>(y) <= 9999; }

bool is_at(std::string_view text, std::size_t at, char c) {
  return at < text.size() && text[at] == c;
}

// Whole years that an Instant can count with a life of a hundred years to spare: it ends in 2262,
// and arithmetic past that would wrap to another century without a word.
constexpr int kFirstYear = 1700;
constexpr int kLastYear = 2160;

tl::unexpected<Error> outside(std::string_view text) {
  return fail(
      ErrorCode::kInvalidInput,
      fmt::format("'{}' is out of range; write a year from {} to {}", text, kFirstYear, kLastYear));
}

bool counted(int y) { return kFirstYear <= y && y <= kLastYear; }

tl::unexpected<Error> no_date(std::string_view text) {
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' is no date; write YYYY-MM-DD, for example 2026-02-15", text));
}

Result<Date> read_date(std::string_view text) {
  const int y = digits_at(text, 0, 4);
  const int m = digits_at(text, 5, 2);
  const int d = digits_at(text, 8, 2);
  if (y < 1 || m < 0 || d < 0 || !is_at(text, 4, '-') || !is_at(text, 7, '-')) return no_date(text);
  const year_month_day ymd{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
  if (!ymd.ok()) return no_date(text);
  if (!counted(y)) return outside(text);
  return Date{ymd};
}

}  // namespace

Result<Date> parse_date(std::string_view text) {
  if (text.size() != 10) return no_date(text);
  return read_date(text);
}

Result<Month> parse_month(std::string_view text) {
  const int y = digits_at(text, 0, 4);
  const int m = digits_at(text, 5, 2);
  const Month result{year{y}, month{static_cast<unsigned>(std::max(m, 0))}};
  if (text.size() != 7 || y < 1 || !is_at(text, 4, '-') || !result.ok()) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is no month; write YYYY-MM, for example 2026-02", text));
  }
  if (!counted(y)) return outside(text);
  return result;
}

Result<Instant> parse_instant(std::string_view text) {
  const auto wrong = [&] {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is no time; write 2026-02-15 or 2026-02-15T08:00:00Z", text));
  };
  if (text.size() == 10) {
    PURSER_ASSIGN(const Date date, parse_date(text));
    return midnight(date);
  }
  if (text.size() < 20 || text.back() != 'Z' || text[10] != 'T') return wrong();
  const auto date = read_date(text.substr(0, 10));
  const int h = digits_at(text, 11, 2);
  const int m = digits_at(text, 14, 2);
  const int s = digits_at(text, 17, 2);
  if (!date || h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59 || text[13] != ':' ||
      text[16] != ':') {
    return wrong();
  }
  std::int64_t nanoseconds = 0;
  if (text.size() > 20) {
    const std::string_view fraction = text.substr(20, text.size() - 21);
    if (text[19] != '.' || fraction.empty() || fraction.size() > 9) return wrong();
    const int value = digits_at(fraction, 0, fraction.size());
    if (value < 0) return wrong();
    nanoseconds = value;
    for (std::size_t i = fraction.size(); i < 9; ++i) nanoseconds *= 10;
  }
  return midnight(*date) + std::chrono::hours{h} + std::chrono::minutes{m} +
         std::chrono::seconds{s} + Nanoseconds{nanoseconds};
}

std::string format(Date date) {
  const year_month_day ymd{date};
  const auto y = static_cast<int>(ymd.year());
  const auto m = static_cast<unsigned>(ymd.month());
  const auto d = static_cast<unsigned>(ymd.day());
  if (!is_plain(ymd.year())) return fmt::format("{:04}-{:02}-{:02}", y, m, d);
  std::string text;
  add_digits(text, y, 4);
  add_digits(text += '-', m, 2);
  add_digits(text += '-', d, 2);
  return text;
}

std::string format(Month m) {
  const auto y = static_cast<int>(m.year());
  if (!is_plain(m.year())) return fmt::format("{:04}-{:02}", y, static_cast<unsigned>(m.month()));
  std::string text;
  add_digits(text, y, 4);
  add_digits(text += '-', static_cast<unsigned>(m.month()), 2);
  return text;
}

std::string format(Instant instant) {
  const Date date = date_of(instant);
  const std::chrono::hh_mm_ss clock{instant - midnight(date)};
  std::string text;
  text.reserve(32);  // a date, a time and nine decimals
  text = format(date);
  add_digits(text += 'T', clock.hours().count(), 2);
  add_digits(text += ':', clock.minutes().count(), 2);
  add_digits(text += ':', clock.seconds().count(), 2);
  if (const auto fraction = clock.subseconds().count(); fraction != 0) {
    add_digits(text += '.', fraction, 9);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text += 'Z';
}

Date first_day(Month m) { return Date{m / day{1}}; }

Month month_of(Date date) {
  const year_month_day ymd{date};
  return ymd.year() / ymd.month();
}

Date date_of(Instant instant) { return std::chrono::floor<std::chrono::days>(instant); }

Date add_months(Date date, int months) {
  const year_month_day ymd{date};
  const Month target = ymd.year() / ymd.month() + std::chrono::months{months};
  const day last = year_month_day{target / std::chrono::last}.day();
  return Date{target / std::min(ymd.day(), last)};
}

Period period_of(Month m) { return {first_day(m), first_day(m + std::chrono::months{1})}; }

Interval intersect(const Interval& a, const Interval& b) {
  const Instant start = std::max(a.start, b.start);
  return {start, std::max(start, std::min(a.end, b.end))};
}

std::string humanize(Nanoseconds duration) {
  const std::int64_t ns = duration.count();
  if (ns < 0) return "-" + humanize(-duration);
  const double s = seconds(duration);
  if (ns < 1'000) return fmt::format("{} ns", ns);
  // Three figures; what would round to a thousand is told in the next unit.
  if (ns < 999'500) return fmt::format("{:.3g} us", s * 1e6);
  if (ns < 999'500'000) return fmt::format("{:.3g} ms", s * 1e3);
  if (s < 59.95) return fmt::format("{:.1f} s", s);
  const auto whole = static_cast<std::int64_t>(std::llround(s));
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  const std::int64_t minutes = (whole + 30) / 60;
  return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

Result<Nanoseconds> parse_duration(std::string_view text) {
  constexpr struct {
    std::string_view unit;
    std::int64_t nanoseconds;
  } kUnits[] = {{"ns", 1},
                {"us", 1'000},
                {"ms", 1'000'000},
                {"s", 1'000'000'000},
                {"m", 60'000'000'000},
                {"min", 60'000'000'000},
                {"h", 3'600'000'000'000},
                {"d", 86'400'000'000'000}};
  const auto wrong = [&] {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is no duration; write for example 90s, 15m, 1h30m, 250ms", text));
  };
  if (text.empty()) return wrong();
  __int128 total = 0;
  for (std::string_view rest = text; !rest.empty();) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc{} || number < 0) return wrong();
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const std::size_t length = std::min(rest.find_first_of("0123456789"), rest.size());
    const auto* unit = std::find_if(std::begin(kUnits), std::end(kUnits), [&](const auto& u) {
      return u.unit == rest.substr(0, length);
    });
    if (unit == std::end(kUnits)) return wrong();
    total += static_cast<__int128>(number) * unit->nanoseconds;
    if (total > Nanoseconds::max().count()) return wrong();
    rest.remove_prefix(length);
  }
  return Nanoseconds{static_cast<std::int64_t>(total)};
}

Instant SystemClock::now() const {
  return std::chrono::time_point_cast<Nanoseconds>(std::chrono::system_clock::now());
}

RunningClock::RunningClock(Instant start)
    : start_(start), began_(std::chrono::steady_clock::now()) {}

Instant RunningClock::now() const {
  return start_ +
         std::chrono::duration_cast<Nanoseconds>(std::chrono::steady_clock::now() - began_);
}

}  // namespace purser
