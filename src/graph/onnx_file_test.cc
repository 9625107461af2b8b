#include <filesystem>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "graph/graph.h"
#include "graph/new_model.h"
#include "graph/onnx_text.h"

namespace purser::graph {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// ONNX's own test vectors, as its source archive brings them.
const std::filesystem::path kVectors = PURSER_ONNX_VECTORS;

// Under the address sanitizer all of them take a minute.
#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t kStride = 8;
#else
constexpr std::size_t kStride = 1;
#endif

std::string error_of(std::string_view bytes) {
  const auto graph = parse_onnx(bytes, "m.onnx");
  return graph ? "read without an error" : graph.error().message();
}

Graph read_text(std::string_view text) {
  auto graph = parse_onnx(model_from_text(text), "text");
  EXPECT_TRUE(graph) << graph.error().message();
  return graph ? *std::move(graph) : Graph{};
}

TEST(OnnxFile, EveryModelOfOnnxsOwnVectors_IsReadAndWrittenBack_OrRefusedInOneLine) {
  int read = 0;
  int refused_as_wrong = 0;
  std::size_t seen = 0;
  for (const auto& folder : std::filesystem::directory_iterator(kVectors / "node")) {
    if (seen++ % kStride != 0) continue;
    const auto graph = read_onnx(folder.path() / "model.onnx");
    if (!graph) {
      refused_as_wrong += graph.error().code() != ErrorCode::kUnsupported ? 1 : 0;
      EXPECT_EQ(graph.error().message().find('\n'), std::string::npos);
      continue;
    }
    ++read;
    const auto bytes = serialize_onnx(*graph);
    ASSERT_TRUE(bytes) << folder.path() << ": " << bytes.error().message();
    const auto again = parse_onnx(*bytes, folder.path().string());
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(*bytes, *serialize_onnx(*again)) << folder.path();
  }
  // Of the 1,615 the rest use strings, sequences, subgraphs, or what opset 21 lacks.
  EXPECT_GE(read, 1200 / static_cast<int>(kStride));
  // Pools of opset 22 whose shapes opset 21 computes otherwise, and one fault of the converter.
  EXPECT_LE(refused_as_wrong, 3);
}

TEST(OnnxFile, ReadsModelsOfOpset9_AndCountsTheirWorkAsPublished) {
  // Multiply-adds as torchvision publishes them ("GFLOPS" of its table of models).
  const std::map<std::string, double> published{
      {"resnet50", 4.09}, {"vgg19", 19.63}, {"densenet121", 2.83}, {"squeezenet", 0.35}};
  for (const auto& [name, billions] : published) {
    const auto graph = read_onnx(kVectors / "light" / ("light_" + name + ".onnx"));
    ASSERT_TRUE(graph) << graph.error().message();
    EXPECT_EQ(graph->opset, kOpset);
    const auto work = work_of(*graph);
    ASSERT_TRUE(work) << work.error().message();
    EXPECT_NEAR(static_cast<double>(work->multiply_adds) * 1e-9, billions, 0.005) << name;
  }
}

TEST(OnnxFile, WhatIsNoModel_IsToldApart) {
  EXPECT_EQ(error_of(""), "m.onnx: is empty; export or copy it again");
  EXPECT_EQ(error_of("hello"),
            "m.onnx: is no ONNX model, or was cut short at 5 bytes; export or copy it again");
  EXPECT_THAT(error_of(std::string_view("PK\x03\x04", 4)), HasSubstr("PyTorch checkpoint"));
  EXPECT_THAT(error_of("version https://git-lfs.github.com/spec/v1"), HasSubstr("git lfs pull"));
  const auto missing = read_onnx("/nonexistent/m.onnx");
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message(), HasSubstr("/nonexistent/m.onnx"));
}

TEST(OnnxFile, AModelCutShortAnywhere_IsRefused) {
  const auto whole = serialize_onnx(*new_cnn({.widths = {2}}));
  ASSERT_TRUE(whole);
  for (std::size_t size = 0; size < whole->size(); size += 7) {
    const auto graph = parse_onnx(std::string_view(*whole).substr(0, size), "m.onnx");
    ASSERT_FALSE(graph) << "read from " << size << " of " << whole->size() << " bytes";
    EXPECT_THAT(graph.error().message(), StartsWith("m.onnx: "));
  }
}

