#include "meter/meter.h"

#include <array>

#include <fmt/format.h>

namespace purser::meter {

std::string_view name(Outcome outcome) {
  constexpr std::array<std::string_view, 4> kNames{"running", "done", "stopped", "failed"};
  return kNames.at(static_cast<std::size_t>(outcome));
}

std::string_view name(EnergySource source) {
  return source == EnergySource::kMeasured ? "measured" : "modelled";
}

std::string_view name(WorkUnit unit) {
  constexpr std::array<std::string_view, 3> kNames{"none", "samples", "predictions"};
  return kNames.at(static_cast<std::size_t>(unit));
}

Status check(const Usage& usage) {
  const auto wrong = [&](std::string_view why) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("beat {} of run '{}' {}", usage.sequence, usage.run_id, why));
  };
  if (usage.sequence < 0) return wrong("has a negative number");
  if (usage.interval.end < usage.interval.start) return wrong("ends before it starts");
  if (usage.device_time < Nanoseconds{0}) return wrong("has a negative device time");
  if (usage.device_time > usage.interval.length()) {
    return wrong("holds the device for longer than the clock ran");
  }
  if (usage.energy.micro < 0) return wrong("has a negative energy");
  // Far beyond any machine; without a bound a few such beats are more than a sum can hold.
  constexpr std::int64_t kMost = 100'000'000'000'000'000;
  if (usage.sequence > kMost || usage.energy.micro > kMost || usage.work > kMost ||
      usage.peak_tensor_memory.count > kMost) {
    return wrong("has an amount beyond any machine");
  }
  if (usage.work < 0 || usage.peak_tensor_memory.count < 0) return wrong("has a negative count");
  return {};
}

}  // namespace purser::meter
