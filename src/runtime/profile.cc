// Which kernels ran: ONNX Runtime writes a trace (Chrome's JSON format); its node events are summed
// here by operator and provider.
#include <algorithm>
#include <map>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "runtime/engine.h"

namespace purser::runtime {
namespace {

Result<std::vector<KernelUse>> sum_kernels(std::string trace, const std::string& model) {
  // A node may be called by any bytes, JSON holds UTF-8 only, and names of nodes are not read here.
  std::replace_if(
      trace.begin(), trace.end(), [](char c) { return static_cast<unsigned char>(c) > 0x7f; }, '?');
  const auto json = nlohmann::json::parse(trace, nullptr, false);
  if (!json.is_array()) {
    return fail(ErrorCode::kEngine,
                fmt::format("model '{}': ONNX Runtime's profile is no list of events", model));
  }
  std::map<std::pair<std::string, std::string>, KernelUse> sums;
  for (const auto& event : json) {
    if (event.value("cat", "") != "Node") continue;
    if (!event.value("name", "").ends_with("_kernel_time")) continue;
    const auto arguments = event.find("args");
    if (arguments == event.end()) continue;
    const std::string op_type = arguments->value("op_name", "");
    const std::string provider = arguments->value("provider", "");
    KernelUse& use = sums[{op_type, provider}];
    use.op_type = op_type;
    use.provider = provider;
    use.calls += 1;
    use.time += std::chrono::microseconds(event.value("dur", std::int64_t{0}));
  }
  std::vector<KernelUse> kernels;
  kernels.reserve(sums.size());
  for (auto& [key, use] : sums) kernels.push_back(std::move(use));
  std::stable_sort(kernels.begin(), kernels.end(),
                   [](const KernelUse& a, const KernelUse& b) { return a.time > b.time; });
  return kernels;
}

}  // namespace

Result<std::vector<KernelUse>> Session::profile() {
  if (!engine_->options.profile || engine_->profile_ended) {
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("model '{}': no profile was asked for, or it was taken already", name()));
  }
  std::string file;
  try {
    const Ort::AllocatorWithDefaultOptions allocator;
    file = engine_->session.EndProfilingAllocated(allocator).get();
  } catch (const Ort::Exception& exception) {
    return fail(engine_error(ErrorCode::kEngine, name(), exception));
  }
  engine_->profile_ended = true;
  auto trace = read_file(file);
  std::error_code ignored;
  fs::remove(file, ignored);
  if (!trace) return fail(trace.error());
  return sum_kernels(*std::move(trace), name());
}

}  // namespace purser::runtime
