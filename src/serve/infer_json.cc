#include "serve/infer_json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "base/text.h"
#include "serve/json_cursor.h"
#include "serve/number_array.h"

namespace purser::serve {
namespace {

constexpr std::size_t kRankMax = 16;
constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

tl::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::kInvalidInput, std::move(message));
}

tl::unexpected<Error> bad_json(const JsonCursor& cursor, std::string_view expected) {
  return bad(
      fmt::format("the request's JSON is wrong at byte {}: expected {}", cursor.at(), expected));
}

// Calls `member(key)` with the cursor at the value of each member of the object at the cursor.
template <class Member>
Status read_object(JsonCursor& cursor, Member member) {
  if (!cursor.take('{')) return bad_json(cursor, "'{'");
  if (cursor.take('}')) return {};
  do {
    const auto key = cursor.raw_string();
    if (!key || !cursor.take(':')) return bad_json(cursor, "a member, '\"name\": value'");
    PURSER_TRY(member(key->substr(1, key->size() - 2)));
  } while (cursor.take(','));
  if (!cursor.take('}')) return bad_json(cursor, "',' or '}'");
  return {};
}

template <class Element>
Status read_list(JsonCursor& cursor, Element element) {
  if (!cursor.take('[')) return bad_json(cursor, "'['");
  if (cursor.take(']')) return {};
  do {
    PURSER_TRY(element());
  } while (cursor.take(','));
  if (!cursor.take(']')) return bad_json(cursor, "',' or ']'");
  return {};
}

Status skip(JsonCursor& cursor) {
  if (!cursor.skip_value()) return bad_json(cursor, "a JSON value");
  return {};
}

struct Shape {
  std::array<std::int64_t, kRankMax> extents{};
  std::size_t rank = 0;

  std::span<const std::int64_t> view() const { return std::span(extents).first(rank); }
};

// One tensor of the request while it is being read: its members may come in any order.
struct TensorText {
  std::optional<std::string> name;
  std::optional<std::string> datatype;
  std::optional<Shape> shape;
  std::optional<std::size_t> binary_bytes;
  const char* data = nullptr;  // data that came before the name
  std::optional<ArrayShape> array;
  bool in_place = false;      // the numbers are in the request already
  std::size_t input = kNone;  // index in the signature, once the name is known
};

}  // namespace

class RequestReader {
 public:
  RequestReader(std::string_view json, std::string_view binary, const Signature& signature,
                InferReader::Scratch& scratch, InferRequest& request)
      : cursor_(json),
        binary_(binary),
        signature_(signature),
        room_(scratch.room),
        given_(scratch.given),
        wanted_(scratch.wanted),
        request_(request) {}

  Status read() {
    request_.rows = 0;
    request_.id_json.clear();
    request_.outputs.clear();
    request_.inputs.resize(signature_.inputs.size());
    given_.assign(signature_.inputs.size(), false);
    wanted_.clear();
    bool has_inputs = false;
    PURSER_TRY(read_object(cursor_, [&](std::string_view key) -> Status {
      if (key == "inputs" && !has_inputs) {
        has_inputs = true;
        return read_list(cursor_, [&] { return read_input(); });
      }
      if (key == "inputs") return bad("'inputs' is given twice");
      if (key == "id") return read_id();
      if (key == "outputs") return read_list(cursor_, [&] { return read_output(); });
      if (key == "parameters") return read_parameters();
      return skip(cursor_);
    }));
    if (!cursor_.at_end()) return bad_json(cursor_, "nothing behind the request");
    for (std::size_t i = 0; i < given_.size(); ++i) {
      if (!given_[i]) return bad(fmt::format("input '{}' is missing", signature_.inputs[i].name));
    }
    if (!binary_.empty()) {
      return bad(fmt::format("{} bytes of binary data behind the last tensor", binary_.size()));
    }
    choose_outputs();
    return {};
  }

 private:
  Status read_id() {
    const auto id = cursor_.raw_string();
    if (!id) return bad_json(cursor_, "a string as id");
    request_.id_json = *id;
    return {};
  }

  Status read_parameters() {
    return read_object(cursor_, [&](std::string_view key) -> Status {
      if (key != "binary_data_output") return skip(cursor_);
      const auto wanted = cursor_.boolean();
      if (!wanted) return bad_json(cursor_, "true or false for binary_data_output");
      binary_output_ = *wanted;
      return {};
    });
  }

