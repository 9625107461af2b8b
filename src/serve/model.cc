#include "serve/model.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace purser::serve {

Model::Model(runtime::Session session, Signature signature)
    : session_(std::make_unique<runtime::Session>(std::move(session))),
      signature_(std::move(signature)) {}

Result<Model> Model::load(const std::filesystem::path& path, const ModelOptions& options) {
  return open(runtime::Session::load(path, {.threads = options.threads}), options);
}

Result<Model> Model::from_bytes(std::string_view onnx, const ModelOptions& options) {
  return open(
      runtime::Session::from_bytes(onnx, {.threads = options.threads, .name = options.name}),
      options);
}

Result<Model> Model::open(Result<runtime::Session> session, const ModelOptions& options) {
  if (!session) return fail(std::move(session).error());
  for (const std::string& name : {options.name, options.version}) {
    if (!is_plain_name(name)) {
      return fail(
          ErrorCode::kInvalidInput,
          fmt::format("'{}' cannot name a model or version; use lower-case letters, digits, "
                      "'-', '_' and '.'",
                      name));
    }
  }
  if (options.rows_max < 1) {
    return fail(ErrorCode::kInvalidInput, "the largest batch must be at least 1");
  }
  auto signature = signature_of(session->inputs(), session->outputs(), options.name,
                                options.version, options.rows_max);
  if (!signature) return fail(std::move(signature).error().in(session->name()));
  Model model(*std::move(session), *std::move(signature));
  if (auto tried = model.try_out(); !tried) {
    return fail(std::move(tried).error().in(model.session().name()));
  }
  return model;
}

// The model's own answer decides what it gives: a file may leave its outputs' shapes open, or name
// as batch a dimension that is none.
Status Model::try_out() {
  runtime::Runner runner(*session_);
  for (const std::int64_t rows : std::set<std::int64_t>{1, signature_.rows_max}) {
    std::vector<std::vector<std::byte>> zeros;
    std::vector<std::vector<std::int64_t>> shapes;
    for (const TensorSpec& input : signature_.inputs) {
      zeros.emplace_back(input.row_bytes * static_cast<std::size_t>(rows));
      shapes.push_back(shape_of(signature_, input, rows));
    }
    std::vector<runtime::TensorView> views;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      views.push_back({signature_.inputs[i].type, shapes[i], zeros[i]});
    }
    PURSER_ASSIGN(const auto outputs, runner.run(views));
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      TensorSpec& spec = signature_.outputs[i];
      std::vector<std::int64_t> shape(outputs[i].shape.begin(), outputs[i].shape.end());
      if (signature_.batched) {
        if (shape.empty() || shape.front() != rows) {
          return fail(
              ErrorCode::kUnsupported,
              fmt::format("given {} rows, output '{}' has the shape [{}]: its first dimension "
                          "is not the batch; export the model with a fixed batch of 1",
                          rows, spec.name, fmt::join(shape, ",")));
        }
        shape.erase(shape.begin());
      }
      const bool fixed = std::find(spec.row_shape.begin(), spec.row_shape.end(), graph::kDynamic) ==
                         spec.row_shape.end();
      if (fixed && shape != spec.row_shape) {
        return fail(ErrorCode::kUnsupported,
                    fmt::format("output '{}' has rows of [{}] where the file says [{}]; export the "
                                "model again",
                                spec.name, fmt::join(shape, ","), fmt::join(spec.row_shape, ",")));
      }
      set_row_shape(spec, std::move(shape));
    }
  }
  return {};
}

BatchRunner::BatchRunner(const Model& model) : model_(&model), runner_(model.session()) {
  const Signature& signature = model.signature();
  for (const TensorSpec& input : signature.inputs) {
    joined_.emplace_back(input.row_bytes * static_cast<std::size_t>(signature.rows_max));
    shapes_.push_back(shape_of(signature, input, 1));
    inputs_.push_back({input.type, {}, {}});
  }
}

Status BatchRunner::run(std::span<const InferRequest* const> requests) {
  const Signature& signature = model_->signature();
  std::int64_t rows = 0;
  for (const InferRequest* request : requests) rows += request->rows;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    std::span<const std::byte> bytes = requests[0]->inputs[i];
    if (requests.size() > 1) {
      std::byte* to = joined_[i].data();
      for (const InferRequest* request : requests) {
        std::memcpy(to, request->inputs[i].data(), request->inputs[i].size());
        to += request->inputs[i].size();
      }
      bytes = {joined_[i].data(), to};
    }
    if (signature.batched) shapes_[i][0] = rows;
    inputs_[i].shape = shapes_[i];
    inputs_[i].bytes = bytes;
  }
  PURSER_ASSIGN(outputs_, runner_.run(inputs_));
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    // A shape that depends on the data would hand one client another's rows.
    if (outputs_[i].bytes.size() !=
        signature.outputs[i].row_bytes * static_cast<std::size_t>(rows)) {
      return fail(ErrorCode::kEngine,
                  fmt::format("output '{}' does not have one row for each of the "
                              "{} rows given",
                              signature.outputs[i].name, rows));
    }
  }
  return {};
}

void BatchRunner::outputs_of(std::int64_t first, std::int64_t rows,
                             std::vector<std::span<const std::byte>>& outputs) const {
  outputs.clear();
  const Signature& signature = model_->signature();
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const std::size_t row_bytes = signature.outputs[i].row_bytes;
    outputs.push_back(outputs_[i].bytes.subspan(static_cast<std::size_t>(first) * row_bytes,
                                                static_cast<std::size_t>(rows) * row_bytes));
  }
}

}  // namespace purser::serve
