#include "serve/infer_json.h"

#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace purser::serve {
namespace {

using testing::HasSubstr;

Status read_infer_request(std::string_view body, std::optional<std::size_t> json_bytes,
                          const Signature& signature, InferRequest& request) {
  return InferReader(signature).read(body, json_bytes, request);
}

TensorSpec tensor(std::string name, graph::ElementType type, std::vector<std::int64_t> row_shape) {
  TensorSpec spec{.name = std::move(name), .type = type};
  set_row_shape(spec, std::move(row_shape));
  return spec;
}

Signature two_inputs() {
  return {.model = "m",
          .version = "1",
          .inputs = {tensor("x", graph::ElementType::kFloat32, {2, 2}),
                     tensor("k", graph::ElementType::kInt64, {})},
          .outputs = {tensor("y", graph::ElementType::kFloat32, {2}),
                      tensor("flag", graph::ElementType::kBool, {1})},
          .batched = true,
          .rows_max = 4};
}

template <class T>
std::vector<T> values(const std::vector<std::byte>& bytes) {
  std::vector<T> result(bytes.size() / sizeof(T));
  std::memcpy(result.data(), bytes.data(), bytes.size());
  return result;
}

constexpr const char* kK1 = R"({"name":"k","shape":[1],"datatype":"INT64","data":[9]})";

// The sentence that refuses a request; empty if it is read.
std::string refusal(const std::string& json, const Signature& signature = two_inputs()) {
  InferRequest request;
  const Status status = read_infer_request(json, std::nullopt, signature, request);
  if (status) return "";
  EXPECT_EQ(status.error().code(), ErrorCode::kInvalidInput);
  return status.error().message();
}

std::string with_x(const std::string& x) { return fmt::format(R"({{"inputs":[{},{}]}})", x, kK1); }

TEST(ReadInferRequest, ReadsFlatAndNestedData_InAnyOrderOfMembers) {
  for (
      const char* x :
      {R"({"name":"x","shape":[1,2,2],"datatype":"FP32","data":[1,2,3,4.5]})",
       R"({"data":[[[1,2],[3,4.5]]],"datatype":"FP32","shape":[1,2,2],"name":"x","parameters":{"a":[1]}})",
       R"({ "datatype" : "FP32", "name" : "x", "data" : [ 1.0 , 2, 3e0, 45e-1 ], "unknown": {"b":null}, "shape": [ 1, 2, 2 ] })"}) {
    InferRequest request;
    const std::string body =
        fmt::format(R"({{"id":"a\"b","parameters":{{"z":1}},"inputs":[{},{}],"more":[]}})", x, kK1);
    const Status status = read_infer_request(body, std::nullopt, two_inputs(), request);
    ASSERT_TRUE(status) << status.error().message();
    EXPECT_EQ(request.rows, 1);
    EXPECT_EQ(values<float>(request.inputs[0]), (std::vector<float>{1, 2, 3, 4.5}));
    EXPECT_EQ(values<std::int64_t>(request.inputs[1]), (std::vector<std::int64_t>{9}));
    EXPECT_EQ(request.id_json, R"("a\"b")");
    ASSERT_EQ(request.outputs.size(), 2U);
    EXPECT_EQ(request.outputs[1].index, 1U);
  }
}

TEST(ReadInferRequest, AReusedRequestForgetsTheLastOne) {
  InferRequest request;
  const Signature signature = two_inputs();
  ASSERT_TRUE(read_infer_request(
      R"({"id":"q","inputs":[{"name":"x","shape":[2,2,2],"datatype":"FP32","data":[1,2,3,4,5,6,7,8]},
          {"name":"k","shape":[2],"datatype":"INT64","data":[1,2]}],"outputs":[{"name":"flag"}]})",
      std::nullopt, signature, request));
  EXPECT_EQ(request.rows, 2);
  ASSERT_TRUE(read_infer_request(
      with_x(R"({"name":"x","shape":[1,2,2],"datatype":"FP32","data":[5,6,7,8]})"), std::nullopt,
      signature, request));
  EXPECT_EQ(request.rows, 1);
  EXPECT_EQ(request.id_json, "");
  EXPECT_EQ(request.outputs.size(), 2U);
  EXPECT_EQ(values<float>(request.inputs[0]), (std::vector<float>{5, 6, 7, 8}));
  EXPECT_EQ(request.inputs[1].size(), 8U);
}