  Status read_output() {
    std::optional<std::string> name;
    std::optional<bool> binary;
    PURSER_TRY(read_object(cursor_, [&](std::string_view key) -> Status {
      if (key == "name") {
        name = cursor_.string();
        if (!name) return bad_json(cursor_, "the output's name");
        return {};
      }
      if (key != "parameters") return skip(cursor_);
      return read_object(cursor_, [&](std::string_view parameter) -> Status {
        if (parameter != "binary_data") return skip(cursor_);
        binary = cursor_.boolean();
        if (!binary) return bad_json(cursor_, "true or false for binary_data");
        return {};
      });
    }));
    if (!name) return bad("an output without a name");
    const std::size_t index = find(signature_.outputs, *name);
    if (index == kNone) return bad(unknown("output", signature_.outputs, *name));
    for (const auto& [output, _] : wanted_) {
      if (output == index) return bad(fmt::format("output '{}' is asked for twice", *name));
    }
    wanted_.emplace_back(index, binary);
    return {};
  }

  void choose_outputs() {
    if (wanted_.empty()) {
      for (std::size_t i = 0; i < signature_.outputs.size(); ++i)
        wanted_.emplace_back(i, std::nullopt);
    }
    for (const auto& [index, binary] : wanted_) {
      request_.outputs.push_back({index, binary.value_or(binary_output_)});
    }
  }

  Status read_input() {
    TensorText tensor;
    PURSER_TRY(read_object(cursor_, [&](std::string_view key) -> Status {
      if (key == "name") return read_name(tensor);
      if (key == "shape") return read_shape(tensor);
      if (key == "data") return read_data(tensor);
      if (key == "datatype") {
        tensor.datatype = cursor_.string();
        if (!tensor.datatype) return bad_json(cursor_, "the datatype, such as \"FP32\"");
        return {};
      }
      if (key != "parameters") return skip(cursor_);
      return read_object(cursor_, [&](std::string_view parameter) -> Status {
        if (parameter != "binary_data_size") return skip(cursor_);
        tensor.binary_bytes = cursor_.integer<std::uint64_t>();
        if (!tensor.binary_bytes) return bad_json(cursor_, "a whole number for binary_data_size");
        return {};
      });
    }));
    if (!tensor.name) return bad("an input without a name");
    auto done = finish(tensor);
    if (!done) return fail(std::move(done).error().in("input '" + *tensor.name + "'"));
    return {};
  }

  Status read_name(TensorText& tensor) {
    if (tensor.name) return bad("an input has two names");
    tensor.name = cursor_.string();
    if (!tensor.name) return bad_json(cursor_, "the input's name");
    tensor.input = find(signature_.inputs, *tensor.name);
    if (tensor.input == kNone) return bad(unknown("input", signature_.inputs, *tensor.name));
    if (given_[tensor.input]) return bad(fmt::format("input '{}' is given twice", *tensor.name));
    given_[tensor.input] = true;
    return {};
  }

  Status read_shape(TensorText& tensor) {
    Shape shape;
    PURSER_TRY(read_list(cursor_, [&]() -> Status {
      const auto extent = cursor_.integer<std::int64_t>();
      if (!extent || *extent < 0 || shape.rank == kRankMax) {
        return bad_json(cursor_, fmt::format("a shape: at most {} whole numbers", kRankMax));
      }
      shape.extents[shape.rank++] = *extent;
      return {};
    }));
    tensor.shape = shape;
    return {};
  }

  Status read_data(TensorText& tensor) {
    if (tensor.array || tensor.data != nullptr) return bad("an input has 'data' twice");
    cursor_.peek();
    if (tensor.input != kNone) return read_numbers(tensor);
    tensor.data = cursor_.here();  // read when the name, and so the type, is known
    return skip(cursor_);
  }

  // Where a tensor's numbers go: straight into the request if the shape came before them, as it
  // nearly always does; else into room for the largest batch.
  std::span<std::byte> place_for(TensorText& tensor) {
    const TensorSpec& spec = signature_.inputs[tensor.input];
    if (tensor.shape) {
      if (const auto rows = rows_of(tensor.shape->view(), spec)) {
        std::vector<std::byte>& input = request_.inputs[tensor.input];
        input.resize(static_cast<std::size_t>(*rows) * spec.row_bytes);
        tensor.in_place = true;
        return input;
      }
    }
    return room_[tensor.input];
  }

