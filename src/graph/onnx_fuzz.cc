// Any bytes: reading a model never crashes, and what it accepts is written and read back the same.
// Bytes changed at random are seldom a message at all, so most mutations change the message: a
// number, a name or a part of it.
#include <cstdlib>
#include <vector>

#include <google/protobuf/message.h>
#include <onnx/onnx_pb.h>

#include "base/random.h"
#include "graph/graph.h"

extern "C" std::size_t LLVMFuzzerMutate(unsigned char* data, std::size_t size, std::size_t most);

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using purser::Random;

void collect_messages(Message& message, std::vector<Message*>& all) {
  all.push_back(&message);
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      collect_messages(*message.GetReflection()->MutableMessage(&message, field), all);
      continue;
    }
    for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) {
      collect_messages(*message.GetReflection()->MutableRepeatedMessage(&message, field, i), all);
    }
  }
}

std::int64_t draw_number(Random& random) {
  constexpr std::int64_t kEdges[] = {0,  1,   2,         -1,        3,         7,
                                     21, 255, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
  return random.below(3) == 0 ? static_cast<std::int64_t>(random.below(64))
                              : kEdges[random.below(std::size(kEdges))];
}

// A name that stands somewhere in the model makes wrong links and circles.
std::string draw_name(Random& random, const std::vector<Message*>& all) {
  for (int tries = 0; tries < 20; ++tries) {
    const Message& message = *all[random.below(all.size())];
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_STRING || random.below(2) == 0) continue;
      const auto* reflection = message.GetReflection();
      if (!field->is_repeated()) return reflection->GetString(message, field);
      const int size = reflection->FieldSize(message, field);
      return reflection->GetRepeatedString(
          message, field, static_cast<int>(random.below(static_cast<std::uint64_t>(size))));
    }
  }
  return "";
}

void mutate_single(Message& message, const FieldDescriptor* field, Random& random,
                   const std::vector<Message*>& all) {
  const auto* reflection = message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection->SetInt64(&message, field, draw_number(random));
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection->SetInt32(&message, field, static_cast<std::int32_t>(draw_number(random)));
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection->SetString(&message, field, draw_name(random, all));
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection->SetEnumValue(&message, field, static_cast<int>(random.below(16)));
    default:
      return reflection->ClearField(&message, field);
  }
}

void mutate_repeated(Message& message, const FieldDescriptor* field, Random& random,
                     const std::vector<Message*>& all) {
  const auto* reflection = message.GetReflection();
  const int size = reflection->FieldSize(message, field);
  if (size == 0) return;
  const auto draw = [&] {
    return static_cast<int>(random.below(static_cast<std::uint64_t>(size)));
  };
  const std::uint64_t what = random.below(4);
  if (what == 0) return reflection->RemoveLast(&message, field);
  if (what == 1) return reflection->SwapElements(&message, field, draw(), draw());
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT64:
      if (what == 2) return reflection->AddInt64(&message, field, draw_number(random));
      return reflection->SetRepeatedInt64(&message, field, draw(), draw_number(random));
    case FieldDescriptor::CPPTYPE_STRING:
      if (what == 2) return reflection->AddString(&message, field, draw_name(random, all));
      return reflection->SetRepeatedString(&message, field, draw(), draw_name(random, all));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      reflection->AddMessage(&message, field)
          ->CopyFrom(reflection->GetRepeatedMessage(message, field, draw()));
      return;
    default:
      return;
  }
}

void mutate(onnx::ModelProto& model, Random& random) {
  std::vector<Message*> all;
  collect_messages(model, all);
  Message& message = *all[random.below(all.size())];
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  if (fields.empty()) return;
  const FieldDescriptor* field = fields[random.below(fields.size())];
  if (field->is_repeated()) return mutate_repeated(message, field, random, all);
  mutate_single(message, field, random, all);
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(unsigned char* data, std::size_t size,
                                               std::size_t most, unsigned int seed) {
  Random random(seed);
  onnx::ModelProto model;
  if (random.below(8) == 0 || !model.ParseFromArray(data, static_cast<int>(size))) {
    return LLVMFuzzerMutate(data, size, most);
  }
  for (std::uint64_t i = 0; i <= random.below(3); ++i) mutate(model, random);
  const std::size_t needed = model.ByteSizeLong();
  if (needed > most) return LLVMFuzzerMutate(data, size, most);
  model.SerializePartialToArray(data, static_cast<int>(needed));
  return needed;
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto graph = purser::graph::parse_onnx(bytes, "fuzz");
  if (!graph) return 0;
  (void)purser::graph::trainable_parameters(*graph);
  (void)purser::graph::work_of(*graph);
  const auto written = purser::graph::serialize_onnx(*graph);
  if (!written) return 0;
  const auto again = purser::graph::parse_onnx(*written, "again");
  if (!again || *purser::graph::serialize_onnx(*again) != *written) std::abort();
  return 0;
}
