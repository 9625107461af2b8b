// HTTP/1.1 requests out of a stream of bytes (RFC 9112), one connection each. Written for two
// things that a general library does not give together: the body is read in place, where the
// socket wrote it, and reading a request costs well under a microsecond (bench/serve_vs_bare shows
// why that matters: a prediction itself takes tens of microseconds).
//
// Strict where leniency has been a hole: line ends are CRLF, one Content-Length at most and never
// next to Transfer-Encoding, no folded header lines, no space before the colon. Every size has a
// limit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace purser::serve {

struct HttpLimits {
  std::size_t head_bytes_max = std::size_t{16} * 1024;  // request line and headers
  std::size_t headers_max = 100;
  std::size_t body_bytes_max = std::size_t{8} * 1024 * 1024;
};

// Views into the reader's buffer: good until consume() or the next call of space().
struct HttpRequest {
  std::string_view method;
  std::string_view path;   // without the query
  std::string_view query;  // behind '?', may be empty
  std::string_view body;
  std::string_view content_encoding;
  // Inference-Header-Content-Length: how much of the body is JSON, where binary tensors follow.
  std::optional<std::size_t> inference_header_bytes;
  bool keep_alive = true;
};

// What is wrong with the bytes: the status to answer with, before closing the connection.
struct HttpFault {
  int status = 400;
  std::string message;
};

// One thread.
class HttpReader {
 public:
  explicit HttpReader(HttpLimits limits) : limits_(limits) {}

  // Where to put the next bytes of the stream; at least one byte unless a request or fault is
  // waiting to be dealt with. Ends the life of the views of request().
  std::span<char> space();
  void received(std::size_t bytes) { end_ += bytes; }

  enum class State : std::uint8_t {
    kNeedMore,
    kNeedContinue,  // the client waits for "100 Continue" before it sends the body; said once
    kRequest,       // request() is whole
    kBad,           // fault() says why; the connection cannot go on
  };
  State next();
  const HttpRequest& request() const { return request_; }
  const HttpFault& fault() const { return fault_; }
  // Drops the request; bytes of the following one stay.
  void consume();

  // Part of a request has arrived (a connection that is not idle).
  bool midway() const { return end_ > begin_; }
  // Bytes that a peer can make this hold.
  std::size_t capacity_bytes() const { return buffer_.size(); }

 private:
  void move(std::size_t dropped, std::size_t wanted);
  State bad(int status, std::string message);
  bool parse_head(std::string_view head);
  bool parse_request_line(std::string_view line);
  bool parse_header(std::string_view name, std::string_view value);
  State read_chunks();

  HttpLimits limits_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;        // of the current request
  std::size_t end_ = 0;          // of what has been received
  std::size_t scanned_ = 0;      // where the search for the end of the head goes on
  std::size_t body_ = 0;         // where the body starts; 0 while the head is incomplete
  std::size_t chunk_read_ = 0;   // chunked: next byte to decode
  std::size_t chunk_write_ = 0;  // chunked: end of the decoded body
  std::size_t request_end_ = 0;
  std::optional<std::size_t> content_bytes_;
  bool chunked_ = false;
  bool expects_continue_ = false;
  bool has_host_ = false;
  bool version_1_1_ = true;
  HttpRequest request_;
  HttpFault fault_;
};

// "HTTP/1.1 200 OK\r\n…\r\n\r\n" appended to `out`; the body (of `body_bytes`) follows by the
// caller. `extra` is whole header lines, each with its CRLF.
void write_head(std::string& out, int status, std::string_view content_type, std::size_t body_bytes,
                bool keep_alive, std::string_view extra = {});
std::string_view reason_of(int status);

}  // namespace purser::serve
