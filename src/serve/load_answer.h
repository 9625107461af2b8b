// What a server under load sent back, believed only as far as it can be checked: the frame (RFC
// 9112), and the inference answer against what the server's own metadata promised. Whatever is
// wrong has a name, under which the load counts it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace purser::serve {

struct HttpAnswer {
  int status = 0;
  std::string_view body;
  bool close = false;  // the server will end the connection
};
enum class Whole : std::uint8_t { kNotYet, kYes, kNever };

// Reads the answer that is all of `text`; 100 and its like in front of it are skipped. kNever: it
// will be none however much follows, and `why` names the kind: "not HTTP", "no usable length",
// "bytes behind the answer".
Whole read_http_answer(std::string_view text, HttpAnswer& answer, std::string_view& why);

// An output as the metadata promises it, for a request of one row: -1 in front is the batch, and
// further on any extent.
struct PromisedOutput {
  std::string name;
  std::string datatype;
  std::vector<std::int64_t> shape;
};

struct CheckedAnswer {
  std::string_view wrong;    // the kind; empty if nothing is
  std::int64_t largest = 0;  // the place of the largest number of the first output
};
// Checks a whole inference answer: "no inference answer", "wrong outputs" (one missing, twice,
// unknown or of another datatype), "wrong shape", "number not finite". Without promises any outputs
// will do. `room` is kept from call to call.
CheckedAnswer check_infer_answer(std::string_view body, std::span<const PromisedOutput> promised,
                                 std::vector<double>& room);

}  // namespace purser::serve
