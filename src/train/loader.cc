#include "train/loader.h"

#include <algorithm>
#include <new>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "data/float_of_byte.h"
#include "train/schedule.h"

namespace purser::train {
namespace {

// What ended the loader's work, as a sentence. Called in a catch.
Error failure_now() {
  try {
    throw;
  } catch (const std::bad_alloc&) {  // TensorMemoryExceeded is one
    return {ErrorCode::kResource,
            "the memory allowed is reached by the samples alone; allow more, or close other "
            "programs"};
  } catch (const std::system_error& error) {
    return {ErrorCode::kResource,
            fmt::format("reading the samples: the machine gives no thread ({}); close other "
                        "programs",
                        error.code().message())};
  } catch (const std::exception& error) {
    return {ErrorCode::kEngine,
            fmt::format("reading the samples failed ({}); this is a fault of purser: report it",
                        error.what())};
  }
}

}  // namespace

Result<std::unique_ptr<Loader>> Loader::open(const data::Dataset& dataset, std::int64_t micro_batch,
                                             bool channels_last, NextIndices next,
                                             std::span<const float> teacher) {
  try {
    return std::unique_ptr<Loader>(
        new Loader(dataset, micro_batch, channels_last, std::move(next), teacher));
  } catch (const std::exception&) {
    return tl::unexpected(failure_now());
  }
}

Loader::Loader(const data::Dataset& dataset, std::int64_t micro_batch, bool channels_last,
               NextIndices next, std::span<const float> teacher)
    : dataset_(dataset),
      channels_last_(channels_last && dataset.sample_shape.size() == 3 &&
                     dataset.sample_shape[0] > 1),
      next_(std::move(next)),
      teacher_(teacher) {
  for (Slot& slot : slots_) {
    slot.pixels = TensorArray<float>(static_cast<std::size_t>(micro_batch * dataset.sample_size()));
    if (!teacher_.empty()) {
      slot.teacher = TensorArray<float>(static_cast<std::size_t>(micro_batch * dataset.classes));
    }
    slot.labels.reserve(static_cast<std::size_t>(micro_batch));
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Loader::~Loader() {
  thread_.request_stop();
  thread_.join();
}

void Loader::run(const std::stop_token& stop) {
  try {
    read_ahead(stop);
  } catch (const std::exception&) {
    {
      const std::lock_guard lock(mutex_);
      failure_ = failure_now();
    }
    changed_.notify_all();
  }
}

void Loader::read_ahead(const std::stop_token& stop) {
  std::vector<std::int64_t> indices;
  for (std::size_t writing = 0;; writing = 1 - writing) {
    Slot& slot = slots_[writing];
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [&] { return !slot.full; })) return;
    }
    indices.clear();
    const bool more = next_(indices);
    if (more) {
      fill(slot, indices);
    } else {
      slot.labels.clear();
    }
    {
      const std::lock_guard lock(mutex_);
      slot.full = true;
    }
    changed_.notify_all();
    if (!more) return;
  }
}

void Loader::fill(Slot& slot, const std::vector<std::int64_t>& indices) const {
  const auto size = static_cast<std::size_t>(dataset_.sample_size());
  const auto channels = channels_last_ ? static_cast<std::size_t>(dataset_.sample_shape[0]) : 1;
  const std::size_t plane = size / channels;
  slot.labels.clear();
  float* out = slot.pixels.span().data();
  for (const std::int64_t index : indices) {
    const std::uint8_t* const pixels = dataset_.sample(index).data();
    for (std::size_t c = 0; c < channels; ++c) {
      for (std::size_t p = 0; p < plane; ++p) {
        out[p * channels + c] = data::kFloatOfByte[pixels[c * plane + p]];
      }
    }
    out += size;
    slot.labels.push_back(dataset_.labels[static_cast<std::size_t>(index)]);
  }
  if (teacher_.empty()) return;
  const auto classes = static_cast<std::size_t>(dataset_.classes);
  float* answers = slot.teacher.span().data();
  for (const std::int64_t index : indices) {
    const auto row = teacher_.subspan(static_cast<std::size_t>(index) * classes, classes);
    answers = std::copy(row.begin(), row.end(), answers);
  }
}

Result<Batch> Loader::next() {
  std::unique_lock lock(mutex_);
  if (std::exchange(handed_out_, true)) {
    if (slots_[reading_].full && slots_[reading_].labels.empty()) return Batch();  // stays the end
    slots_[reading_].full = false;
    reading_ = 1 - reading_;
    changed_.notify_all();
  }
  Slot& slot = slots_[reading_];
  changed_.wait(lock, [&] { return slot.full || failure_; });
  if (!slot.full && failure_) return fail(*failure_);
  const auto numbers = slot.labels.size() * static_cast<std::size_t>(dataset_.sample_size());
  const std::size_t answers =
      teacher_.empty() ? 0 : slot.labels.size() * static_cast<std::size_t>(dataset_.classes);
  return Batch{slot.pixels.span().first(numbers), slot.labels, slot.teacher.span().first(answers)};
}

NextIndices in_order(std::vector<std::int64_t> indices, std::int64_t micro_batch) {
  return [indices = std::move(indices), micro_batch,
          at = std::size_t{0}](std::vector<std::int64_t>& out) mutable {
    const std::size_t end = std::min(indices.size(), at + static_cast<std::size_t>(micro_batch));
    out.assign(indices.begin() + static_cast<std::ptrdiff_t>(at),
               indices.begin() + static_cast<std::ptrdiff_t>(end));
    at = end;
    return !out.empty();
  };
}

NextIndices shuffled(std::vector<std::int64_t> indices, std::uint64_t seed, std::int64_t batch,
                     std::int64_t micro_batch, std::int64_t first_step) {
  const auto sizes = cut(batch, micro_batch);
  return [indices = std::move(indices), seed, sizes, position = first_step * batch,
          part = std::size_t{0}, epoch = std::int64_t{-1},
          order = std::vector<std::int64_t>()](std::vector<std::int64_t>& out) mutable {
    const auto count = static_cast<std::int64_t>(indices.size());
    for (std::int64_t i = 0; i < sizes[part]; ++i, ++position) {
      if (position / count != epoch) {
        epoch = position / count;
        order = data::epoch_order(indices, seed, epoch);
      }
      out.push_back(order[static_cast<std::size_t>(position % count)]);
    }
    part = (part + 1) % sizes.size();
    return true;
  };
}

}  // namespace purser::train
