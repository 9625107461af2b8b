#include "serve/socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "base/files.h"

namespace purser::serve {
namespace {

using Addresses = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

Result<Addresses> resolve(const std::string& host, std::uint16_t port, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is no address of a machine ({}); write one such as 127.0.0.1",
                            host, ::gai_strerror(error)));
  }
  return Addresses(found, ::freeaddrinfo);
}

// The bound and listening socket, or the errno that prevented it.
int try_listen(const addrinfo& address, Descriptor& socket) {
  socket = Descriptor(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return errno;
  // A server that restarts must not wait for its old connections to leave TIME_WAIT.
  const int on = 1;
  ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(socket.number(), address.ai_addr, address.ai_addrlen) != 0) return errno;
  return ::listen(socket.number(), SOMAXCONN) == 0 ? 0 : errno;
}

// Inodes of the sockets that listen on the port: lines of /proc/net/tcp, "sl local remote st …".
std::set<std::string> listening_inodes(std::uint16_t port) {
  std::set<std::string> inodes;
  const std::string suffix = fmt::format(":{:04X}", port);
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream lines(table);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string slot, local, remote, state, queues, timer, retransmits, user, timeout, inode;
      words >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> user >>
          timeout >> inode;
      if (state == "0A" && local.ends_with(suffix)) inodes.insert("socket:[" + inode + "]");
    }
  }
  return inodes;
}

// "python3 (process 4242)", if this user may see it.
std::optional<std::string> holder_of(std::uint16_t port) {
  const std::set<std::string> inodes = listening_inodes(port);
  if (inodes.empty()) return std::nullopt;
  std::error_code ignored;
  for (const auto& process : fs::directory_iterator("/proc", ignored)) {
    const std::string id = process.path().filename();
    if (std::isdigit(static_cast<unsigned char>(id.front())) == 0) continue;
    fs::directory_iterator files(process.path() / "fd", ignored);
    for (; !ignored && files != fs::directory_iterator(); files.increment(ignored)) {
      if (!inodes.contains(fs::read_symlink(files->path(), ignored).string())) continue;
      std::string name;
      std::getline(std::ifstream(process.path() / "comm"), name);
      return fmt::format("{} (process {})", name, id);
    }
  }
  return std::nullopt;
}

Error port_taken(const std::string& host, std::uint16_t port) {
  std::string next = "another one";
  for (int candidate = port + 1; candidate <= std::min(port + 100, 65535); ++candidate) {
    const auto addresses = resolve(host, static_cast<std::uint16_t>(candidate), AI_PASSIVE);
    Descriptor socket;
    if (addresses && try_listen(**addresses, socket) == 0) {
      next = fmt::format("--port {}", candidate);
      break;
    }
  }
  const auto holder = holder_of(port);
  return Error(ErrorCode::kBusy, fmt::format("port {} is taken by {}; stop that, or serve on {}",
                                             port, holder.value_or("another program"), next));
}

}  // namespace

Result<Descriptor> listen_on(const std::string& host, std::uint16_t port) {
  PURSER_ASSIGN(const Addresses addresses, resolve(host, port, AI_PASSIVE));
  Descriptor socket;
  const int error = try_listen(*addresses, socket);
  if (error == EADDRINUSE) return fail(port_taken(host, port));
  if (error == EACCES) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("port {} is for the administrator; choose one from 1024 up", port));
  }
  if (error == EADDRNOTAVAIL) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is no address of this machine; listen on one that is, such as "
                            "127.0.0.1, or on 0.0.0.0 for all of them",
                            host));
  }
  if (error != 0) {
    return fail(ErrorCode::kNetwork,
                fmt::format("cannot listen on {} port {}: {}", host, port, errno_words(error)));
  }
  return socket;
}

std::uint16_t port_of(const Descriptor& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port
                                             : reinterpret_cast<sockaddr_in*>(&address)->sin_port);
}

Result<std::vector<std::string>> addresses_of(const std::string& host) {
  PURSER_ASSIGN(const Addresses addresses, resolve(host, 0, 0));
  std::vector<std::string> texts;
  for (const addrinfo* each = addresses.get(); each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    const int error =
        ::getnameinfo(each->ai_addr, each->ai_addrlen, text.data(),
                      static_cast<socklen_t>(text.size()), nullptr, 0, NI_NUMERICHOST);
    if (error == 0) texts.emplace_back(text.data());
  }
  return texts;
}

Result<Descriptor> connect_to(const std::string& host, std::uint16_t port) {
  PURSER_ASSIGN(const Addresses addresses, resolve(host, port, 0));
  const addrinfo& address = *addresses;
  Descriptor socket(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket || (::connect(socket.number(), address.ai_addr, address.ai_addrlen) != 0 &&
                  errno != EINPROGRESS)) {
    return fail(ErrorCode::kNetwork,
                fmt::format("cannot connect to {} port {}: {}", host, port, errno_words(errno)));
  }
  send_at_once(socket);
  return socket;
}

int connect_error(const Descriptor& socket) {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

std::int64_t connections_allowed(std::int64_t wanted) {
  constexpr std::int64_t kOtherFiles = 64;  // the books, the spool, libraries, standard streams
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  const auto needed = static_cast<rlim_t>(wanted + kOtherFiles);
  if (limit.rlim_cur < needed) {
    limit.rlim_cur = std::min(needed, limit.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur >= needed) return wanted;
  return std::max<std::int64_t>(static_cast<std::int64_t>(limit.rlim_cur) - kOtherFiles, 1);
}

void send_at_once(const Descriptor& socket) {
  const int on = 1;
  ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace purser::serve
