#include "serve/http_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

namespace purser::serve {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{16} * 1024;
constexpr std::size_t kChunkLineBytesMax = 256;

bool is_token_char(char c) {  // RFC 9110, 5.6.2
  static constexpr auto kTable = [] {
    std::array<bool, 256> table{};
    for (unsigned char x = '0'; x <= '9'; ++x) table[x] = true;
    for (unsigned char x = 'a'; x <= 'z'; ++x) table[x] = true;
    for (unsigned char x = 'A'; x <= 'Z'; ++x) table[x] = true;
    for (const char x :
         {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'}) {
      table[static_cast<unsigned char>(x)] = true;
    }
    return table;
  }();
  return kTable[static_cast<unsigned char>(c)];
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

// Letters differ in one bit; the names compared here hold letters and '-' only.
bool same_name(std::string_view given, std::string_view lower) {
  return given.size() == lower.size() &&
         std::equal(given.begin(), given.end(), lower.begin(), [](char a, char b) {
           return a == b || ((a | 0x20) == b && b >= 'a' && b <= 'z');
         });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<std::size_t> number_of(std::string_view text, int base) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

// Is a mark, looked for in `size` bytes and found at `at` (or not), farther than `limit`? Says the
// same however much of the text has arrived, so that limits do not depend on how a stream is cut.
bool beyond(std::size_t at, std::size_t size, std::string_view mark, std::size_t limit) {
  return at == std::string_view::npos ? size > limit + mark.size() - 1 : at > limit;
}

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kBlankLine = "\r\n\r\n";

// Does the comma-separated list hold the word?
bool lists(std::string_view value, std::string_view word) {
  while (!value.empty()) {
    const std::size_t comma = std::min(value.find(','), value.size());
    if (same_name(trimmed(value.substr(0, comma)), word)) return true;
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
  return false;
}

}  // namespace

std::span<char> HttpReader::space() {
  if (begin_ == end_ && body_ == 0) begin_ = end_ = scanned_ = 0;
  std::size_t wanted = kBufferBytes;
  if (content_bytes_) {
    wanted = std::max(wanted, body_ - begin_ + *content_bytes_);
  } else if (end_ - begin_ >= buffer_.size() / 2) {
    wanted = std::min(std::max(wanted, 2 * buffer_.size()),
                      limits_.head_bytes_max + limits_.body_bytes_max + kBufferBytes);
  }
  const bool to_front =
      begin_ > 0 && (buffer_.size() - end_ < kBufferBytes / 4 || begin_ + wanted > buffer_.size());
  if (to_front || buffer_.size() < wanted) move(to_front ? begin_ : 0, wanted);
  return std::span(buffer_).subspan(end_);
}

// Drops `dropped` bytes at the front and makes room for `wanted` in all; the request's head, if it
// has been read, moves along.
void HttpReader::move(std::size_t dropped, std::size_t wanted) {
  const std::array views = {&request_.method, &request_.path, &request_.query,
                            &request_.content_encoding};
  std::array<std::size_t, views.size()> places{};
  const bool has_head = body_ != 0;
  for (std::size_t i = 0; has_head && i < views.size(); ++i) {
    if (!views[i]->empty()) {
      places[i] = static_cast<std::size_t>(views[i]->data() - buffer_.data()) - dropped;
    }
  }
  if (dropped > 0) {
    std::memmove(buffer_.data(), buffer_.data() + dropped, end_ - dropped);
    for (std::size_t* place : {&begin_, &end_, &scanned_, &body_, &chunk_read_, &chunk_write_}) {
      if (*place >= dropped) *place -= dropped;
    }
  }
  if (buffer_.size() < wanted) buffer_.resize(wanted);
  for (std::size_t i = 0; has_head && i < views.size(); ++i) {
    *views[i] = {buffer_.data() + places[i], views[i]->size()};
  }
}

HttpReader::State HttpReader::bad(int status, std::string message) {
  fault_ = {status, std::move(message)};
  return State::kBad;
}

HttpReader::State HttpReader::next() {
  if (body_ == 0) {
    // Empty lines before a request are skipped (RFC 9112, 2.2).
    while (end_ - begin_ >= 2 && buffer_[begin_] == '\r' && buffer_[begin_ + 1] == '\n')
      begin_ += 2;
    const std::string_view seen(buffer_.data() + begin_, end_ - begin_);
    const std::size_t from = scanned_ > begin_ + 3 ? scanned_ - begin_ - 3 : 0;
    const std::size_t blank = seen.find(kBlankLine, from);
    scanned_ = end_;
    if (beyond(blank, seen.size(), kBlankLine, limits_.head_bytes_max)) {
      return bad(431, fmt::format("the request's headers are longer than {} bytes; send fewer",
                                  limits_.head_bytes_max));
    }
    if (blank == std::string_view::npos) return State::kNeedMore;
    fault_ = {};
    if (!parse_head(seen.substr(0, blank + 2))) return State::kBad;
    body_ = chunk_read_ = chunk_write_ = begin_ + blank + 4;
  }
  const State state = chunked_ ? read_chunks() : State::kRequest;
  if (state == State::kBad) return state;
  const std::size_t bytes = content_bytes_.value_or(0);
  if (state == State::kNeedMore || (!chunked_ && end_ - body_ < bytes)) {
    if (!expects_continue_) return State::kNeedMore;
    expects_continue_ = false;
    return State::kNeedContinue;
  }
  const std::size_t body_end = chunked_ ? chunk_write_ : body_ + bytes;
  request_.body = {buffer_.data() + body_, body_end - body_};
  request_end_ = chunked_ ? chunk_read_ : body_end;
  return State::kRequest;
}

void HttpReader::consume() {
  begin_ = scanned_ = request_end_;
  body_ = 0;
  if (begin_ == end_) {
    begin_ = end_ = scanned_ = 0;
    // One large request must not hold its memory for the life of the connection.
    if (buffer_.size() > 16 * kBufferBytes) std::vector<char>(kBufferBytes).swap(buffer_);
  }
  content_bytes_.reset();
  chunked_ = false;
}

bool HttpReader::parse_head(std::string_view head) {
  request_ = {};
  content_bytes_.reset();
  chunked_ = expects_continue_ = has_host_ = false;
  std::size_t line_end = head.find(kLineEnd);
  if (!parse_request_line(head.substr(0, line_end))) return false;
  head.remove_prefix(line_end + 2);
  for (std::size_t lines = 0; !head.empty(); ++lines) {
    if (lines == limits_.headers_max) {
      bad(431, fmt::format("more than {} header lines; send fewer", limits_.headers_max));
      return false;
    }
    line_end = head.find(kLineEnd);
    const std::string_view line = head.substr(0, line_end);
    head.remove_prefix(line_end + 2);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
      bad(400, "a header line is not 'Name: value' (RFC 9112)");
      return false;
    }
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
      bad(400, "a header value holds a control character");
      return false;
    }
    if (!parse_header(line.substr(0, colon), value)) return false;
  }
  if (version_1_1_ && !has_host_) {
    bad(400, "a request of HTTP/1.1 needs a Host header");
    return false;
  }
  if (chunked_ && content_bytes_) {
    bad(400, "both Content-Length and Transfer-Encoding; send one");
    return false;
  }
  if (!chunked_ && !content_bytes_ && (request_.method == "POST" || request_.method == "PUT")) {
    bad(411, "a request with a body needs Content-Length or Transfer-Encoding: chunked");
    return false;
  }
  return true;
}

bool HttpReader::parse_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || last == first || !is_token(line.substr(0, first))) {
    bad(400, "the first line is no HTTP request ('POST /v2/models/NAME/infer HTTP/1.1')");
    return false;
  }
  const std::string_view version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    bad(505, "this server speaks HTTP/1.1 and HTTP/1.0");
    return false;
  }
  version_1_1_ = version == "HTTP/1.1";
  request_.keep_alive = version_1_1_;
  request_.method = line.substr(0, first);
  std::string_view target = line.substr(first + 1, last - first - 1);
  const bool printable =
      std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  if (target.empty() || target.front() != '/' || !printable) {
    bad(400, "the request's path does not start with '/' or holds characters that a path cannot");
    return false;
  }
  const std::size_t mark = std::min(target.find('?'), target.size());
  request_.path = target.substr(0, mark);
  request_.query = target.substr(std::min(mark + 1, target.size()));
  return true;
}

