// TCP sockets that never block.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "serve/poller.h"

namespace purser::serve {

// Listens on an address ("127.0.0.1", "0.0.0.0", "::1") and port (0: any free one). kBusy if the
// port is taken, naming the process that holds it, where /proc tells, and the next free port.
Result<Descriptor> listen_on(const std::string& host, std::uint16_t port);
std::uint16_t port_of(const Descriptor& socket);

// The numeric addresses of a host, in the order in which they should be tried.
Result<std::vector<std::string>> addresses_of(const std::string& host);
// Starts to connect to a host (name or address) and port. When the socket is writable,
// connect_error() is 0 if it is connected, otherwise the errno that prevented it.
Result<Descriptor> connect_to(const std::string& host, std::uint16_t port);
int connect_error(const Descriptor& socket);

// How many of `wanted` connections this process may hold open beside its other files: raises its
// limit of open files as far as it may.
std::int64_t connections_allowed(std::int64_t wanted);

// Small answers must not wait for the acknowledgement of the last one (Nagle).
void send_at_once(const Descriptor& socket);

}  // namespace purser::serve