  template <class T>
  Status read_numbers_as(TensorText& tensor) {
    const std::span<std::byte> bytes = place_for(tensor);
    std::string_view why;
    tensor.array = read_array(
        cursor_, std::span(reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T)), why);
    if (tensor.array) return {};
    const std::string& name = signature_.inputs[tensor.input].name;
    if (tensor.in_place && tensor.shape && why == kTooManyNumbers) {
      return bad(fmt::format("input '{}': more numbers than the shape [{}] has", name,
                             fmt::join(tensor.shape->view(), ",")));
    }
    return bad(
        fmt::format("input '{}': wrong at byte {} of the request: {}", name, cursor_.at(), why));
  }

  Status read_numbers(TensorText& tensor) {
    switch (signature_.inputs[tensor.input].type) {
      case graph::ElementType::kFloat32:
        return read_numbers_as<float>(tensor);
      case graph::ElementType::kFloat64:
        return read_numbers_as<double>(tensor);
      case graph::ElementType::kInt64:
        return read_numbers_as<std::int64_t>(tensor);
      case graph::ElementType::kInt32:
        return read_numbers_as<std::int32_t>(tensor);
      case graph::ElementType::kInt8:
        return read_numbers_as<std::int8_t>(tensor);
      case graph::ElementType::kUint8:
        return read_numbers_as<std::uint8_t>(tensor);
      case graph::ElementType::kBool:
        return read_numbers_as<bool>(tensor);
      default:
        return bad("its type is not carried as JSON");
    }
  }

  // All members of the tensor have been read: do they agree with each other and with the model?
  Status finish(TensorText& tensor) {
    const TensorSpec& spec = signature_.inputs[tensor.input];
    if (!tensor.datatype) return bad("'datatype' is missing");
    if (*tensor.datatype != protocol_name(spec.type)) {
      return bad(fmt::format("the datatype is {}; the model takes {}", *tensor.datatype,
                             protocol_name(spec.type)));
    }
    if (!tensor.shape) return bad("'shape' is missing");
    const std::span<const std::int64_t> shape = tensor.shape->view();
    PURSER_ASSIGN(const std::int64_t rows, rows_of(shape, spec));
    if (request_.rows != 0 && rows != request_.rows) {
      return bad(fmt::format("{} rows, but another input has {}", rows, request_.rows));
    }
    request_.rows = rows;
    const auto bytes = static_cast<std::size_t>(rows) * spec.row_bytes;
    if (tensor.binary_bytes) {
      if (tensor.data != nullptr || tensor.array) return bad("both 'data' and 'binary_data_size'");
      return take_binary(tensor.input, *tensor.binary_bytes, bytes);
    }
    if (tensor.data != nullptr) {
      const char* const after = cursor_.here();
      cursor_.move_to(tensor.data);
      PURSER_TRY(read_numbers(tensor));
      cursor_.move_to(after);
    }
    if (!tensor.array) return bad("neither 'data' nor 'binary_data_size'");
    if (tensor.array->count != rows * spec.row_elements) {
      return bad(fmt::format("{} numbers, but the shape {} has {}", tensor.array->count,
                             fmt::format("[{}]", fmt::join(shape, ",")), rows * spec.row_elements));
    }
    if (tensor.array->depth > 1 &&
        !std::equal(shape.begin(), shape.end(), tensor.array->extents.begin(),
                    tensor.array->extents.begin() + tensor.array->depth)) {
      return bad(fmt::format("nested otherwise than the shape [{}]", fmt::join(shape, ",")));
    }
    if (!tensor.in_place) {
      const auto numbers = std::span(room_[tensor.input]).first(bytes);
      request_.inputs[tensor.input].assign(numbers.begin(), numbers.end());
    }
    return {};
  }

  // `given`: how many bytes the client says; `bytes`: how many the shape takes.
  Status take_binary(std::size_t input_index, std::size_t given, std::size_t bytes) {
    if (given != bytes) {
      return bad(fmt::format("binary_data_size is {}, but the shape takes {} bytes", given, bytes));
    }
    if (binary_.size() < bytes) {
      return bad(
          fmt::format("{} bytes of binary data are left for it, of {}", binary_.size(), bytes));
    }
    std::vector<std::byte>& input = request_.inputs[input_index];
    input.resize(bytes);
    std::memcpy(input.data(), binary_.data(), bytes);
    binary_.remove_prefix(bytes);
    if (signature_.inputs[input_index].type == graph::ElementType::kBool &&
        std::any_of(input.begin(), input.end(), [](std::byte b) { return b > std::byte{1}; })) {
      return bad("a BOOL is the byte 0 or 1");
    }
    return {};
  }

  Result<std::int64_t> rows_of(std::span<const std::int64_t> shape, const TensorSpec& spec) const {
    const std::size_t batch = signature_.batched ? 1 : 0;
    if (shape.size() != spec.row_shape.size() + batch ||
        !std::equal(shape.begin() + static_cast<std::ptrdiff_t>(batch), shape.end(),
                    spec.row_shape.begin())) {
      return bad(fmt::format("the shape is [{}]; the model takes [{}{}{}]", fmt::join(shape, ","),
                             signature_.batched ? "batch" : "",
                             signature_.batched && !spec.row_shape.empty() ? "," : "",
                             fmt::join(spec.row_shape, ",")));
    }
    if (!signature_.batched) return 1;
    if (shape[0] < 1 || shape[0] > signature_.rows_max) {
      return bad(
          fmt::format("{} rows; a request takes 1 to {}; split it, or serve with a larger "
                      "--max-batch",
                      shape[0], signature_.rows_max));
    }
    return shape[0];
  }

  static std::size_t find(const std::vector<TensorSpec>& specs, std::string_view name) {
    for (std::size_t i = 0; i < specs.size(); ++i) {
      if (specs[i].name == name) return i;
    }
    return kNone;
  }

  std::string unknown(std::string_view what, const std::vector<TensorSpec>& specs,
                      std::string_view name) const {
    std::vector<std::string_view> names;
    names.reserve(specs.size());
    for (const TensorSpec& spec : specs) names.push_back(spec.name);
    return fmt::format("model '{}' has no {} '{}'; it has {}", signature_.model, what, name,
                       fmt::join(names, ", "));
  }

  JsonCursor cursor_;
  std::string_view binary_;
  const Signature& signature_;
  std::vector<std::vector<std::byte>>& room_;
  std::vector<bool>& given_;
  std::vector<std::pair<std::size_t, std::optional<bool>>>& wanted_;
  InferRequest& request_;
  bool binary_output_ = false;
};

