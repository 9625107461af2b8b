// A file under a passing name, until it is whole and gets the one that it is meant for.
#pragma once

#include <sys/types.h>

#include <filesystem>

#include "base/result.h"

namespace purser {

// `TARGET.new.NUMBER`, beside TARGET; gone when this ends, with the logs that SQLite keeps beside
// it. It is locked as long as its process lives. So what a killed process left of one is
// told from what is being written, and is removed by the next that makes one for the same target.
class PassingFile {
 public:
  // Empty, with the permissions `mode` as far as the mask of the process lets it. Errors, of the
  // target: kNotFound (no such folder), kIo.
  static Result<PassingFile> make(const std::filesystem::path& target, mode_t mode);
  PassingFile(PassingFile&& other) noexcept;
  PassingFile& operator=(PassingFile&&) = delete;
  ~PassingFile();

  // Gives the file the name, as one step where the file system can; false if something of that name
  // is there. Neither file nor folder is synced. kIo, kNotFound.
  Result<bool> take_name(const std::filesystem::path& name) const;

  const std::filesystem::path& path() const { return path_; }
  // Open for writing; not to be closed.
  int descriptor() const { return descriptor_; }

 private:
  PassingFile(std::filesystem::path path, int descriptor);
  std::filesystem::path path_;
  int descriptor_ = -1;
};

}  // namespace purser
