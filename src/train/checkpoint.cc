#include "train/checkpoint.h"

#include <bit>
#include <cstring>
#include <type_traits>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "train/saved_state.h"

namespace purser::train {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie");

constexpr std::string_view kMagic = kSavedStateMagic;
// 1 cut a batch into unequal pieces, and drew biases of two dimensions to zero.
constexpr std::uint32_t kVersion = 2;
constexpr std::size_t kChecksumDigits = 64;

class Writer {
 public:
  template <class T>
  void number(T value) {
    static_assert(std::is_arithmetic_v<T>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  void text(std::string_view value) {
    number(static_cast<std::uint64_t>(value.size()));
    bytes_.append(value);
  }
  void floats(const std::vector<float>& values) {
    number(static_cast<std::uint64_t>(values.size()));
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
  }
  void raw(std::string_view value) { bytes_.append(value); }
  std::string take() { return std::move(bytes_); }
  std::string_view so_far() const { return bytes_; }

 private:
  std::string bytes_;
};

// Reads what Writer wrote; after the first failure everything is zero and ok() is false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  T number() {
    T value{};
    const auto part = take(sizeof(T));
    if (part.size() == sizeof(T)) std::memcpy(&value, part.data(), sizeof(T));
    return value;
  }
  template <class T>
  void number(T& value) {
    value = number<T>();
  }
  std::string text() { return std::string(take(number<std::uint64_t>())); }
  std::vector<float> floats() {
    const auto count = number<std::uint64_t>();
    if (count > bytes_.size() / sizeof(float)) return ok_ = false, std::vector<float>();
    std::vector<float> values(count);
    const auto part = take(count * sizeof(float));
    if (count != 0) std::memcpy(values.data(), part.data(), part.size());
    return values;
  }
  std::string_view take(std::uint64_t count) {
    if (count > bytes_.size()) return ok_ = false, std::string_view();
    const auto part = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return part;
  }
  std::size_t left() const { return bytes_.size(); }
  bool ok() const { return ok_; }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

// One list of fields for both directions.
template <class Number>
void curve_point(CurvePoint& point, Number&& number) {
  number(point.step);
  number(point.epoch);
  number(point.training_loss);
  number(point.learning_rate);
  number(point.held_out.correct);
  number(point.held_out.total);
  number(point.held_out.loss);
  std::int64_t time = point.device_time.count();
  number(time);
  point.device_time = Nanoseconds(time);
}

}  // namespace

std::string serialize(const Checkpoint& checkpoint) {
  Writer out;
  out.raw(kMagic);
  out.number(kVersion);
  out.text(checkpoint.identity);
  out.number(checkpoint.step.micro_batch);
  out.number(checkpoint.step.accumulate);
  out.number(static_cast<std::int64_t>(checkpoint.step.threads));
  out.number(checkpoint.state.steps);
  out.floats(checkpoint.state.parameters);
  out.floats(checkpoint.state.first_moments);
  out.floats(checkpoint.state.second_moments);
  out.floats(checkpoint.state.statistics);
  out.number(static_cast<std::uint64_t>(checkpoint.curve.size()));
  for (CurvePoint point : checkpoint.curve) {
    curve_point(point, [&out](auto value) { out.number(value); });
  }
  out.number(checkpoint.loss_sum_since_look);
  out.number(checkpoint.steps_since_look);
  out.number(static_cast<std::int64_t>(checkpoint.device_time.count()));
  out.raw(sha256_hex(out.so_far()));
  return out.take();
}

Result<Checkpoint> parse_checkpoint(std::string_view bytes) {
  const auto corrupt = [](std::string_view why) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{}; bring back a copy of it, or start anew without --resume and with "
                            "--force",
                            why));
  };
  if (bytes.empty()) return corrupt("is empty");
  if (!bytes.starts_with(kMagic)) return corrupt("is no state of a training run");
  if (bytes.size() < kMagic.size() + sizeof(kVersion) + kChecksumDigits) {
    return corrupt("is cut short");
  }
  const auto body = bytes.substr(0, bytes.size() - kChecksumDigits);
  Reader in(body.substr(kMagic.size()));
  const auto version = in.number<std::uint32_t>();
  if (version > kVersion) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("was written by a newer purser (version {} of the file, this one "
                            "reads {}); install that one",
                            version, kVersion));
  }
  if (sha256_hex(body) != bytes.substr(body.size())) {
    return corrupt("is damaged or cut short: its checksum does not match");
  }
  if (version < kVersion) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("was written by an older purser (version {} of the file, this one "
                            "reads {}), which cut a batch otherwise; finish the run with that one, "
                            "or start anew without --resume and with --force",
                            version, kVersion));
  }
  Checkpoint read;
  read.identity = in.text();
  in.number(read.step.micro_batch);
  in.number(read.step.accumulate);
  read.step.threads = static_cast<int>(in.number<std::int64_t>());
  in.number(read.state.steps);
  read.state.parameters = in.floats();
  read.state.first_moments = in.floats();
  read.state.second_moments = in.floats();
  read.state.statistics = in.floats();
  const auto points = in.number<std::uint64_t>();
  for (std::uint64_t i = 0; i < points && in.ok(); ++i) {
    curve_point(read.curve.emplace_back(), [&in](auto& value) { in.number(value); });
  }
  in.number(read.loss_sum_since_look);
  in.number(read.steps_since_look);
  read.device_time = Nanoseconds(in.number<std::int64_t>());
  const bool sane = read.step.micro_batch > 0 && read.step.accumulate > 0 &&
                    read.step.threads > 0 && read.state.steps >= 0;
  if (!in.ok() || in.left() != 0 || !sane) return corrupt("has contents that make no sense");
  return read;
}