bool HttpReader::parse_header(std::string_view name, std::string_view value) {
  switch (name.size()) {  // most headers are of no interest: their length tells
    case 4:
      if (same_name(name, "host")) {
        // Two would let a proxy and this server each believe another (RFC 9112, 3.2).
        if (has_host_) {
          bad(400, "more than one Host header; send one");
          return false;
        }
        has_host_ = true;
      }
      break;
    case 6:
      if (same_name(name, "expect")) {
        if (!same_name(value, "100-continue")) {
          bad(417, "the only expectation that this server meets is 100-continue");
          return false;
        }
        expects_continue_ = version_1_1_;
      }
      break;
    case 10:
      if (same_name(name, "connection")) {
        if (lists(value, "close")) request_.keep_alive = false;
        if (lists(value, "keep-alive") && !version_1_1_) request_.keep_alive = true;
      }
      break;
    case 14:
      if (same_name(name, "content-length")) {
        const bool digits = value.find_first_not_of("0123456789") == std::string_view::npos;
        const auto bytes = number_of(value, 10);
        if (!digits || !bytes || content_bytes_) {
          bad(400, "Content-Length must be given once, as a decimal number");
          return false;
        }
        if (*bytes > limits_.body_bytes_max) {
          bad(413,
              fmt::format("a body of {} bytes; this server takes at most {}; send fewer samples "
                          "in one request",
                          *bytes, limits_.body_bytes_max));
          return false;
        }
        content_bytes_ = bytes;
      }
      break;
    case 16:
      if (same_name(name, "content-encoding") && !same_name(value, "identity")) {
        request_.content_encoding = value;
      }
      break;
    case 17:
      if (same_name(name, "transfer-encoding")) {
        if (chunked_ || !same_name(value, "chunked") || !version_1_1_) {
          bad(501, "the only transfer encoding that this server knows is chunked");
          return false;
        }
        chunked_ = true;
      }
      break;
    case 31:
      if (same_name(name, "inference-header-content-length")) {
        request_.inference_header_bytes = number_of(value, 10);
        if (!request_.inference_header_bytes) {
          bad(400, "Inference-Header-Content-Length must be a decimal number");
          return false;
        }
      }
      break;
    default:
      break;
  }
  return true;
}

