#include "cli/schedule_json.h"

#include <array>
#include <charconv>

#include "base/text.h"

namespace purser::cli {
namespace {

// Writes amounts of one currency, digits first, without a string in between.
class AmountWriter {
 public:
  explicit AmountWriter(money::Currency currency)
      : digits_(static_cast<std::size_t>(currency.digits())) {
    opening_ = R"(:{"currency":")";
    opening_ += currency.code();
    opening_ += R"(","amount":")";
  }

  // `name` in quotes: "charge".
  void append(std::string& text, std::string_view name, std::int64_t minor) const {
    std::array<char, 24> buffer{};
    const std::string_view sign = minor < 0 ? "-" : "";
    if (minor < 0) minor = -minor;
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), minor);
    std::string_view number(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    text += name;
    text += opening_;
    text += sign;
    constexpr std::string_view kZeros = "0000";
    if (digits_ == 0) {
      text += number;
    } else if (number.size() > digits_) {
      text += number.substr(0, number.size() - digits_);
      text += '.';
      text += number.substr(number.size() - digits_);
    } else {
      text += "0.";
      text += kZeros.substr(0, digits_ - number.size());
      text += number;
    }
    text += R"("})";
  }

 private:
  std::size_t digits_;
  std::string opening_;
};

using DateText = std::array<char, 10>;

DateText text_of(Date date) {
  const std::chrono::year_month_day ymd(date);
  const auto year = static_cast<unsigned>(static_cast<int>(ymd.year()));
  const auto month = static_cast<unsigned>(ymd.month());
  const auto day = static_cast<unsigned>(ymd.day());
  const auto digit = [](unsigned value) { return static_cast<char>('0' + value % 10); };
  return {digit(year / 1000),
          digit(year / 100),
          digit(year / 10),
          digit(year),
          '-',
          digit(month / 10),
          digit(month),
          '-',
          digit(day / 10),
          digit(day)};
}

void append(std::string& text, const DateText& date) { text.append(date.data(), date.size()); }

}  // namespace

void append_json(std::string& text, const books::Schedule& schedule,
                 std::optional<std::string_view> id, std::string_view convention,
                 std::string_view computed, const std::optional<money::Money>& ignored_salvage) {
  const AmountWriter amounts(schedule.opening.currency());
  text += '{';
  if (id) {
    text += R"("id":)";
    text += json_quote(*id);
    text += ',';
  }
  text += R"("charges":[)";
  std::int64_t accumulated = schedule.accumulated_before ? schedule.accumulated_before->minor() : 0;
  std::int64_t book_value = schedule.opening.minor();
  auto addition = schedule.additions.begin();
  DateText start{};
  for (const books::Charge& charge : schedule.charges) {
    const bool first = &charge == schedule.charges.data();
    if (first) start = text_of(charge.period.start);
    const DateText end = text_of(charge.period.end);
    accumulated += charge.amount.minor();
    book_value -= charge.amount.minor();
    for (; addition != schedule.additions.end() && addition->start <= charge.period.start;
         ++addition) {
      book_value += addition->amount.minor();
      accumulated += addition->accumulated.minor();
    }
    text += first ? R"({"start":")" : R"(,{"start":")";
    append(text, start);
    text += R"(","end":")";
    append(text, end);
    text += R"(",)";
    amounts.append(text, R"("charge")", charge.amount.minor());
    amounts.append(text, R"(,"accumulated")", accumulated);
    amounts.append(text, R"(,"book_value")", book_value);
    text += '}';
    start = end;  // schedules have no gaps
  }
  text += "],";
  amounts.append(text, R"("total")", schedule.total.minor());
  if (schedule.section_179) {
    amounts.append(text, R"(,"section_179")", schedule.section_179->minor());
  }
  if (schedule.bonus) amounts.append(text, R"(,"bonus")", schedule.bonus->minor());
  if (!convention.empty()) {
    text += R"(,"convention":)";
    text += json_quote(convention);
  }
  if (!computed.empty()) {
    text += R"(,"computed":)";
    text += json_quote(computed);
  }
  if (ignored_salvage) {  // in whichever currency it was given
    AmountWriter(ignored_salvage->currency())
        .append(text, R"(,"ignored_salvage")", ignored_salvage->minor());
  }
  text += "}\n";
}

std::string_view computed_as(const books::Method& method) {
  const auto* const macrs = std::get_if<books::Macrs>(&method);
  if (macrs == nullptr || macrs->years < 10) return {};
  return macrs->years == 10
             ? "exactly, by 200% declining balance with the switch to straight line, "
               "which IRS Publication 946 permits in place of its rounded tables"
             : "exactly, by 150% declining balance with the switch to straight line, "
               "which IRS Publication 946 permits in place of its rounded tables";
}

}  // namespace purser::cli