TEST(ReadInferRequest, SaysWhatIsWrong) {
  EXPECT_THAT(refusal(""), HasSubstr("expected '{'"));
  EXPECT_THAT(refusal("[]"), HasSubstr("expected '{'"));
  EXPECT_THAT(refusal("{}"), HasSubstr("input 'x' is missing"));
  EXPECT_THAT(refusal(R"({"inputs":[]})"), HasSubstr("input 'x' is missing"));
  EXPECT_THAT(refusal(R"({"inputs":{}})"), HasSubstr("expected '['"));
  EXPECT_THAT(refusal(R"({"inputs":[],"inputs":[]})"), HasSubstr("twice"));
  EXPECT_THAT(refusal(with_x("{}")), HasSubstr("without a name"));
  EXPECT_THAT(refusal(with_x(kK1)), HasSubstr("'k' is given twice"));
  EXPECT_THAT(refusal(with_x(R"({"name":"z"})")), HasSubstr("no input 'z'; it has x, k"));
  const auto x = [](const std::string& rest) {
    return refusal(with_x(R"({"name":"x",)" + rest + "}"));
  };
  EXPECT_THAT(x(R"("shape":[1,2,2],"data":[1,2,3,4])"), HasSubstr("'datatype' is missing"));
  EXPECT_THAT(x(R"("shape":[1,2,2],"datatype":"FP64","data":[1,2,3,4])"),
              HasSubstr("input 'x': the datatype is FP64; the model takes FP32"));
  EXPECT_THAT(x(R"("datatype":"FP32","data":[1,2,3,4])"), HasSubstr("'shape' is missing"));
  EXPECT_THAT(x(R"("datatype":"FP32","shape":[1,2,2])"), HasSubstr("neither 'data' nor"));
  EXPECT_THAT(x(R"("datatype":"FP32","shape":[1,4],"data":[1,2,3,4])"),
              HasSubstr("the shape is [1,4]; the model takes [batch,2,2]"));
  EXPECT_THAT(x(R"("datatype":"FP32","shape":[1,2,-2],"data":[1,2,3,4])"),
              HasSubstr("whole numbers"));
  EXPECT_THAT(x(R"("datatype":"FP32","shape":[0,2,2],"data":[])"), HasSubstr("1 to 4"));
  EXPECT_THAT(x(R"("datatype":"FP32","shape":[5,2,2],"data":[])"), HasSubstr("1 to 4"));
  EXPECT_THAT(x(R"("datatype":"FP32","shape":[4611686018427387904,2,2],"data":[])"),
              HasSubstr("1 to 4"));
  EXPECT_THAT(x(R"("datatype":"FP32","shape":[1,2,2],"data":[1,2,3])"), HasSubstr("3 numbers"));
  EXPECT_THAT(x(R"("datatype":"FP32","shape":[1,2,2],"data":[[1,2,3,4]])"), HasSubstr("nested"));
  EXPECT_THAT(x(R"("datatype":"FP32","shape":[1,2,2],"data":[1,2,3,"4"])"),
              HasSubstr("expected a number"));
  EXPECT_THAT(x(R"("datatype":"FP32","shape":[1,2,2],"data":[1,2,3,1e40])"),
              HasSubstr("expected a number"));
  EXPECT_THAT(x(R"("datatype":"FP32","shape":[1,2,2],"data":[1,2,3,NaN])"),
              HasSubstr("expected a number"));
  EXPECT_THAT(x(R"("datatype":"FP32","shape":[2,2,2],"data":[1,2,3,4,5,6,7,8])"),
              HasSubstr("1 rows, but another input has 2"));
  EXPECT_THAT(x(R"("datatype":"FP32","shape":[1,2,2],"data":[1,2,3,4],"data":[1,2,3,4])"),
              HasSubstr("twice"));
  const std::string good = R"({"name":"x","shape":[1,2,2],"datatype":"FP32","data":[1,2,3,4]})";
  EXPECT_EQ(refusal(with_x(good)), "");
  EXPECT_THAT(refusal(with_x(good) + "x"), HasSubstr("nothing behind"));
  const auto outputs = [&](const std::string& list) {
    return refusal(fmt::format(R"({{"inputs":[{},{}],"outputs":[{}]}})", good, kK1, list));
  };
  EXPECT_THAT(outputs(R"({"name":"w"})"), HasSubstr("no output 'w'; it has y, flag"));
  EXPECT_THAT(outputs(R"({"name":"y"},{"name":"y"})"), HasSubstr("twice"));
  EXPECT_EQ(outputs(R"({"name":"flag"},{"name":"y"})"), "");
}

