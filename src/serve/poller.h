// Waiting for many sockets at once: epoll, with a timeout in nanoseconds.
//
// Why not Asio: the server's loop is 'read everything that is ready, then run one batch'. Asio
// hides exactly that moment, and its read costs an extra system call a request; this is forty
// lines.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/result.h"
#include "base/time.h"

namespace purser::serve {

// Owns a descriptor; closes it.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor() { close(); }

  int number() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }
  void close();
  int release();

 private:
  int number_ = -1;
};

// One thread.
class Poller {
 public:
  static Result<Poller> open();

  enum Interest : std::uint32_t { kNothing = 0, kRead = EPOLLIN, kWrite = EPOLLOUT };
  // `key` comes back with the events of this descriptor. Level-triggered.
  Status watch(int descriptor, std::uint32_t interest, std::uint64_t key);
  void change(int descriptor, std::uint32_t interest, std::uint64_t key);
  void forget(int descriptor);

  struct Event {
    std::uint64_t key;
    bool readable;  // or closed, or broken: reading tells
    bool writable;
    bool broken;  // nothing can be read or sent any more
  };
  // What is ready now, or becomes ready within `timeout` (nothing: forever). Valid until the next
  // call. Empty after the timeout, and when a signal interrupted the wait.
  std::span<const Event> wait(std::optional<Nanoseconds> timeout);

 private:
  explicit Poller(Descriptor epoll) : epoll_(std::move(epoll)) {}

  static constexpr int kEventsMax = 256;
  Descriptor epoll_;
  std::array<Event, kEventsMax> events_{};
};

}  // namespace purser::serve