Status save_checkpoint(const Checkpoint& checkpoint, const std::filesystem::path& path) {
  return write_file_atomically(path, serialize(checkpoint));
}

std::string identity_of(const graph::Graph& graph, const data::Dataset& dataset,
                        const Options& options) {
  // The weights count: a graph with others is another beginning.
  const auto bytes = graph::serialize_onnx(graph);
  std::string identity = fmt::format(
      "model {}\ndata {}\nbatch {}\nepochs {}\nlearning rate {}\nschedule {}\nwarm-up {}\n"
      "weight decay {}\nlabel smoothing {}\nseed {}\nheld-out fraction {}\nlooks per epoch {}",
      bytes ? sha256_hex(*bytes) : "unwritable", dataset.fingerprint(), options.batch,
      options.epochs, options.learning_rate, name(options.schedule), options.warmup_fraction,
      options.weight_decay, options.label_smoothing, options.seed, options.held_out_fraction,
      options.looks_per_epoch);
  if (const auto& teacher = options.teacher) {
    const std::string_view answers(reinterpret_cast<const char*>(teacher->logits.data()),
                                   teacher->logits.size_bytes());
    identity += fmt::format("\nteacher {}\ntemperature {}\nteacher's share {}", sha256_hex(answers),
                            teacher->temperature, teacher->share);
  }
  return identity;
}

Status check_identity(const Checkpoint& checkpoint, std::string_view wanted) {
  const auto saved = split(checkpoint.identity, '\n');
  const auto now = split(wanted, '\n');
  for (std::size_t i = 0; i < std::max(saved.size(), now.size()); ++i) {
    const auto line = [i](const auto& lines) { return i < lines.size() ? lines[i] : "nothing"; };
    if (line(saved) == line(now)) continue;
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("the saved run has '{}', this one '{}'; give it the same, or start anew "
                    "without --resume and with --force",
                    line(saved), line(now)));
  }
  return {};
}

Result<Checkpoint> load_checkpoint(const std::filesystem::path& path, std::string_view identity) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return fail(ErrorCode::kNotFound,
                fmt::format("there is no saved state '{}'; start without --resume", path.string()));
  }
  PURSER_ASSIGN(const std::string bytes, read_file(path));
  auto parsed = parse_checkpoint(bytes);
  if (!parsed) return fail(std::move(parsed).error().in(path.string()));
  Status same = check_identity(*parsed, identity);
  if (!same) return fail(std::move(same).error().in(path.string()));
  return parsed;
}

Result<std::int64_t> saved_epochs(const std::filesystem::path& checkpoint) {
  PURSER_ASSIGN(const std::string bytes, read_file(checkpoint));
  PURSER_ASSIGN(const Checkpoint saved, parse_checkpoint(bytes));
  constexpr std::string_view kKey = "epochs ";
  for (const std::string_view line : split(saved.identity, '\n')) {
    if (line.starts_with(kKey)) return parse_decimal(line.substr(kKey.size()), 0);
  }
  return fail(ErrorCode::kInvalidInput, fmt::format("{}: says of no epochs", checkpoint.string()));
}

}  // namespace purser::train
