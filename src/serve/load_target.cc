// Whom the load is for: URLs, the server's own description of its model, its metrics.
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/units.h"
#include "serve/load.h"
#include "serve/socket.h"

namespace purser::serve {
namespace {

using nlohmann::json;

constexpr int kConnectMs = 2000;
constexpr std::chrono::seconds kAnswerTime{5};        // of a whole answer
constexpr std::size_t kAnswerBytesMost = 16U << 20U;  // of descriptions and metrics

struct Answer {
  int status = 0;
  std::string body;
};

bool wait_for(const Descriptor& socket, short events, int limit_ms) {
  pollfd entry{socket.number(), events, 0};
  return ::poll(&entry, 1, limit_ms) == 1;
}

Error nobody(const Url& url) {
  return Error(ErrorCode::kNetwork,
               fmt::format("nobody answers at {} port {}; start a server with 'purser serve MODEL'",
                           url.host, url.port));
}

tl::unexpected<Error> strange(const std::string& path) {
  return fail(ErrorCode::kUnsupported,
              fmt::format("the answer to {} is not that of the Open Inference Protocol; is this an "
                          "inference server?",
                          path));
}

// A connection to the first of the addresses that takes one; the others are then forgotten.
Result<Descriptor> reach(Url& url) {
  std::vector<std::string> addresses = url.addresses;
  if (addresses.empty()) {
    PURSER_ASSIGN(addresses, addresses_of(url.host));
  }
  for (const std::string& address : addresses) {
    auto socket = connect_to(address, url.port);
    if (socket && wait_for(*socket, POLLOUT, kConnectMs) && connect_error(*socket) == 0) {
      url.addresses = {address};
      return *std::move(socket);
    }
  }
  return fail(nobody(url));
}

int milliseconds_until(std::chrono::steady_clock::time_point end) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<std::chrono::milliseconds::rep>(left.count(), 0));
}

// One request on a connection of its own. An answer ends where the server closes, and is cut off
// where it does not end in time.
Result<Answer> ask(Url& url, std::string_view method, const std::string& path) {
  PURSER_ASSIGN(const Descriptor socket, reach(url));
  const std::string request =
      fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                  method, path, url.authority());
  const ssize_t sent = ::send(socket.number(), request.data(), request.size(), MSG_NOSIGNAL);
  std::string text;
  char bytes[8192];
  const auto end = std::chrono::steady_clock::now() + kAnswerTime;
  while (sent == static_cast<ssize_t>(request.size()) &&
         wait_for(socket, POLLIN, milliseconds_until(end))) {
    const ssize_t got = ::recv(socket.number(), bytes, sizeof bytes, 0);
    if (got <= 0) break;
    text.append(bytes, static_cast<std::size_t>(got));
    if (text.size() > kAnswerBytesMost) {
      return fail(ErrorCode::kUnsupported,
                  fmt::format("the answer to {} {} has more than {}; look at that server", method,
                              path, humanize(Bytes{kAnswerBytesMost})));
    }
  }
  if (text.empty()) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("{} takes connections but does not answer {} {}; look at that server's "
                            "log",
                            url.authority(), method, path));
  }
  const std::size_t blank = text.find("\r\n\r\n");
  Answer answer;
  if (blank == std::string::npos || !text.starts_with("HTTP/1.") || text.size() < 12) {
    return strange(path);
  }
  std::from_chars(text.data() + 9, text.data() + 12, answer.status);
  answer.body = text.substr(blank + 4);
  return answer;
}

