// How long a person waits for an answer that needs no engine: `purser rate` against `python3 -c
// pass`, `purser --help` against `git --version`, interleaved in one run. Whole processes, from
// spawn to exit, with their output thrown away. The answer is checked before anything is timed.
// Exit status 1 if a median ratio misses what is wanted.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"

namespace {

using purser::fs::path;
using Words = std::vector<std::string>;

// Runs the command to its end; its stdout goes to `output`. Seconds, or nothing if it failed.
double run(const Words& words, const path& output) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0644);
  const auto start = std::chrono::steady_clock::now();
  pid_t child = 0;
  int status = -1;
  const int spawned = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  if (spawned == 0) ::waitpid(child, &status, 0);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  posix_spawn_file_actions_destroy(&actions);
  if (spawned != 0 || status != 0) {
    fmt::print(stderr, "cold_start: '{}' failed with status {}\n", fmt::join(words, " "), status);
    std::exit(1);
  }
  return elapsed.count();
}

struct Quartiles {
  double first, median, third;
};

Quartiles quartiles(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return {values[n / 4], values[n / 2], values[n * 3 / 4]};
}

// Is the median ratio no more than `wanted`?
bool compare(const std::string& title, const Words& ours, const Words& theirs, double wanted) {
  constexpr int kRounds = 60;
  std::vector<double> ours_ms;
  std::vector<double> theirs_ms;
  std::vector<double> ratios;
  for (int round = -5; round < kRounds; ++round) {  // five to warm the page cache
    const double a = run(ours, "/dev/null");
    const double b = run(theirs, "/dev/null");
    if (round < 0) continue;
    ours_ms.push_back(a * 1e3);
    theirs_ms.push_back(b * 1e3);
    ratios.push_back(a / b);
  }
  const Quartiles us = quartiles(ours_ms);
  const Quartiles them = quartiles(theirs_ms);
  const Quartiles ratio = quartiles(ratios);
  fmt::print(
      "{:<38} {:.2f} ms ({:.2f} to {:.2f}) against {:.2f} ms ({:.2f} to {:.2f}): ratio "
      "{:.2f} ({:.2f} to {:.2f}), wanted <= {}: {}\n",
      title, us.median, us.first, us.third, them.median, them.first, them.third, ratio.median,
      ratio.first, ratio.third, wanted, ratio.median <= wanted ? "met" : "missed");
  return ratio.median <= wanted;
}

}  // namespace

int main(int, char** argv) {
  const path bin = purser::fs::canonical(argv[0]).parent_path().parent_path() / "bin";
  const std::string purser = (bin / "purser").string();
  std::string pattern = (purser::fs::temp_directory_path() / "purser-bench-XXXXXX").string();
  const path folder = ::mkdtemp(pattern.data());
  const std::string at = folder.string();
  const path answer = folder / "answer";
  run({purser, "-C", at, "init"}, answer);
  run({purser, "-C", at, "books", "site", "add", "home", "--tariff", "USD 0.12/kWh"}, answer);
  run({purser, "-C", at, "asset", "add", "server", "--site", "home", "--cost", "USD 12,000.00",
       "--salvage", "USD 1,500.00", "--life", "48mo", "--in-service", "2026-02-15"},
      answer);
  run({purser, "-C", at, "rate", "--now", "2026-10-15"}, answer);
  const auto text = purser::read_file(answer);
  // 10,500.00 over 1,461 days: 31 days of October are 222.79 less what rounding carries.
  if (!text || text->find("0.29") == std::string::npos) {
    fmt::print(stderr, "cold_start: `purser rate` answers what it should not:\n{}\n",
               text ? *text : text.error().message());
    return 1;
  }
  const bool rate_met = compare("purser rate / python3 -c pass", {purser, "-C", at, "rate"},
                                {"/usr/bin/python3", "-c", "pass"}, 0.6);
  const bool help_met =
      compare("purser --help / git --version", {purser, "--help"}, {"git", "--version"}, 3);
  purser::fs::remove_all(folder);
  return rate_met && help_met ? 0 : 1;
}
