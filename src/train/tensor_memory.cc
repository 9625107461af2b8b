#include "train/tensor_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <vector>

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>

namespace purser::train {
namespace {

constexpr std::size_t kAlignment = 64;  // a cache line, and what oneDNN's widest loads like

// In front of every block, so that a bare pointer can be given back (LibTorch's raw interface hands
// over nothing else). It fills one alignment unit.
struct Header {
  std::size_t bytes;  // of the whole block, itself included
};
static_assert(sizeof(Header) <= kAlignment);

Header* header_of(void* block) {
  return reinterpret_cast<Header*>(static_cast<std::byte*>(block) - kAlignment);
}

constexpr std::size_t kPagesFrom = std::size_t{64} << 10U;

// What is really taken for `bytes` that are asked for, the header included: whole cache lines,
// whole pages from 64 KiB on, so that near sizes share kept blocks.
std::size_t footprint(std::size_t bytes) {
  const std::size_t whole = bytes + kAlignment;
  const std::size_t unit = whole < kPagesFrom ? kAlignment : 4096;
  return (whole + unit - 1) / unit * unit;
}

// Blocks of pages come straight from the kernel: the C library would keep freed ones in its heap,
// beside what is kept here and beyond the limit.
bool is_mapped(std::size_t bytes) { return bytes >= kPagesFrom; }

void* from_system(std::size_t bytes) {
  void* start = nullptr;
  if (is_mapped(bytes)) {
    start = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) start = nullptr;
  } else {
    start = std::aligned_alloc(kAlignment, bytes);
  }
  if (start == nullptr) throw std::bad_alloc();
  void* const block = static_cast<std::byte*>(start) + kAlignment;
  header_of(block)->bytes = bytes;
  return block;
}

void to_system(void* block) {
  Header* const header = header_of(block);
  if (is_mapped(header->bytes)) {
    ::munmap(header, header->bytes);
  } else {
    std::free(header);
  }
}

class Pool final : public c10::Allocator {
 public:
  c10::DataPtr allocate(std::size_t bytes) override {
    if (bytes == 0) return {nullptr, nullptr, &give_back, c10::Device(c10::DeviceType::CPU)};
    void* const block = take(bytes);
    // Context and data must be one pointer: oneDNN allocates through raw_allocate.
    return {block, block, &give_back, c10::Device(c10::DeviceType::CPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &give_back; }
  void copy_data(void* to, const void* from, std::size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }

  void* take(std::size_t bytes) {
    const std::size_t wanted = footprint(bytes);
    const std::lock_guard lock(mutex_);
    if (void* const block = take_kept(wanted)) return block;
    make_room(wanted);
    void* const block = from_system(wanted);
    count_live(wanted);
    return block;
  }

  void put(void* block) {
    const std::lock_guard lock(mutex_);
    const std::size_t bytes = header_of(block)->bytes;
    live_ -= bytes;
    // More than the work once needed, and an eighth for sizes that do not match, is hoarding.
    const std::size_t needed = most_live_ + most_live_ / 8;
    const std::size_t most = limit_ ? std::min(*limit_, needed) : needed;
    if (live_ + kept_ + bytes > most) return to_system(block);
    free_[bytes].push_back(block);
    kept_ += bytes;
  }

  void set_limit(std::optional<std::size_t> limit) {
    const std::lock_guard lock(mutex_);
    limit_ = limit;
    if (limit_) shrink_kept(*limit_ - std::min(*limit_, live_));
  }
  void reset_peak() {
    const std::lock_guard lock(mutex_);
    peak_ = live_;
  }
  void trim() {
    const std::lock_guard lock(mutex_);
    shrink_kept(0);
    most_live_ = live_;
  }
  std::size_t live() const { return read(live_); }
  std::size_t peak() const { return read(peak_); }
  std::size_t kept() const { return read(kept_); }
  std::size_t refused() const { return read(refused_); }

  static Pool& instance() {
    // Never destroyed: tensors may be freed after main has returned.
    static Pool* const pool = [] {
      auto* const made = new Pool;
      c10::SetCPUAllocator(made, 1);
      return made;
    }();
    return *pool;
  }
  static void give_back(void* block) {
    if (block != nullptr) instance().put(block);
  }

 private:
  std::size_t read(const std::size_t& counter) const {
    const std::lock_guard lock(mutex_);
    return counter;
  }

  // The smallest kept block that fits and wastes no more than an eighth.
  void* take_kept(std::size_t wanted) {
    const auto found = free_.lower_bound(wanted);
    if (found == free_.end() || found->first > wanted + wanted / 8) return nullptr;
    void* const block = found->second.back();
    found->second.pop_back();
    kept_ -= found->first;
    count_live(found->first);
    if (found->second.empty()) free_.erase(found);
    return block;
  }

  void make_room(std::size_t wanted) {
    if (!limit_) return;
    if (live_ + wanted > *limit_) {
      refused_ = wanted;
      throw TensorMemoryExceeded();
    }
    shrink_kept(*limit_ - live_ - wanted);
  }

  // Gives back kept blocks, the biggest first, until no more than `most` bytes are kept.
  void shrink_kept(std::size_t most) {
    while (kept_ > most) {
      const auto biggest = std::prev(free_.end());
      to_system(biggest->second.back());
      biggest->second.pop_back();
      kept_ -= biggest->first;
      if (biggest->second.empty()) free_.erase(biggest);
    }
  }

  void count_live(std::size_t bytes) {
    live_ += bytes;
    peak_ = std::max(peak_, live_);
    most_live_ = std::max(most_live_, live_);
  }

  mutable std::mutex mutex_;  // guards everything below
  std::map<std::size_t, std::vector<void*>> free_;
  std::optional<std::size_t> limit_;
  std::size_t live_ = 0;
  std::size_t peak_ = 0;
  std::size_t most_live_ = 0;  // since the last trim
  std::size_t kept_ = 0;
  std::size_t refused_ = 0;
};

Bytes bytes_of(std::size_t count) { return {static_cast<std::int64_t>(count)}; }

}  // namespace

std::int64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");  // in pages: size, resident, …
  std::int64_t size = 0;
  std::int64_t resident = 0;
  return statm >> size >> resident ? resident * ::sysconf(_SC_PAGESIZE) : 0;
}

TensorMemory& TensorMemory::instance() {
  static TensorMemory memory;
  Pool::instance();
  return memory;
}
void TensorMemory::set_limit(std::optional<Bytes> limit) {
  Pool::instance().set_limit(limit ? std::optional(static_cast<std::size_t>(limit->count))
                                   : std::nullopt);
}
Bytes TensorMemory::live() const { return bytes_of(Pool::instance().live()); }
Bytes TensorMemory::peak() const { return bytes_of(Pool::instance().peak()); }
Bytes TensorMemory::kept() const { return bytes_of(Pool::instance().kept()); }
void TensorMemory::reset_peak() { Pool::instance().reset_peak(); }
void TensorMemory::trim() { Pool::instance().trim(); }
Bytes TensorMemory::refused() const { return bytes_of(Pool::instance().refused()); }
void* TensorMemory::allocate(std::size_t bytes) {
  return Pool::instance().take(std::max<std::size_t>(bytes, 1));
}
void TensorMemory::release(void* block) { Pool::give_back(block); }

}  // namespace purser::train
