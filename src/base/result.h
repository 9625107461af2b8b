// Failures are values: an Error is a code for the program and one sentence for a person that says
// what, where, why, and what to do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace purser {

// What kind of failure this is. The code decides the exit status (see exit_status); the sentence
// decides whether the reader can mend it.
enum class ErrorCode : std::uint8_t {
  kInvalidInput,   // the user's words, file or flag are wrong
  kNotFound,       // a name that does not exist
  kAlreadyExists,  // a name or period that is taken
  kRefused,        // an answer, not a fault: the budget denies, a check found a breach
  kUnsupported,    // well formed, but Purser cannot do it (an operator, a newer file)
  kCorrupt,        // bytes that were ours and are damaged
  kBusy,           // somebody else holds it now: a lock, a port
  kIo,             // disk or file system
  kNetwork,        // sockets
  kEngine,         // LibTorch, ONNX Runtime or a database failed
  kResource,       // memory or another limit was reached
  kCancelled,      // the user stopped it
};

std::string_view name(ErrorCode code);

// The exit status of the command line contract: 1 a refusal that is an answer, 2 the input is
// wrong, 3 the world failed. (0, done, belongs to no error.)
int exit_status(ErrorCode code);

class Error {
 public:
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }

  // Puts where it happened in front: "assets.csv:7: in_service: '2026-02-30' is no date; …".
  Error in(std::string_view where) && {
    message_.insert(0, std::string(where) + ": ");
    return std::move(*this);
  }
  Error in(std::string_view where) const& { return Error(*this).in(where); }

 private:
  ErrorCode code_;
  std::string message_;
};

// A value or the Error that prevented it. Test it before use; `*result` on an error is a bug.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

using Status = Result<void>;

// `return fail(ErrorCode::kNotFound, "no asset 'gpu7'; …");`
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error(code, std::move(message)));
}
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace purser

#define PURSER_JOIN_(a, b) a##b
#define PURSER_JOIN(a, b) PURSER_JOIN_(a, b)

// Returns the error of a Status or Result from the calling function, if there is one.
#define PURSER_TRY(expression)                                 \
  do {                                                         \
    if (auto purser_status = (expression); !purser_status) {   \
      return ::purser::fail(std::move(purser_status).error()); \
    }                                                          \
  } while (false)

// PURSER_ASSIGN(const auto date, parse_date(text)); declares `date` or returns the error.
#define PURSER_ASSIGN(declaration, expression)                                       \
  auto PURSER_JOIN(purser_result_, __LINE__) = (expression);                         \
  if (!PURSER_JOIN(purser_result_, __LINE__)) {                                      \
    return ::purser::fail(std::move(PURSER_JOIN(purser_result_, __LINE__)).error()); \
  }                                                                                  \
  declaration = *std::move(PURSER_JOIN(purser_result_, __LINE__))
