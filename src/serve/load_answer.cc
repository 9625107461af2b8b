#include "serve/load_answer.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/text.h"
#include "serve/json_cursor.h"
#include "serve/number_array.h"

namespace purser::serve {
namespace {

constexpr std::size_t kHeadMax = 65536;
constexpr std::int64_t kNumbersMax = 1 << 20;  // of one output

bool same_word(std::string_view given, std::string_view lower) {
  return std::equal(given.begin(), given.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
  });
}

// Digits and nothing else: "-5", "+5" and "5, 5" are no length.
std::optional<std::size_t> length_of(std::string_view text) {
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return length;
}

// "HTTP/1.1 200 OK"; 0 if it is no such line.
int status_of(std::string_view line) {
  int status = 0;
  if (line.size() < 12 || !(line.starts_with("HTTP/1.1 ") || line.starts_with("HTTP/1.0 "))) {
    return 0;
  }
  const auto [end, error] = std::from_chars(line.data() + 9, line.data() + 12, status);
  if (error != std::errc() || end != line.data() + 12) return 0;
  if (line.size() > 12 && line[12] != ' ') return 0;
  return status >= 100 && status <= 599 ? status : 0;
}

struct Head {
  std::optional<std::size_t> length;
  bool close = false;
};
// The header lines, each with its CRLF. False, with `why`, if they frame nothing.
bool read_headers(std::string_view lines, Head& head, std::string_view& why) {
  while (!lines.empty()) {
    const std::size_t end = lines.find("\r\n");
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(end + 2);
    const std::size_t colon = line.find(':');
    if (colon == 0 || line.substr(0, colon).find_first_of(" \t\n") != std::string_view::npos ||
        colon == std::string_view::npos) {
      why = "not HTTP";
      return false;
    }
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trim(line.substr(colon + 1));
    if (same_word(name, "content-length")) {
      const auto length = length_of(value);
      if (!length || head.length) {
        why = "no usable length";
        return false;
      }
      head.length = length;
    } else if (same_word(name, "transfer-encoding")) {
      why = "no usable length";  // chunks are not read here
      return false;
    } else if (same_word(name, "connection")) {
      for (const std::string_view word : split(value, ',')) {
        head.close = head.close || same_word(trim(word), "close");
      }
    }
  }
  return true;
}

// A member of the answer's "outputs", as it stands there.
struct GivenOutput {
  std::string name;
  std::string datatype;
  std::vector<std::int64_t> shape;
  std::optional<std::string_view> data;
};

// NaN and infinity are no JSON; some servers write them all the same, or null in their place.
bool stands_for_no_number(JsonCursor cursor) {
  cursor.take('-');
  const char c = cursor.peek();
  return c == 'N' || c == 'n' || c == 'I' || c == 'i';
}

class Checker {
 public:
  Checker(std::string_view body, std::span<const PromisedOutput> promised,
          std::vector<double>& room)
      : cursor_(body), promised_(promised), room_(room), seen_(promised.size(), false) {}

  CheckedAnswer check() {
    if (!read_answer() && checked_.wrong.empty()) checked_.wrong = "no inference answer";
    return checked_;
  }

 private:
  bool wrong(std::string_view kind) {
    checked_.wrong = kind;
    return false;
  }

  // Calls `member(key)` for each member of the object at the cursor.
  template <class Member>
  bool read_object(Member member) {
    if (!cursor_.take('{')) return false;
    if (cursor_.take('}')) return true;
    do {
      const auto key = cursor_.string();
      if (!key || !cursor_.take(':') || !member(*key)) return false;
    } while (cursor_.take(','));
    return cursor_.take('}');
  }

  bool read_answer() {
    int lists = 0;
    const bool whole = read_object([&](const std::string& key) {
      if (key != "outputs") return cursor_.skip_value();
      ++lists;
      return read_outputs();
    });
    if (!whole || !cursor_.at_end() || lists != 1) return false;
    if (outputs_ == 0) return wrong("wrong outputs");
    const bool kept = std::find(seen_.begin(), seen_.end(), false) == seen_.end();
    return kept || wrong("wrong outputs");
  }

  bool read_outputs() {
    if (!cursor_.take('[')) return false;
    if (cursor_.take(']')) return true;
    do {
      GivenOutput output;
      const bool whole = read_object([&](const std::string& key) { return member(key, output); });
      if (!whole || !judge(output)) return false;
      ++outputs_;
    } while (cursor_.take(','));
    return cursor_.take(']');
  }

  bool member(const std::string& key, GivenOutput& output) {
    if (key == "name" || key == "datatype") {
      const auto word = cursor_.string();
      if (word) (key == "name" ? output.name : output.datatype) = *word;
      return word.has_value();
    }
    if (key == "shape") return read_shape(output.shape);
    if (key != "data") return cursor_.skip_value();
    cursor_.peek();
    const char* const from = cursor_.here();
    if (!cursor_.skip_value()) {
      return stands_for_no_number(cursor_) ? wrong("number not finite") : false;
    }
    output.data = std::string_view(from, static_cast<std::size_t>(cursor_.here() - from));
    return true;
  }