// Decodes in place: the body grows at chunk_write_, over the framing that has been read.
HttpReader::State HttpReader::read_chunks() {
  bool last = false;
  while (true) {
    const std::string_view rest(buffer_.data() + chunk_read_, end_ - chunk_read_);
    const std::size_t line = rest.find(kLineEnd);
    if (beyond(line, rest.size(), kLineEnd, kChunkLineBytesMax)) {
      return bad(400, "a line of the chunked body is too long");
    }
    if (line == std::string_view::npos) break;
    if (last) {  // trailers, up to an empty line; read and dropped
      chunk_read_ += line + 2;
      if (line == 0) return State::kRequest;
      continue;
    }
    const std::string_view size_text = trimmed(rest.substr(0, std::min(line, rest.find(';'))));
    const auto bytes = number_of(size_text, 16);
    if (!bytes || size_text.size() > 15) return bad(400, "a chunk's size is no hexadecimal number");
    if (chunk_write_ - body_ + *bytes > limits_.body_bytes_max) {
      return bad(413,
                 fmt::format("the body is longer than {} bytes, the most that this server takes",
                             limits_.body_bytes_max));
    }
    if (*bytes == 0) {
      // The end is looked at whole, so that trailers need no state of their own.
      const std::size_t stop = rest.find(kBlankLine, line);
      if (beyond(stop, rest.size(), kBlankLine, limits_.head_bytes_max)) {
        return bad(431, "the trailers are too long");
      }
      if (stop == std::string_view::npos) break;
      last = true;
      chunk_read_ += line + 2;
      continue;
    }
    if (rest.size() < line + 2 + *bytes + 2) break;
    if (rest.substr(line + 2 + *bytes, 2) != "\r\n")
      return bad(400, "a chunk is longer than its size");
    std::memmove(buffer_.data() + chunk_write_, rest.data() + line + 2, *bytes);
    chunk_write_ += *bytes;
    chunk_read_ += line + 2 + *bytes + 2;
  }
  // What was decoded gives its framing's room back, or many small chunks would outgrow the buffer.
  std::memmove(buffer_.data() + chunk_write_, buffer_.data() + chunk_read_, end_ - chunk_read_);
  end_ -= chunk_read_ - chunk_write_;
  chunk_read_ = chunk_write_;
  return State::kNeedMore;
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

void write_head(std::string& out, int status, std::string_view content_type, std::size_t body_bytes,
                bool keep_alive, std::string_view extra) {
  const fmt::format_int code(status);
  const fmt::format_int bytes(body_bytes);
  out.append("HTTP/1.1 ").append(code.data(), code.size()).append(" ").append(reason_of(status));
  out.append("\r\nContent-Type: ").append(content_type);
  out.append("\r\nContent-Length: ").append(bytes.data(), bytes.size()).append("\r\n");
  out.append(extra).append(keep_alive ? "\r\n" : "Connection: close\r\n\r\n");
}

}  // namespace purser::serve
