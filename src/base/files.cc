#include "base/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/passing_file.h"

namespace purser {
namespace {

// Closes on every path out of a function.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

tl::unexpected<Error> io_error(std::string_view doing, const fs::path& path, int error_number) {
  const auto code = error_number == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo;
  const bool no_space = error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
  const std::string_view way_out = no_space ? "; free some space and try again"
                                   : error_number == EACCES || error_number == EPERM
                                       ? "; check who owns it"
                                       : "";
  return fail(code, fmt::format("cannot {} '{}': {}{}", doing, path.string(),
                                errno_words(error_number), way_out));
}

Status write_all(int descriptor, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return io_error("write", path, errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Status sync_folder(const fs::path& folder) {
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0) return io_error("open folder", folder, errno);
  if (::fsync(directory.get()) != 0) return io_error("sync folder", folder, errno);
  return {};
}

// What a chain of symbolic links leads to, be it there or not.
Result<fs::path> end_of_links(const fs::path& path) {
  constexpr int kMostLinks = 40;  // as the kernel
  fs::path at = path;
  std::error_code error;
  for (int links = 0; fs::is_symlink(at, error); ++links) {
    if (links == kMostLinks) return io_error("write", path, ELOOP);
    const fs::path next = fs::read_symlink(at, error);
    if (error) return io_error("write", path, error.value());
    at = at.parent_path() / next;
  }
  return at;
}

// What is no file (a pipe, a terminal, /dev/null) is written to as it is: a file in its place would
// end it for everybody.
Status write_device(const fs::path& path, std::string_view contents) {
  const Descriptor device(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (device.get() < 0) return io_error("write", path, errno);
  return write_all(device.get(), contents, path);
}

constexpr std::string_view kPassing = ".new.";

// Its logs first: they are never left without it.
void remove_with_logs(const fs::path& file) {
  for (const char* part : {"-wal", "-shm", "-journal", ""}) {
    ::unlink((file.string() + part).c_str());
  }
}

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Takes a lock that goes with the open file. It is of one byte far behind those that SQLite locks:
// on network file systems locks of a whole file would be in its way.
bool hold(int descriptor) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = off_t{1} << 62U;
  lock.l_len = 1;
  return ::fcntl(descriptor, F_OFD_SETLK, &lock) == 0;
}

// What killed processes left of passing files for this target: nobody holds their locks.
void remove_forsaken(const fs::path& target) {
  const std::string begin = target.filename().string() + std::string(kPassing);
  std::error_code ignored;
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(begin) || !is_number(name.substr(begin.size()))) continue;
    const Descriptor file(::open(entry.path().c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
    if (file.get() >= 0 && hold(file.get())) remove_with_logs(entry.path());
  }
}

// Whether the file of that name is still the one that is open.
bool is_still(const fs::path& path, int descriptor) {
  struct stat named {};
  struct stat opened {};
  return ::stat(path.c_str(), &named) == 0 && ::fstat(descriptor, &opened) == 0 &&
         named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

}  // namespace

Result<PassingFile> PassingFile::make(const fs::path& target, mode_t mode) {
  remove_forsaken(target);
  // A process of another container may have the same number.
  for (int number = ::getpid();; ++number) {
    const fs::path path = target.string() + std::string(kPassing) + std::to_string(number);
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (file.get() < 0 && errno == EEXIST) continue;
    if (file.get() < 0) return io_error("write", target, errno);
    // Somebody may have taken it for forsaken before it was locked: he holds it still, or has
    // removed it. Where locks are unknown nobody removes what others left.
    if (!hold(file.get()) && (errno == EAGAIN || errno == EACCES)) continue;
    if (is_still(path, file.get())) return PassingFile(path, file.release());
  }
}

PassingFile::PassingFile(fs::path path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor) {}

PassingFile::PassingFile(PassingFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

Result<bool> PassingFile::take_name(const fs::path& name) const {
  int done = ::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, name.c_str(), RENAME_NOREPLACE);
  if (done != 0 && (errno == EINVAL || errno == ENOSYS)) done = ::link(path_.c_str(), name.c_str());
  if (done == 0) return true;
  if (errno == EEXIST) return false;
  return io_error("write", name, errno);
}

PassingFile::~PassingFile() {
  if (descriptor_ < 0) return;
  remove_with_logs(path_);
  ::close(descriptor_);
}

std::string errno_words(int error_number) { return std::strerror(error_number); }

Result<std::string> read_file(const fs::path& path, Bytes limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return io_error("open", path, errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return io_error("read", path, errno);
  if (S_ISDIR(status.st_mode)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is a folder, not a file", path.string()));
  }
  if (status.st_size > limit.count) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' has {}; the most that is read here is {}", path.string(),
                            humanize(Bytes{status.st_size}), humanize(limit)));
  }
  // A pipe or a file under /proc has no size: read until it ends.
  std::string contents;
  contents.resize(static_cast<std::size_t>(status.st_size) + 1);
  std::size_t used = 0;
  for (;;) {
    if (used == contents.size()) contents.resize(contents.size() * 2);
    const ssize_t got = ::read(file.get(), contents.data() + used, contents.size() - used);
    if (got < 0) {
      if (errno == EINTR) continue;
      return io_error("read", path, errno);
    }
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
    if (static_cast<std::int64_t>(used) > limit.count) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("'{}' has more than {}", path.string(), humanize(limit)));
    }
  }
  contents.resize(used);
  return contents;
}

