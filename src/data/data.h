// Data sets: read once, kept as bytes (a float copy would take four times the memory), handed out
// in seeded orders that can be entered at any place.
//
// A Dataset is immutable after loading and may be read from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace purser::data {

// Labelled images, bytes in NCHW order. As input of a model a byte b is the float b / 255.
struct Dataset {
  std::string name;                        // "fashion-mnist/train"
  std::vector<std::int64_t> sample_shape;  // {1, 28, 28}
  std::int64_t classes = 0;
  std::vector<std::uint8_t> pixels;  // size() x sample_size()
  std::vector<std::uint8_t> labels;  // size(), each < classes

  std::int64_t size() const { return static_cast<std::int64_t>(labels.size()); }
  std::int64_t sample_size() const;  // product of sample_shape
  std::span<const std::uint8_t> sample(std::int64_t index) const;
  // SHA-256 over shape, classes, pixels and labels: what a checkpoint or bill refers to.
  std::string fingerprint() const;
};

struct Splits {
  Dataset train;
  Dataset test;
};

// "fashion-mnist:DIR" (four gzipped or plain IDX files) or "fashion-mnist" (where Debian's
// dataset-fashion-mnist puts them). Errors name the file and what is wrong with it.
Result<Splits> load(std::string_view spec);
// Only the test half: for `load`, which has no use for the rest.
Result<Dataset> load_test(std::string_view spec);
// Checks spec, presence and headers without reading the pixels.
Status check(std::string_view spec);

// The samples set aside from training to decide when to stop: the same for the same seed and size,
// the classes in proportion. Both lists ascending; together they are 0 .. size-1.
struct HoldOut {
  std::vector<std::int64_t> training;
  std::vector<std::int64_t> held_out;
};
HoldOut hold_out(const Dataset& dataset, double fraction, std::uint64_t seed);

// The order in which epoch `epoch` visits `indices`: a function of (seed, epoch) and nothing else,
// so that a resumed run enters it at any place without replaying what came before.
std::vector<std::int64_t> epoch_order(std::span<const std::int64_t> indices, std::uint64_t seed,
                                      std::int64_t epoch);

// Writes the samples as floats in [0, 1] to `out` (indices.size() x sample_size()).
void gather_floats(const Dataset& dataset, std::span<const std::int64_t> indices,
                   std::span<float> out);

}  // namespace purser::data
