#include "serve/json_cursor.h"

#include <simdjson.h>

#include <charconv>
#include <cstdint>

namespace purser::serve {
namespace {

constexpr int kDepthMax = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<unsigned> hex4(const char* text, const char* end) {
  unsigned value = 0;
  if (end - text < 4) return std::nullopt;
  const auto [stop, error] = std::from_chars(text, text + 4, value, 16);
  if (error != std::errc() || stop != text + 4) return std::nullopt;
  return value;
}

void append_utf8(std::string& out, unsigned point) {
  const auto put = [&](unsigned byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | point >> 6), put(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12), put(0x80 | (point >> 6 & 0x3F)), put(0x80 | (point & 0x3F));
  } else {
    put(0xF0 | point >> 18), put(0x80 | (point >> 12 & 0x3F));
    put(0x80 | (point >> 6 & 0x3F)), put(0x80 | (point & 0x3F));
  }
}

// The code point of the escape at `text` (behind "\u"), and how many bytes it took; surrogates
// must come in pairs.
std::optional<std::pair<unsigned, int>> unicode_escape(const char* text, const char* end) {
  const auto high = hex4(text, end);
  if (!high || (*high >= 0xDC00 && *high < 0xE000)) return std::nullopt;
  if (*high < 0xD800 || *high >= 0xE000) return std::pair(*high, 4);
  if (end - text < 10 || text[4] != '\\' || text[5] != 'u') return std::nullopt;
  const auto low = hex4(text + 6, end);
  if (!low || *low < 0xDC00 || *low >= 0xE000) return std::nullopt;
  return std::pair(0x10000 + ((*high - 0xD800) << 10) + (*low - 0xDC00), 10);
}

}  // namespace

std::optional<std::string_view> JsonCursor::raw_string() {
  if (peek() != '"') return std::nullopt;
  const char* const open = here_;
  bool ascii = true;
  for (const char* p = open + 1; p != end_; ++p) {
    const auto byte = static_cast<unsigned char>(*p);
    if (byte == '"') {
      const auto length = static_cast<std::size_t>(p - open) + 1;
      if (!ascii && !simdjson::validate_utf8(open, length)) return std::nullopt;
      here_ = p + 1;
      return std::string_view(open, length);
    }
    if (byte < 0x20) return std::nullopt;
    if (byte >= 0x80) ascii = false;
    if (byte != '\\') continue;
    if (++p == end_) return std::nullopt;
    if (*p == 'u') {
      const auto escape = unicode_escape(p + 1, end_);
      if (!escape) return std::nullopt;
      p += escape->second;
    } else if (std::string_view("\"\\/bfnrt").find(*p) == std::string_view::npos) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<std::string> JsonCursor::string() {
  const auto raw = raw_string();
  if (!raw) return std::nullopt;
  std::string value;
  const char* const stop = raw->data() + raw->size() - 1;
  for (const char* p = raw->data() + 1; p != stop; ++p) {
    if (*p != '\\') {
      value.push_back(*p);
    } else if (*++p == 'u') {
      const auto escape = unicode_escape(p + 1, stop);
      if (!escape) return std::nullopt;  // raw_string() has refused it already
      append_utf8(value, escape->first);
      p += escape->second;
    } else {
      constexpr std::string_view kFrom = "\"\\/bfnrt";
      constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";
      value.push_back(kTo[kFrom.find(*p)]);
    }
  }
  return value;
}

bool JsonCursor::take_word(std::string_view word) {
  if (static_cast<std::size_t>(end_ - here_) < word.size()) return false;
  if (std::string_view(here_, word.size()) != word) return false;
  here_ += word.size();
  return true;
}

std::optional<bool> JsonCursor::boolean() {
  peek();
  if (take_word("true")) return true;
  if (take_word("false")) return false;
  return std::nullopt;
}

bool JsonCursor::skip_number() {
  const char* p = here_;
  if (p != end_ && *p == '-') ++p;
  const auto digits = [&] {
    const char* const from = p;
    while (p != end_ && is_digit(*p)) ++p;
    return p - from;
  };
  const bool zero = p != end_ && *p == '0';
  const auto whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (p != end_ && *p == '.') {
    ++p;
    if (digits() == 0) return false;
  }
  if (p != end_ && (*p == 'e' || *p == 'E')) {
    ++p;
    if (p != end_ && (*p == '+' || *p == '-')) ++p;
    if (digits() == 0) return false;
  }
  here_ = p;
  return true;
}

template <class T>
std::optional<T> JsonCursor::integer() {
  peek();
  const char* const from = here_;
  if (!skip_number()) return std::nullopt;
  T value = 0;
  const auto [stop, error] = std::from_chars(from, here_, value);
  if (error == std::errc() && stop == here_) return value;
  here_ = from;
  return std::nullopt;
}
template std::optional<std::int64_t> JsonCursor::integer();
template std::optional<std::uint64_t> JsonCursor::integer();
template std::optional<std::int32_t> JsonCursor::integer();
template std::optional<std::int8_t> JsonCursor::integer();
template std::optional<std::uint8_t> JsonCursor::integer();

bool JsonCursor::skip_value() {
  // A stack of open brackets, one bit each: no recursion for the sender to exhaust.
  std::uint64_t objects = 0;
  int depth = 0;
  while (true) {
    const char c = peek();
    if (c == '{' || c == '[') {
      if (depth == kDepthMax) return false;
      ++here_;
      const bool object = c == '{';
      if (!take(object ? '}' : ']')) {
        objects = objects << 1U | (object ? 1U : 0U);
        ++depth;
        if (object && (!raw_string() || !take(':'))) return false;
        continue;
      }
    } else if (c == '"') {
      if (!raw_string()) return false;
    } else if (c == '-' || is_digit(c)) {
      if (!skip_number()) return false;
    } else if (!take_word("true") && !take_word("false") && !take_word("null")) {
      return false;
    }
    while (depth > 0) {  // a value has ended: what follows it?
      const bool object = (objects & 1U) != 0;
      if (take(',')) {
        if (object && (!raw_string() || !take(':'))) return false;
        break;
      }
      if (!take(object ? '}' : ']')) return false;
      objects >>= 1U;
      --depth;
    }
    if (depth == 0) return true;
  }
}

}  // namespace purser::serve
