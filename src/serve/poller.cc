#include "serve/poller.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <utility>

#include <fmt/format.h>

#include "base/files.h"

namespace purser::serve {

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    close();
    number_ = other.release();
  }
  return *this;
}

void Descriptor::close() {
  if (number_ >= 0) ::close(number_);
  number_ = -1;
}

int Descriptor::release() { return std::exchange(number_, -1); }

Result<Poller> Poller::open() {
  Descriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) {
    return fail(
        ErrorCode::kNetwork,
        fmt::format("cannot wait for sockets: {}; raise the limit of open files (ulimit -n)",
                    errno_words(errno)));
  }
  return Poller(std::move(epoll));
}

Status Poller::watch(int descriptor, std::uint32_t interest, std::uint64_t key) {
  epoll_event event{};
  event.events = interest;
  event.data.u64 = key;
  if (::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, descriptor, &event) == 0) return {};
  return fail(ErrorCode::kNetwork, fmt::format("cannot wait for a socket: {}", errno_words(errno)));
}

void Poller::change(int descriptor, std::uint32_t interest, std::uint64_t key) {
  epoll_event event{};
  event.events = interest;
  event.data.u64 = key;
  ::epoll_ctl(epoll_.number(), EPOLL_CTL_MOD, descriptor, &event);
}

void Poller::forget(int descriptor) {
  ::epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, descriptor, nullptr);
}

std::span<const Poller::Event> Poller::wait(std::optional<Nanoseconds> timeout) {
  std::array<epoll_event, kEventsMax> ready;  // NOLINT: filled by the kernel
  int count = 0;
  if (!timeout || timeout->count() <= 0) {
    count = ::epoll_wait(epoll_.number(), ready.data(), kEventsMax, timeout ? 0 : -1);
  } else {
    const timespec limit{static_cast<std::time_t>(timeout->count() / 1'000'000'000),
                         static_cast<long>(timeout->count() % 1'000'000'000)};
    count = ::epoll_pwait2(epoll_.number(), ready.data(), kEventsMax, &limit, nullptr);
    if (count < 0 && errno == ENOSYS) {  // before Linux 5.11: whole milliseconds, rounded up
      const std::int64_t ms =
          std::min<std::int64_t>((timeout->count() + 999'999) / 1'000'000, 60'000);
      count = ::epoll_wait(epoll_.number(), ready.data(), kEventsMax, static_cast<int>(ms));
    }
  }
  const auto events = static_cast<std::size_t>(std::max(count, 0));
  for (std::size_t i = 0; i < events; ++i) {
    events_[i] = {ready[i].data.u64, (ready[i].events & ~static_cast<unsigned>(EPOLLOUT)) != 0,
                  (ready[i].events & EPOLLOUT) != 0,
                  (ready[i].events & (EPOLLERR | EPOLLHUP)) != 0};
  }
  return std::span(events_).first(events);
}

}  // namespace purser::serve
