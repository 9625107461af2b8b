// One client's connection: what it has sent and not been answered, and what it has not read yet.
// One request at a time: pipelined ones wait in the reader, so answers keep their order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "serve/http_reader.h"
#include "serve/poller.h"

namespace purser::serve {

class Connection {
 public:
  Connection(Descriptor socket, HttpLimits limits, std::uint64_t key, Instant now)
      : socket_(std::move(socket)), reader_(limits), key_(key), active_(now) {}

  enum class Io : std::uint8_t { kOk, kEnded, kClosed };
  // Reads once what the socket has. kEnded: the client will send nothing more, but may still read;
  // kClosed: it has gone.
  Io receive(Instant now);
  // Sends as much of the answer as the socket takes; the first call for an answer begins it.
  Io send(Instant now);

  void answer(int status, std::string_view content_type, std::string_view body, bool keep_alive,
              std::string_view extra_headers = {});
  void say_continue() { out_ += "HTTP/1.1 100 Continue\r\n\r\n"; }

  HttpReader& reader() { return reader_; }
  const Descriptor& socket() const { return socket_; }
  std::uint64_t key() const { return key_; }
  bool sending() const { return sent_ < out_.size(); }
  // The last time that bytes moved or an answer was given.
  Instant active() const { return active_; }
  // When the sending of the answer began that its client has not read whole; nothing if there is
  // none. Bytes do not renew it: a client that reads one a second would hold the answer for ever.
  std::optional<Instant> answer_begun() const { return answer_begun_; }
  // When the request began of which a part has arrived.
  Instant request_begun() const { return request_begun_; }
  void request_done(Instant now) { request_begun_ = now; }

  bool waiting = false;  // a request of it is queued or running
  bool close_after_send = false;
  bool ended = false;          // the client sends nothing more
  std::uint32_t interest = 0;  // what the poller watches it for

 private:
  Descriptor socket_;
  HttpReader reader_;
  std::uint64_t key_;
  Instant active_;
  Instant request_begun_{};
  std::optional<Instant> answer_begun_;
  std::string out_;
  std::size_t sent_ = 0;
};

}  // namespace purser::serve