  bool read_shape(std::vector<std::int64_t>& shape) {
    shape.clear();
    if (!cursor_.take('[')) return false;
    if (cursor_.take(']')) return true;
    do {
      const auto extent = cursor_.integer<std::int64_t>();
      if (!extent) return wrong("wrong shape");
      shape.push_back(*extent);
    } while (cursor_.take(','));
    return cursor_.take(']');
  }

  bool judge(const GivenOutput& output) {
    bool first = outputs_ == 0;
    if (!promised_.empty()) {
      const auto promise = std::find_if(promised_.begin(), promised_.end(),
                                        [&](const auto& each) { return each.name == output.name; });
      if (promise == promised_.end()) return wrong("wrong outputs");
      const auto index = static_cast<std::size_t>(promise - promised_.begin());
      if (seen_[index] || promise->datatype != output.datatype) return wrong("wrong outputs");
      seen_[index] = true;
      first = index == 0;
      if (!as_promised(output.shape, promise->shape)) return wrong("wrong shape");
    }
    std::int64_t numbers = 1;
    for (const std::int64_t extent : output.shape) {
      if (extent < 1 || extent > kNumbersMax / numbers) return wrong("wrong shape");
      numbers *= extent;
    }
    if (!output.data) return wrong("wrong outputs");
    if (output.datatype == "BYTES" || output.datatype == "BOOL") return true;
    return read_numbers(*output.data, output, numbers, first);
  }

  static bool as_promised(std::span<const std::int64_t> given,
                          std::span<const std::int64_t> promised) {
    if (given.size() != promised.size()) return false;
    for (std::size_t i = 0; i < given.size(); ++i) {
      const std::int64_t wanted = promised[i] < 0 && i == 0 ? 1 : promised[i];
      if (wanted >= 0 && given[i] != wanted) return false;
    }
    return true;
  }

  bool read_numbers(std::string_view text, const GivenOutput& output, std::int64_t numbers,
                    bool first) {
    room_.resize(static_cast<std::size_t>(numbers));
    JsonCursor data(text);
    std::string_view why;
    const auto shape = read_array(data, std::span(room_), why);
    if (!shape) {
      if (why == kTooManyNumbers) return wrong("wrong shape");
      const char c = data.peek();
      const bool number = c == '-' || (c >= '0' && c <= '9');
      return wrong(number || stands_for_no_number(data) ? "number not finite" : "wrong shape");
    }
    if (shape->count != numbers) return wrong("wrong shape");
    const std::span nested(shape->extents.data(), static_cast<std::size_t>(shape->depth));
    if (shape->depth > 1 &&
        !std::equal(nested.begin(), nested.end(), output.shape.begin(), output.shape.end())) {
      return wrong("wrong shape");
    }
    if (output.datatype == "FP32" && std::any_of(room_.begin(), room_.end(), [](double number) {
          return number > std::numeric_limits<float>::max() ||
                 number < std::numeric_limits<float>::lowest();
        })) {
      return wrong("number not finite");
    }
    if (first) checked_.largest = std::max_element(room_.begin(), room_.end()) - room_.begin();
    return true;
  }

  JsonCursor cursor_;
  std::span<const PromisedOutput> promised_;
  std::vector<double>& room_;
  std::vector<bool> seen_;  // of the promised
  std::int64_t outputs_ = 0;
  CheckedAnswer checked_;
};

}  // namespace

Whole read_http_answer(std::string_view text, HttpAnswer& answer, std::string_view& why) {
  while (true) {
    const std::size_t blank = text.find("\r\n\r\n");
    if (blank == std::string_view::npos) {
      constexpr std::string_view kStart = "HTTP/1.";
      const std::size_t known = std::min(text.size(), kStart.size());
      if (text.substr(0, known) == kStart.substr(0, known) && text.size() <= kHeadMax) {
        return Whole::kNotYet;
      }
      why = "not HTTP";
      return Whole::kNever;
    }
    const std::string_view head = text.substr(0, blank + 2);
    const std::size_t line = head.find("\r\n");
    answer.status = status_of(head.substr(0, line));
    if (answer.status == 0) {
      why = "not HTTP";
      return Whole::kNever;
    }
    text.remove_prefix(blank + 4);
    if (answer.status < 200) continue;
    Head read;
    read.close = head.starts_with("HTTP/1.0");
    if (!read_headers(head.substr(line + 2), read, why)) return Whole::kNever;
    answer.close = read.close;
    if (!read.length && answer.status != 204) {
      why = "no usable length";
      return Whole::kNever;
    }
    const std::size_t length = read.length.value_or(0);
    if (text.size() < length) return Whole::kNotYet;
    answer.body = text.substr(0, length);
    if (text.size() == length) return Whole::kYes;
    why = "bytes behind the answer";
    return Whole::kNever;
  }
}

CheckedAnswer check_infer_answer(std::string_view body, std::span<const PromisedOutput> promised,
                                 std::vector<double>& room) {
  return Checker(body, promised, room).check();
}

}  // namespace purser::serve
