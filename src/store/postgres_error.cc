#include "store/postgres_error.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/text.h"

namespace purser::store {
namespace {

// One line, without the severity in front and the full stop behind.
std::string words_of(const char* message) {
  std::string words = message != nullptr ? message : "";
  std::erase(words, '\t');
  std::replace(words.begin(), words.end(), '\n', ' ');
  for (const std::string_view severity : {"ERROR:", "FATAL:"}) {
    if (words.starts_with(severity)) words.erase(0, severity.size());
  }
  return std::string(trim(words));
}

// https://www.postgresql.org/docs/15/errcodes-appendix.html
struct Meaning {
  std::string_view state;  // of five characters, or the two of a class
  ErrorCode code;
  std::string_view sentence;  // behind the address; empty: the server's own words
};
constexpr Meaning kMeanings[] = {
    {"23505", ErrorCode::kAlreadyExists, ""},
    {"P0001", ErrorCode::kRefused, ""},  // a trigger of a schema: a rule of the room says no
    {"55P03", ErrorCode::kBusy,
     "another process is writing; run it again when that one is done, nothing was changed"},
    {"40", ErrorCode::kBusy,
     "another process changed the same at the same time; run it again, nothing was changed"},
    {"53100", ErrorCode::kIo,
     "the disk of the server is full; free some space there and run it again, nothing was changed"},
    {"53", ErrorCode::kResource, ""},
    {"54", ErrorCode::kResource, ""},
    {"25006", ErrorCode::kIo,
     "the server takes no changes (it is a standby, or set to read only); name the one that does, "
     "nothing was changed"},
    {"42501", ErrorCode::kIo,
     "this user may not do that there; let the owner of the database grant it, nothing was "
     "changed"},
    {"57014", ErrorCode::kCancelled, ""},
    {"57P", ErrorCode::kNetwork,
     "the server was shut down; nothing of what was begun is kept, run it again when it is back"},
    {"08", ErrorCode::kNetwork, ""},
    {"22021", ErrorCode::kInvalidInput, ""},  // bytes that are no UTF-8
    {"58", ErrorCode::kIo, ""},
    {"XX001", ErrorCode::kCorrupt, ""},
    {"XX002", ErrorCode::kCorrupt, ""},
};

}  // namespace

Error postgres_connect_error(const Libpq& pq, const PGconn* connection, std::string_view path) {
  const std::string words = words_of(connection != nullptr ? pq.error_message(connection) : "");
  const auto says = [&](std::string_view part) { return words.find(part) != std::string::npos; };
  // What cannot be read is told in no words but ours: libpq repeats it with its password.
  if (says("URI") || says("percent-encoded")) {
    return {ErrorCode::kInvalidInput,
            fmt::format("{}: this is no address of a server; write "
                        "postgresql://USER@HOST/DATABASE, %25 for a percent sign and %40 for an @",
                        path)};
  }
  if (says("password")) {
    return {
        ErrorCode::kInvalidInput,
        fmt::format("{}: {}; put the right password into ~/.pgpass or PGPASSWORD", path, words)};
  }
  if (says("database \"") && says("does not exist")) {
    return {ErrorCode::kInvalidInput,
            fmt::format("{}: {}; make it with createdb, or name another one", path, words)};
  }
  if (says("role \"") && says("does not exist")) {
    return {ErrorCode::kInvalidInput,
            fmt::format("{}: {}; write postgresql://USER@HOST/DATABASE with a user of that server",
                        path, words)};
  }
  if (says("invalid URI") || says("invalid percent") || says("invalid port") ||
      says("invalid integer") || says("unexpected character") || says("missing \"=\"")) {
    return {ErrorCode::kInvalidInput,
            fmt::format("{}: {}; write postgresql://USER@HOST:PORT/DATABASE", path, words)};
  }
  return {ErrorCode::kNetwork,
          fmt::format("{}: {}; see that the server runs and takes connections there", path, words)};
}

Error postgres_error(const Libpq& pq, const PGconn* connection, const PGresult* result,
                     std::string_view path) {
  const char* const field =
      result != nullptr ? pq.result_error_field(result, Libpq::kSqlState) : nullptr;
  const std::string_view state = field != nullptr ? field : "";
  for (const Meaning& meaning : kMeanings) {
    if (state.empty() || !state.starts_with(meaning.state)) continue;
    if (!meaning.sentence.empty())
      return {meaning.code, fmt::format("{}: {}", path, meaning.sentence)};
    return {meaning.code,
            fmt::format("{}: {}", path,
                        words_of(pq.result_error_field(result, Libpq::kMessagePrimary)))};
  }
  if (pq.status(connection) != Libpq::kConnectionOk) {
    return {ErrorCode::kNetwork,
            fmt::format("{}: the connection to the server was lost ({}); nothing of what was begun "
                        "is kept, run it again",
                        path, words_of(pq.error_message(connection)))};
  }
  const char* const message = result != nullptr ? pq.result_error_message(result) : nullptr;
  return {ErrorCode::kEngine,
          fmt::format("{}: PostgreSQL says: {}", path,
                      words_of(message != nullptr ? message : pq.error_message(connection)))};
}

}  // namespace purser::store
