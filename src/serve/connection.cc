#include "serve/connection.h"

#include <sys/socket.h>

#include <cerrno>

namespace purser::serve {

Connection::Io Connection::receive(Instant now) {
  const auto space = reader_.space();
  if (space.empty()) return Io::kOk;
  const ssize_t bytes = ::recv(socket_.number(), space.data(), space.size(), 0);
  if (bytes > 0) {
    if (!reader_.midway()) request_begun_ = now;
    reader_.received(static_cast<std::size_t>(bytes));
    active_ = now;
    return Io::kOk;
  }
  if (bytes == 0) return Io::kEnded;
  const bool later = bytes < 0 && (errno == EAGAIN || errno == EINTR);
  return later ? Io::kOk : Io::kClosed;
}

Connection::Io Connection::send(Instant now) {
  if (sending() && !answer_begun_) answer_begun_ = now;
  while (sending()) {
    const ssize_t bytes =
        ::send(socket_.number(), out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
    if (bytes < 0) return errno == EAGAIN || errno == EINTR ? Io::kOk : Io::kClosed;
    sent_ += static_cast<std::size_t>(bytes);
    active_ = now;
  }
  out_.clear();
  sent_ = 0;
  answer_begun_.reset();
  return Io::kOk;
}

void Connection::answer(int status, std::string_view content_type, std::string_view body,
                        bool keep_alive, std::string_view extra_headers) {
  write_head(out_, status, content_type, body.size(), keep_alive, extra_headers);
  out_ += body;
  if (!keep_alive) close_after_send = true;
}

}  // namespace purser::serve
