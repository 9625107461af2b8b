// Runs a fuzzer where libFuzzer is not: over inputs drawn from a fixed seed, so that every build
// compiles the fuzzers and each is known to live. `./dev fuzz` is what looks for defects.
//
//   X_fuzz          the inputs of the test suite
//   X_fuzz FILE...  these instead, such as one that libFuzzer left
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);
extern "C" __attribute__((weak)) int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" __attribute__((weak)) std::size_t LLVMFuzzerCustomMutator(unsigned char* data,
                                                                     std::size_t size,
                                                                     std::size_t most,
                                                                     unsigned seed);

namespace {

constexpr unsigned kInputs = 3000;
constexpr std::size_t kLongest = 400;  // bytes
constexpr std::string_view kMarks = " ,;:.-+/%=_\"'\n\r\t#[]{}()0123456789EeUSDxX";

std::string current;  // NOLINT: what a signal shows

void show(int signal) {
  std::fprintf(stderr, "signal %d by the input of %zu bytes (hexadecimal): ", signal,
               current.size());
  for (const char one : current) std::fprintf(stderr, "%02x", static_cast<unsigned char>(one));
  std::fprintf(stderr, "\n");
  std::_Exit(1);
}

void run(std::string input) {
  current = std::move(input);
  LLVMFuzzerTestOneInput(reinterpret_cast<const unsigned char*>(current.data()), current.size());
}

// Any bytes, letters and marks, or marks alone: what a parser of text stumbles over.
std::string draw(std::mt19937_64& random) {
  const auto below = [&](std::size_t end) { return static_cast<std::size_t>(random() % end); };
  const std::size_t kind = below(3);
  std::string input(below(kLongest), '\0');
  for (char& one : input) {
    const bool letter = kind == 1 && below(2) == 0;
    if (kind == 0) one = static_cast<char>(below(256));
    if (kind != 0) one = letter ? static_cast<char>('a' + below(26)) : kMarks[below(kMarks.size())];
  }
  return input;
}

// What the fuzzer itself makes of it, where it knows how its inputs are built.
std::string mutated(std::string input, unsigned seed) {
  if (LLVMFuzzerCustomMutator == nullptr) return input;
  const std::size_t size = input.size();
  input.resize(16 * kLongest);
  input.resize(LLVMFuzzerCustomMutator(reinterpret_cast<unsigned char*>(input.data()), size,
                                       input.size(), seed));
  return input;
}

}  // namespace

// As libFuzzer would: some bytes otherwise.
extern "C" std::size_t LLVMFuzzerMutate(unsigned char* data, std::size_t size, std::size_t most) {
  std::mt19937_64 random(size);
  if (size < most) data[size++] = static_cast<unsigned char>(random());
  data[random() % size] = static_cast<unsigned char>(random());
  return size;
}

int main(int argc, char** argv) {
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGILL, SIGBUS}) std::signal(signal, show);
  if (LLVMFuzzerInitialize != nullptr) LLVMFuzzerInitialize(&argc, &argv);
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "%s cannot be read\n", argv[i]);
      return 2;
    }
    run({std::istreambuf_iterator<char>(file), {}});
  }
  if (argc > 1) return 0;
  std::mt19937_64 random(1);
  run("");
  for (unsigned i = 0; i < kInputs; ++i) run(mutated(draw(random), i));
  return 0;
}