namespace {

template <class T>
void append_number(std::string& out, T value) {
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof text, value);
  out.append(text, end);
}

template <class T>
bool append_numbers(std::string& out, std::span<const std::byte> bytes) {
  const std::span values(reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T));
  for (const T& value : values) {
    if constexpr (std::is_floating_point_v<T>) {
      if (!std::isfinite(value)) return false;
    }
    if constexpr (std::is_same_v<T, bool>) {
      out += value ? "true" : "false";
    } else {
      append_number(out, value);
    }
    out.push_back(',');
  }
  if (!values.empty()) out.pop_back();
  return true;
}

bool append_data(std::string& out, graph::ElementType type, std::span<const std::byte> bytes) {
  switch (type) {
    case graph::ElementType::kFloat32:
      return append_numbers<float>(out, bytes);
    case graph::ElementType::kFloat64:
      return append_numbers<double>(out, bytes);
    case graph::ElementType::kInt64:
      return append_numbers<std::int64_t>(out, bytes);
    case graph::ElementType::kInt32:
      return append_numbers<std::int32_t>(out, bytes);
    case graph::ElementType::kInt8:
      return append_numbers<std::int8_t>(out, bytes);
    case graph::ElementType::kUint8:
      return append_numbers<std::uint8_t>(out, bytes);
    case graph::ElementType::kBool:
      return append_numbers<bool>(out, bytes);
    default:
      return false;
  }
}

