// The memory of tensors: counted, capped, and kept for the next step.
//
// All tensors of LibTorch on the CPU, oneDNN's scratch among them, are allocated here once
// `TensorMemory::instance()` has been called. Freed blocks are kept for reuse, because a step frees
// and asks for the same sizes again and again, and giving big blocks back to the system and
// faulting them in anew costs more than the arithmetic on them. What is live plus what is kept
// never exceeds the limit. A block counts with all that it takes of the system: a header of 64
// bytes, and whole pages from 64 KiB on. What the process needs besides (code, data set, heap) is
// not counted here.
#pragma once

#include <cstdint>
#include <new>
#include <optional>
#include <span>
#include <utility>

#include "base/units.h"

namespace purser::train {

// Thrown into LibTorch when an allocation would exceed the limit; caught in engine.cc.
struct TensorMemoryExceeded : std::bad_alloc {
  const char* what() const noexcept override { return "the limit of tensor memory is reached"; }
};

// Thread-safe.
class TensorMemory {
 public:
  // Made, and installed under LibTorch, at the first call; lives as long as the process.
  static TensorMemory& instance();

  // Blocks kept over the new limit are given back; live ones above it stay until they are freed.
  void set_limit(std::optional<Bytes> limit);
  Bytes live() const;
  Bytes peak() const;  // of live bytes since the last reset_peak()
  Bytes kept() const;  // free, ready for reuse
  void reset_peak();
  void trim();  // gives back what is kept
  // The size that could not be had, of the last TensorMemoryExceeded.
  Bytes refused() const;

  // For buffers that are handed to LibTorch from outside. Never null.
  void* allocate(std::size_t bytes);
  static void release(void* block);

 private:
  TensorMemory() = default;
};

// The process's resident set now, as the kernel counts it; 0 where it does not tell.
std::int64_t resident_bytes();

// An array in tensor memory, 64-byte aligned, not initialised. Throws TensorMemoryExceeded.
template <class T>
class TensorArray {
 public:
  TensorArray() = default;
  explicit TensorArray(std::size_t count)
      : data_(static_cast<T*>(TensorMemory::instance().allocate(count * sizeof(T)))),
        count_(count) {}
  TensorArray(TensorArray&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), count_(std::exchange(other.count_, 0)) {}
  TensorArray& operator=(TensorArray&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(count_, other.count_);
    return *this;
  }
  ~TensorArray() {
    if (data_ != nullptr) TensorMemory::release(data_);
  }
  std::span<T> span() { return {data_, count_}; }
  std::span<const T> span() const { return {data_, count_}; }

 private:
  T* data_ = nullptr;
  std::size_t count_ = 0;
};

// Sets a limit and starts a new peak; takes the limit away, and gives back what is kept, at the
// end.
class TensorMemoryScope {
 public:
  explicit TensorMemoryScope(std::optional<Bytes> limit) {
    TensorMemory::instance().set_limit(limit);
    TensorMemory::instance().reset_peak();
  }
  ~TensorMemoryScope() {
    TensorMemory::instance().set_limit(std::nullopt);
    TensorMemory::instance().trim();
  }
  TensorMemoryScope(const TensorMemoryScope&) = delete;
  TensorMemoryScope& operator=(const TensorMemoryScope&) = delete;
};

}  // namespace purser::train