Result<json> ask_json(Url& url, std::string_view method, const std::string& path) {
  PURSER_ASSIGN(const Answer answer, ask(url, method, path));
  json body = json::parse(answer.body, nullptr, false);
  if (answer.status != 200) {
    const bool told = body.is_object() && body.contains("error") && body["error"].is_string();
    return fail(ErrorCode::kNotFound,
                told ? body["error"].get<std::string>()
                     : fmt::format("{} {} is answered with {}", method, path, answer.status));
  }
  if (body.is_discarded()) return strange(path);
  return body;
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("'{}' is no address of a server ({}); write http://127.0.0.1:8000", text, why));
  };
  std::string_view rest = text;
  if (rest.starts_with("https://")) return bad("https is not spoken here");
  if (rest.starts_with("http://")) rest.remove_prefix(7);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view authority = rest.substr(0, slash);
  std::string_view path = rest.substr(slash);
  Url url;
  const bool bracketed = authority.starts_with('[');
  const std::size_t host_end =
      bracketed ? authority.find(']') : std::min(authority.find(':'), authority.size());
  if (host_end == std::string_view::npos) return bad("no ']' behind the address");
  url.host = bracketed ? authority.substr(1, host_end - 1) : authority.substr(0, host_end);
  authority.remove_prefix(host_end + (bracketed ? 1 : 0));
  if (url.host.empty()) return bad("no host");
  if (!bracketed && authority.find(':', 1) != std::string_view::npos) {
    return bad("an IPv6 address stands in brackets, [::1]");
  }
  if (!authority.empty()) {
    const char* const port = authority.data() + 1;
    const char* const port_end = authority.data() + authority.size();
    const auto [end, error] = std::from_chars(port, port_end, url.port);
    if (authority.front() != ':' || error != std::errc() || end != port_end || url.port == 0) {
      return bad("the port is no number from 1 to 65535");
    }
  }
  constexpr std::string_view kModels = "/v2/models/";
  constexpr std::string_view kVersions = "/versions/";
  if (path.starts_with(kModels)) {
    path.remove_prefix(kModels.size());
    url.model = path.substr(0, path.find('/'));
    path.remove_prefix(url.model.size());
    if (path.starts_with(kVersions)) {
      path.remove_prefix(kVersions.size());
      url.version = path.substr(0, path.find('/'));
    }
  } else if (!path.empty() && path != "/" && path != "/v2") {
    return bad("behind the port may stand /v2/models/NAME");
  }
  return url;
}

std::string Url::authority() const {
  const bool numeric_v6 = host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", numeric_v6 ? "[" : "", host, numeric_v6 ? "]" : "", port);
}

Result<Target> ask_target(const Url& url) {
  Target target{url, {}, {}, {}};
  if (url.model.empty()) {
    PURSER_ASSIGN(const json index, ask_json(target.url, "POST", "/v2/repository/index"));
    if (!index.is_array() || index.size() != 1 || !index[0].contains("name")) {
      return fail(ErrorCode::kInvalidInput,
                  "the server does not have exactly one model; name it: "
                  "http://HOST:PORT/v2/models/NAME");
    }
    target.url.model = index[0].value("name", "");
  }
  std::string path = "/v2/models/" + target.url.model;
  if (!url.version.empty()) path += "/versions/" + url.version;
  PURSER_ASSIGN(const json model, ask_json(target.url, "GET", path));
  try {
    const json& inputs = model.at("inputs");
    if (inputs.size() != 1) {
      return fail(ErrorCode::kUnsupported,
                  fmt::format("model '{}' has {} inputs; load is for models with one",
                              target.url.model, inputs.size()));
    }
    target.input = inputs[0].at("name").get<std::string>();
    target.datatype = inputs[0].at("datatype").get<std::string>();
    target.row_shape = inputs[0].at("shape").get<std::vector<std::int64_t>>();
    for (const json& output : model.value("outputs", json::array())) {
      target.outputs.push_back({output.at("name").get<std::string>(),
                                output.at("datatype").get<std::string>(),
                                output.at("shape").get<std::vector<std::int64_t>>()});
    }
    if (target.url.version.empty() && model.contains("versions") && !model["versions"].empty()) {
      target.url.version = model["versions"].back().get<std::string>();
    }
  } catch (const json::exception&) {
    return strange(path);
  }
  if (!target.row_shape.empty()) target.row_shape.erase(target.row_shape.begin());
  return target;
}

Result<std::string> http_get(const Url& url, const std::string& path) {
  Url asked = url;
  PURSER_ASSIGN(Answer answer, ask(asked, "GET", path));
  if (answer.status != 200) {
    return fail(ErrorCode::kRefused,
                fmt::format("GET {} is answered with {}", path, answer.status));
  }
  return std::move(answer.body);
}

double metric_of(std::string_view exposition, std::string_view name) {
  double sum = 0;
  while (!exposition.empty()) {
    const std::string_view line = exposition.substr(0, exposition.find('\n'));
    exposition.remove_prefix(std::min(line.size() + 1, exposition.size()));
    if (!line.starts_with(name)) continue;
    const std::string_view behind = line.substr(name.size());
    if (behind.empty() || (behind.front() != '{' && behind.front() != ' ')) continue;
    const std::string_view number = line.substr(line.rfind(' ') + 1);
    double value = 0;
    std::from_chars(number.data(), number.data() + number.size(), value);
    sum += value;
  }
  return sum;
}

}  // namespace purser::serve