Status write_file_atomically(const fs::path& path, std::string_view contents) {
  struct stat before {};
  const bool exists = ::stat(path.c_str(), &before) == 0;
  if (exists && !S_ISREG(before.st_mode) && !S_ISDIR(before.st_mode)) {
    return write_device(path, contents);
  }
  PURSER_ASSIGN(const fs::path target, end_of_links(path));
  const mode_t mode = exists ? before.st_mode & 0777U : 0644;  // what was private stays so
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  PURSER_ASSIGN(const PassingFile file, PassingFile::make(target, mode));
  // The mask of the process takes bits from what is asked for, never from what was there.
  if (exists && ::fchmod(file.descriptor(), mode) != 0) return io_error("write", path, errno);
  PURSER_TRY(write_all(file.descriptor(), contents, path));
  if (::fsync(file.descriptor()) != 0) return io_error("write", path, errno);
  if (::rename(file.path().c_str(), target.c_str()) != 0) return io_error("write", path, errno);
  return sync_folder(folder);
}

AppendFile::AppendFile(int descriptor, fs::path path)
    : descriptor_(descriptor), path_(std::move(path)) {}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

AppendFile& AppendFile::operator=(AppendFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  return *this;
}

AppendFile::~AppendFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<AppendFile> AppendFile::open(const fs::path& path) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (file.get() < 0) return io_error("write", path, errno);
  PURSER_TRY(sync_folder(path.has_parent_path() ? path.parent_path() : fs::path(".")));
  return AppendFile(file.release(), path);
}

Status AppendFile::append_and_sync(std::string_view bytes) {
  PURSER_TRY(write_all(descriptor_, bytes, path_));
  if (::fdatasync(descriptor_) != 0) return io_error("write", path_, errno);
  return {};
}

LockFile::LockFile(LockFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

LockFile& LockFile::operator=(LockFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

LockFile::~LockFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<LockFile> LockFile::acquire(const fs::path& path) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (file.get() < 0) return io_error("lock", path, errno);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      return fail(ErrorCode::kBusy, fmt::format("'{}' is held by another purser; wait for it to "
                                                "finish, or stop it",
                                                path.string()));
    }
    return io_error("lock", path, errno);
  }
  return LockFile(file.release());
}

std::string sha256_hex(std::string_view bytes) {
  // Looking the algorithm up and making a context take longer than digesting a short text.
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  thread_local const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  std::array<unsigned char, 32> digest{};
  const bool done = context != nullptr && algorithm != nullptr &&
                    EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1;
  if (!done) std::terminate();  // memory has run out; a wrong digest must not be taken for one
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * digest.size());
  for (const unsigned char byte : digest) {
    hex += kDigits[byte >> 4U];
    hex += kDigits[byte & 0xFU];
  }
  return hex;
}

}  // namespace purser