TEST(ReadInferRequest, TakesBinaryTensorsBehindTheJson) {
  const std::string json =
      R"({"inputs":[{"name":"k","shape":[1],"datatype":"INT64","data":[3]},
          {"name":"x","shape":[1,2,2],"datatype":"FP32","parameters":{"binary_data_size":16}}],
          "parameters":{"binary_data_output":true},
          "outputs":[{"name":"flag","parameters":{"binary_data":false}},{"name":"y"}]})";
  const float x[] = {1, 2, 3, std::numeric_limits<float>::infinity()};
  std::string body = json;
  body.append(reinterpret_cast<const char*>(x), sizeof x);
  InferRequest request;
  ASSERT_TRUE(read_infer_request(body, json.size(), two_inputs(), request));
  EXPECT_EQ(values<float>(request.inputs[0]), (std::vector<float>{x[0], x[1], x[2], x[3]}));
  ASSERT_EQ(request.outputs.size(), 2U);
  EXPECT_FALSE(request.outputs[0].binary);
  EXPECT_TRUE(request.outputs[1].binary);
  const auto refused = [&](const std::string& whole, std::size_t header) {
    const Status status = read_infer_request(whole, header, two_inputs(), request);
    return status ? std::string() : status.error().message();
  };
  EXPECT_THAT(refused(body, body.size() + 1), HasSubstr("more than the body"));
  EXPECT_THAT(refused(body + "z", json.size()), HasSubstr("behind the last tensor"));
  EXPECT_THAT(refused(body.substr(0, body.size() - 1), json.size()), HasSubstr("15 bytes"));
}

TEST(WriteInferAnswer, WritesWhatAnyReaderReads) {
  const Signature signature = two_inputs();
  InferRequest request;
  request.rows = 2;
  request.id_json = "\"7\"";
  request.outputs = {{1, false}, {0, false}};
  const float y[] = {0.1F, -1e-7F, 16777216.0F, 3.4e38F};
  const bool flag[] = {true, false};
  const std::span<const std::byte> outputs[] = {std::as_bytes(std::span(y)),
                                                std::as_bytes(std::span(flag))};
  InferAnswer answer;
  ASSERT_TRUE(write_infer_answer(signature, request, outputs, answer));
  const auto json = nlohmann::json::parse(answer.body);
  EXPECT_EQ(json["model_name"], "m");
  EXPECT_EQ(json["model_version"], "1");
  EXPECT_EQ(json["id"], "7");
  EXPECT_EQ(json["outputs"][0]["name"], "flag");
  EXPECT_EQ(json["outputs"][0]["data"], nlohmann::json::parse("[true,false]"));
  EXPECT_EQ(json["outputs"][1]["shape"], nlohmann::json::parse("[2,2]"));
  EXPECT_EQ(json["outputs"][1]["datatype"], "FP32");
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(json["outputs"][1]["data"][i].get<float>(), y[i]);  // to the bit
  }
}

