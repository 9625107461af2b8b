#include "books/ledger_names.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace purser::books {
namespace {

bool is_ascii_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Blanks and controls beyond ASCII, as lead bytes: readers trim or break lines at them.
bool is_blank_beyond_ascii(std::string_view sequence) {
  constexpr std::array<std::string_view, 4> kBlanks{"\xe1\x9a\x80", "\xe2\x80", "\xe2\x81\x9f",
                                                    "\xe3\x80\x80"};
  const bool latin = sequence[0] == '\xc2' && static_cast<unsigned char>(sequence[1]) <= 0xa0;
  return latin ||
         std::ranges::any_of(kBlanks, [&](std::string_view b) { return sequence.starts_with(b); });
}

void add_hex(std::string& out, std::string_view mark, std::string_view bytes) {
  for (const char byte : bytes) {
    fmt::format_to(std::back_inserter(out), "{}{:02X}", mark, static_cast<unsigned char>(byte));
  }
}

// `keep(at)` decides about the ASCII character there. What is no UTF-8 is escaped byte by byte.
template <class Keep>
std::string percent_escaped(std::string_view text, const Keep& keep) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = std::max<std::size_t>(1, utf8_length(text.substr(at)));
    const std::string_view sequence = text.substr(at, length);
    const bool ascii = static_cast<unsigned char>(sequence[0]) < 0x80;
    const bool kept = ascii ? keep(at) : length > 1 && !is_blank_beyond_ascii(sequence);
    if (kept) {
      out += sequence;
    } else {
      add_hex(out, "%", sequence);
    }
    at += length;
  }
  return out;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// --- beancount -----------------------------------------------------------------------------------

constexpr std::array<std::string_view, 5> kBeancountRoots{"Assets", "Liabilities", "Equity",
                                                          "Income", "Expenses"};

// "--" begins nothing but an escape, because a lone '-' stays only between two letters or digits.
std::string beancount_component(std::string_view part) {
  const bool regular = !part.empty() && is_ascii_word(part[0]) && (part[0] < 'a' || part[0] > 'z');
  std::string out = regular ? "" : "X---";
  for (std::size_t at = 0; at < part.size(); ++at) {
    const bool hyphen = part[at] == '-' && at > 0 && at + 1 < part.size() &&
                        is_ascii_word(part[at - 1]) && is_ascii_word(part[at + 1]);
    if (hyphen || is_ascii_word(part[at])) {
      out += part[at];
    } else {
      add_hex(out, "--", part.substr(at, 1));
    }
  }
  return out;
}

}  // namespace

std::string hledger_text(std::string_view text) {
  return percent_escaped(text, [&](std::size_t at) {
    const bool at_end = at == 0 || at + 1 == text.size();
    return !is_control(text[at]) && std::string_view("%,;|").find(text[at]) == text.npos &&
           !(at_end && text[at] == ' ');
  });
}

std::string hledger_account(std::string_view account) {
  const auto word_at = [&](std::size_t at) {
    return at < account.size() && is_ascii_word(account[at]);
  };
  std::string out;
  for (const std::string_view part : split(account, ':')) {
    if (part.data() != account.data()) out += ':';
    if (part.empty()) out += '%';  // no other part holds a '%' without digits behind it
    const std::size_t offset = static_cast<std::size_t>(part.data() - account.data());
    out += percent_escaped(part, [&](std::size_t at) {
      const char c = part[at];
      if (c == ' ') return at > 0 && word_at(offset + at - 1) && word_at(offset + at + 1);
      return is_ascii_word(c) || c == '-' || c == '_' || c == '.';
    });
  }
  return out;
}

std::string beancount_string(std::string_view text) {
  const std::string printable = percent_escaped(
      text, [&](std::size_t at) { return !is_control(text[at]) && text[at] != '%'; });
  std::string out = "\"";
  for (const char c : printable) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string beancount_account(std::string_view account) {
  const auto parts = split(account, ':');
  const bool known = std::ranges::find(kBeancountRoots, parts[0]) != kBeancountRoots.end();
  std::string out = known ? std::string(parts[0]) : "Equity:X----Other";
  for (std::size_t i = known ? 1 : 0; i < parts.size(); ++i) {
    out += ':' + beancount_component(parts[i]);
  }
  return known && parts.size() == 1 ? out + ":X----Itself" : out;
}

}  // namespace purser::books