TEST(OnnxFile, NodesInAnyOrderAreSorted_AndCirclesAreNamed) {
  const Graph graph = read_text(R"(<ir_version: 10, opset_import: ["": 21]>
    g (float[2] x) => (float[2] z) { z = Relu(y)  y = Neg(x) })");
  ASSERT_EQ(graph.nodes.size(), 2U);
  EXPECT_EQ(graph.nodes[0].op_type, "Neg");
  EXPECT_THAT(error_of(model_from_text(R"(<ir_version: 10, opset_import: ["": 21]>
    g (float[2] x) => (float[2] z) { y = Add(x, w)  w = Relu(y)  z = Neg(w) })")),
              HasSubstr("(Add) waits for its own result"));
}

TEST(OnnxFile, FunctionsAreInlined_AndOnesThatCallThemselvesRefused) {
  const Graph graph = read_text(R"(<ir_version: 10, opset_import: ["": 21, "local": 1]>
    g (float[2] x) => (float[2] y) { y = local.twice(x) }
    <domain: "local", opset_import: ["": 21]> twice (a) => (b) { b = Add(a, a) })");
  ASSERT_EQ(graph.nodes.size(), 1U);
  EXPECT_EQ(graph.nodes[0].op_type, "Add");
  EXPECT_THAT(error_of(model_from_text(R"(<ir_version: 10, opset_import: ["": 21, "local": 1]>
    g (float[2] x) => (float[2] y) { y = local.f(x) }
    <domain: "local", opset_import: ["": 21, "local": 1]> f (a) => (b) { b = local.f(a) })")),
              HasSubstr("calls itself"));
}

TEST(OnnxFile, ConstantNodesBecomeInitializers_AndEveryNodeHasANameOfItsOwn) {
  const Graph graph = read_text(R"(<ir_version: 10, opset_import: ["": 21]>
    g (float[2] x) => (float[2] z) {
      c = Constant<value_floats = [1.5, 2.5]>()
      y = Add(x, c)
      z = Add(y, c) })");
  ASSERT_NE(graph.initializer("c"), nullptr);
  EXPECT_THAT(graph.initializer("c")->as<float>(), ElementsAre(1.5F, 2.5F));
  ASSERT_EQ(graph.nodes.size(), 2U);
  EXPECT_NE(graph.nodes[0].name, graph.nodes[1].name);
  EXPECT_EQ(graph.nodes[0].describe(), "node 'Add_0' (Add)");
}

TEST(OnnxFile, ShapesAreInferred_AndDynamicDimensionsKeepTheirNames) {
  const Graph graph = read_text(R"(<ir_version: 10, opset_import: ["": 21]>
    g (float[batch, 3] x) => (float[batch, 5] z)
      <float[3, 5] w = {1,2,3,4,5,6,7,8,9,10,11,12,13,14,15}> { y = MatMul(x, w) z = Relu(y) })");
  const ValueInfo* y = graph.value_info("y");
  ASSERT_NE(y, nullptr);
  EXPECT_THAT(y->shape, ElementsAre(kDynamic, 5));
  EXPECT_THAT(y->dimension_names, ElementsAre("batch", ""));
}

TEST(OnnxFile, WhatPurserCannotHold_IsNamed) {
  EXPECT_THAT(error_of(model_from_text(R"(<ir_version: 10, opset_import: ["": 21]>
    g (float[2] x) => (float[2] y) { y = Nonsense(x) })")),
              HasSubstr("Nonsense"));
  EXPECT_THAT(error_of(model_from_text(R"(<ir_version: 10, opset_import: ["": 21]>
    g (float[2] x, bool c) => (float[2] y) {
      [branch] y = If (c) <then_branch = t () => (float[2] a) { a = Relu(x) },
                           else_branch = e () => (float[2] b) { b = Neg(x) }> })")),
              AllOf(HasSubstr("node 'branch' (If)"), HasSubstr("graph of its own")));
  EXPECT_THAT(error_of(model_from_text(R"(<ir_version: 10, opset_import: ["": 21]>
    g (string[2] x) => (string[2] y) { y = Identity(x) })")),
              HasSubstr("value 'x' has elements of a type"));
  EXPECT_THAT(error_of(model_from_text(R"(<ir_version: 10, opset_import: ["": 21]>
    g (float[1,1,4,4] x, float[1,1,2,2] w) => (y) { [c] y = Conv<strides = [0, 0]>(x, w) })")),
              HasSubstr("node 'c' (Conv): 'strides' must be positive"));
}

TEST(OnnxFile, ADimensionOfMinusOneIsUnknown_AndWhatWouldHurtShapeInferenceIsRefused) {
  const Graph graph = read_text(R"(<ir_version: 10, opset_import: ["": 21]>
    g (float[-1, 3] x) => (float[-1, 3] y) { y = Relu(x) })");
  EXPECT_THAT(graph.inputs[0].shape, ElementsAre(kDynamic, 3));
  EXPECT_THAT(error_of(model_from_text(R"(<ir_version: 10, opset_import: ["": 21]>
    g (float[2, 2] x, int64[-7] i) => (float[2] y) { y = GatherND(x, i) })")),
              HasSubstr("value 'i' has the impossible dimension -7"));
  EXPECT_THAT(error_of(model_from_text(R"(<ir_version: 10, opset_import: ["": 21]>
    g (float[2, 2] x, int64[2147483647] s) => (float[2] y) { y = Expand(x, s) })")),
              HasSubstr("value 's' is a list of 2147483647 integers"));
}

TEST(OnnxFile, AWeightOfAnotherRankThanTheData_IsRefused) {
  EXPECT_THAT(error_of(model_from_text(R"(<ir_version: 10, opset_import: ["": 21]>
    g (float[1,1,7,7] x, float[1,1,1,1,1,1,1,1] w) => (float[1,1,7,7] y) { y = Conv(x, w) })")),
              HasSubstr("kernel_shape"));
}

// Files that somebody made to hurt, each refused in one line that begins with the file's name.
TEST(OnnxFile, HostileModelsAreRefusedInOneLine) {
  struct Hostile {
    std::string_view what;
    std::string_view text;
  };
  const std::vector<Hostile> models{
      {"an input that nobody gives", "g (float[2] x) => (float[2] y) { y = Add(x, w) }"},
      {"an output that nobody computes", "g (float[2] x) => (float[2] z) { y = Relu(x) }"},
      {"a graph of nothing", "g () => (float[2] y) { }"},
      {"a value computed twice", "g (float[2] x) => (float[2] y) { y = Relu(x) y = Neg(x) }"},
      {"an input computed again", "g (float[2] x) => (float[2] x) { x = Relu(x) }"},
      {"two inputs of a name", "g (float[2] x, float[2] x) => (float[2] y) { y = Relu(x) }"},
      {"two outputs of a name", "g (float[2] x) => (float[2] y, float[2] y) { y = Relu(x) }"},
      {"an initializer that is computed",
       "g (float[2] x) => (float[2] y) <float[2] y = {1, 2}> { y = Relu(x) }"},
      {"a sequence", "g (seq(float[2]) x) => (float[2] y) { y = ConcatFromSequence<axis = 0>(x) }"},
      {"an optional", "g (optional(float[2]) x) => (float[2] y) { y = OptionalGetElement(x) }"},
  };
  for (const Hostile& model : models) {
    const auto graph = parse_onnx(
        model_from_text("<ir_version: 10, opset_import: [\"\": 21]> " + std::string(model.text)),
        "m.onnx");
    EXPECT_FALSE(graph) << model.what;
    if (graph) continue;
    EXPECT_THAT(graph.error().message(), StartsWith("m.onnx: ")) << model.what;
    EXPECT_EQ(graph.error().message().find('\n'), std::string::npos) << model.what;
  }
}

TEST(OnnxFile, AnOpsetOfAnotherTime_IsRefused) {
  for (const std::string_view version : {"0", "-3", "9999", "4294967317", "9223372036854775807"}) {
    const auto graph =
        parse_onnx(model_from_text(fmt::format("<ir_version: 10, opset_import: [\"\": {}]> "
                                               "g (float[2] x) => (float[2] y) {{ y = Relu(x) }}",
                                               version)),
                   "m.onnx");
    ASSERT_FALSE(graph) << version;
    EXPECT_THAT(graph.error().message(), StartsWith("m.onnx: ")) << version;
  }
}

TEST(OnnxFile, EmptyTensorsHalfFloatsAndForeignOperatorsAreHeld) {
  const Graph graph = read_text(R"(<ir_version: 10, opset_import: ["": 21, "my.own": 3]>
    g (float16[n, 2] x) => (float16[m] z) <float16[0, 2] none = {}> {
      y = Concat<axis = 0>(x, none)  z = my.own.Odd<shape = [1, 2]>(y) })");
  EXPECT_EQ(graph.initializer("none")->bytes.size(), 0U);
  EXPECT_EQ(graph.value_info("y")->type, ElementType::kFloat16);
  EXPECT_EQ(graph.nodes[1].domain, "my.own");
  EXPECT_EQ(graph.other_opsets.at("my.own"), 3);
}

TEST(OnnxFile, MetadataSurvives_EvenAConversion) {
  const Graph graph = read_text(R"(<ir_version: 7, opset_import: ["": 13],
      metadata_props: ["owner": "vision"]>
    g (float[2] x) => (float[2] y) { y = Relu(x) })");
  EXPECT_EQ(graph.opset, kOpset);
  EXPECT_EQ(graph.metadata.at("owner"), "vision");
}

TEST(OnnxFile, WhatItsMakersSayAboutAModelSurvives_EvenAConversionAndARewrite) {
  for (const int opset : {13, 21}) {
    const std::string text = fmt::format(
        R"(<ir_version: 7, opset_import: ["": {}], domain: "com.example", model_version: 7,
            doc_string: "of the model">
          g (float[2] x) => (float[2] y) {{ h = Relu(x)  y = Tanh(h) }})",
        opset);
    auto graph = parse_onnx(with_docs(model_from_text(text)), "text");
    ASSERT_TRUE(graph) << graph.error().message();
    ASSERT_TRUE(infer_shapes(*graph));
    for (int round = 0; round < 2; ++round) {
      EXPECT_EQ(graph->opset, kOpset);
      EXPECT_EQ(graph->model_doc, "of the model");
      EXPECT_EQ(graph->model_domain, "com.example");
      EXPECT_EQ(graph->model_version, 7);
      EXPECT_EQ(graph->doc, "doc of g");
      EXPECT_EQ(graph->inputs[0].doc, "doc of x");
      EXPECT_EQ(graph->outputs[0].doc, "doc of y");
      EXPECT_EQ(graph->nodes[0].doc, "doc of Relu");
      EXPECT_EQ(graph->nodes[1].doc, "doc of Tanh");
      graph = parse_onnx(*serialize_onnx(*graph), "again");
      ASSERT_TRUE(graph) << graph.error().message();
    }
  }
}

TEST(OnnxFile, InferShapes_FollowsARewrite_AndLeavesTheGraphAloneOnAnError) {
  Graph graph = *new_cnn({});
  graph.inputs[0].shape = {8, 1, 28, 28};
  graph.inputs[0].dimension_names.clear();
  ASSERT_TRUE(infer_shapes(graph));
  EXPECT_THAT(graph.outputs[0].shape, ElementsAre(8, 10));
  EXPECT_THAT(graph.value_info("pool2_out")->shape, ElementsAre(8, 64, 7, 7));
  graph.inputs[0].shape = {8, 784};
  EXPECT_FALSE(infer_shapes(graph));
  EXPECT_THAT(graph.outputs[0].shape, ElementsAre(8, 10));
}

}  // namespace
}  // namespace purser::graph