TEST(WriteInferAnswer, SendsBinaryWhatWasAskedFor_AndRefusesNaNInJson) {
  const Signature signature = two_inputs();
  InferRequest request;
  request.rows = 1;
  request.outputs = {{0, true}};
  const float y[] = {std::nanf(""), 1};
  const bool flag[] = {true};
  const std::span<const std::byte> outputs[] = {std::as_bytes(std::span(y)),
                                                std::as_bytes(std::span(flag))};
  InferAnswer answer;
  ASSERT_TRUE(write_infer_answer(signature, request, outputs, answer));
  EXPECT_TRUE(answer.binary);
  ASSERT_EQ(answer.body.size(), answer.json_bytes + 8);
  EXPECT_EQ(answer.body.substr(answer.json_bytes),
            std::string_view(reinterpret_cast<const char*>(y), sizeof y));
  const auto json = nlohmann::json::parse(answer.body.substr(0, answer.json_bytes));
  EXPECT_EQ(json["outputs"][0]["parameters"]["binary_data_size"], 8);
  request.outputs = {{0, false}};
  const Status status = write_infer_answer(signature, request, outputs, answer);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message(), HasSubstr("output 'y' holds NaN"));
}

TEST(InferRequestJson, IsReadBackToTheBit) {
  Signature signature = two_inputs();
  signature.inputs.pop_back();
  const std::vector<float> x = {0.1F, 0.49803922F, 1e-30F, -0.0F};
  InferRequest request;
  const std::int64_t shape[] = {1, 2, 2};
  ASSERT_TRUE(
      read_infer_request(infer_request_json("x", shape, x), std::nullopt, signature, request));
  EXPECT_EQ(values<float>(request.inputs[0]), x);
}

TEST(MetadataJson, NamesTensorsTypesAndShapes) {
  const auto json = nlohmann::json::parse(metadata_json(two_inputs()));
  EXPECT_EQ(json["name"], "m");
  EXPECT_EQ(json["versions"][0], "1");
  EXPECT_EQ(json["inputs"][0]["shape"], nlohmann::json::parse("[-1,2,2]"));
  EXPECT_EQ(json["inputs"][1]["datatype"], "INT64");
  EXPECT_EQ(json["outputs"][1]["datatype"], "BOOL");
}

TEST(SignatureOf, TellsModelsWithAndWithoutABatch) {
  using graph::ElementType;
  const runtime::TensorInfo x{"x", ElementType::kFloat32, {-1, 3}, {"batch", ""}};
  const runtime::TensorInfo y{"y", ElementType::kFloat32, {-1, 2}, {"batch", ""}};
  const runtime::TensorInfo fixed{"x", ElementType::kFloat32, {1, 3}, {"", ""}};
  const auto batched = signature_of({&x, 1}, {&y, 1}, "m", "1", 8);
  ASSERT_TRUE(batched);
  EXPECT_EQ(batched->rows_max, 8);
  EXPECT_EQ(batched->inputs[0].row_bytes, 12U);
  EXPECT_EQ(shape_of(*batched, batched->inputs[0], 5), (std::vector<std::int64_t>{5, 3}));
  const auto single = signature_of({&fixed, 1}, {&y, 1}, "m", "1", 8);
  ASSERT_TRUE(single);
  EXPECT_FALSE(single->batched);
  EXPECT_EQ(single->rows_max, 1);
  const runtime::TensorInfo two{"x", ElementType::kFloat32, {-1, -1}, {"batch", "length"}};
  EXPECT_THAT(signature_of({&two, 1}, {&y, 1}, "m", "1", 8).error().message(),
              HasSubstr("input 'x' has a dynamic dimension besides the batch"));
  const runtime::TensorInfo half{"h", ElementType::kFloat16, {-1}, {"batch"}};
  EXPECT_THAT(signature_of({&half, 1}, {&y, 1}, "m", "1", 8).error().message(), HasSubstr("'h'"));
}

}  // namespace
}  // namespace purser::serve