// `batch`: the dimension in front of the others, if there is one.
void append_shape(std::string& out, const std::int64_t* batch,
                  std::span<const std::int64_t> shape) {
  out.push_back('[');
  if (batch != nullptr) {
    append_number(out, *batch);
    out.push_back(',');
  }
  for (const std::int64_t extent : shape) {
    append_number(out, extent);
    out.push_back(',');
  }
  if (out.back() == ',') out.pop_back();
  out.push_back(']');
}

std::string tensors_json(const std::vector<TensorSpec>& specs, bool batched) {
  std::string out = "[";
  for (const TensorSpec& spec : specs) {
    std::vector<std::int64_t> shape = spec.row_shape;
    if (batched) shape.insert(shape.begin(), -1);
    out += fmt::format("{}{{\"name\":{},\"datatype\":\"{}\",\"shape\":[{}]}}",
                       out.size() > 1 ? "," : "", json_quote(spec.name), protocol_name(spec.type),
                       fmt::join(shape, ","));
  }
  return out + "]";
}

}  // namespace

InferReader::InferReader(const Signature& signature) : signature_(&signature) {
  for (const TensorSpec& input : signature.inputs) {
    scratch_.room.emplace_back(input.row_bytes * static_cast<std::size_t>(signature.rows_max));
  }
}

Status InferReader::read(std::string_view body, std::optional<std::size_t> json_bytes,
                         InferRequest& request) {
  const std::size_t json = json_bytes.value_or(body.size());
  if (json > body.size()) {
    return bad(fmt::format("Inference-Header-Content-Length is {}, more than the body's {} bytes",
                           json, body.size()));
  }
  return RequestReader(body.substr(0, json), body.substr(json), *signature_, scratch_, request)
      .read();
}

Status write_infer_answer(const Signature& signature, const InferRequest& request,
                          std::span<const std::span<const std::byte>> outputs,
                          InferAnswer& answer) {
  std::string& out = answer.body;
  out.clear();
  answer.binary = false;
  // Names of models and versions are plain (is_plain_name): they need no quoting.
  out.append("{\"model_name\":\"").append(signature.model);
  out.append("\",\"model_version\":\"").append(signature.version).append("\"");
  if (!request.id_json.empty()) out.append(",\"id\":").append(request.id_json);
  out.append(",\"outputs\":[");
  for (std::size_t i = 0; i < request.outputs.size(); ++i) {
    const auto [index, binary] = request.outputs[i];
    const TensorSpec& spec = signature.outputs[index];
    out.append(i > 0 ? ",{\"name\":" : "{\"name\":").append(json_quote(spec.name));
    out.append(",\"datatype\":\"").append(protocol_name(spec.type)).append("\",\"shape\":");
    append_shape(out, signature.batched ? &request.rows : nullptr, spec.row_shape);
    if (binary) {
      answer.binary = true;
      out.append(",\"parameters\":{\"binary_data_size\":");
      append_number(out, outputs[index].size());
      out.append("}}");
      continue;
    }
    out.append(",\"data\":[");
    if (!append_data(out, spec.type, outputs[index])) {
      return fail(
          ErrorCode::kEngine,
          fmt::format("output '{}' holds NaN or infinity, which JSON cannot say; ask for it "
                      "with \"binary_data\": true, and look at the input",
                      spec.name));
    }
    out.append("]}");
  }
  out.append("]}");
  answer.json_bytes = out.size();
  for (const auto& [index, binary] : request.outputs) {
    if (!binary) continue;
    out.append(reinterpret_cast<const char*>(outputs[index].data()), outputs[index].size());
  }
  return {};
}

std::string metadata_json(const Signature& signature) {
  return fmt::format(
      R"({{"name":"{}","versions":["{}"],"platform":"onnxruntime_onnx","inputs":{},"outputs":{}}})",
      signature.model, signature.version, tensors_json(signature.inputs, signature.batched),
      tensors_json(signature.outputs, signature.batched));
}

std::string infer_request_json(std::string_view input_name, std::span<const std::int64_t> shape,
                               std::span<const float> values) {
  std::string out = "{\"inputs\":[{\"name\":" + json_quote(input_name) + ",\"shape\":";
  append_shape(out, nullptr, shape);
  out += ",\"datatype\":\"FP32\",\"data\":[";
  append_numbers<float>(out, std::as_bytes(values));
  return out + "]}]}";
}

}  // namespace purser::serve
