// purser_sim: lives of a small company, one a seed, each step audited.
//
//   purser_sim --seconds 30          as many seeds from 1 on as fit
//   purser_sim --seconds 30 --first 7
//   purser_sim --seed 17             one of them again, with its diary
//   purser_sim --prove               changes the database behind the auditor's back in many ways
//                                    and fails unless each is found
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "sim/company.h"

namespace purser::sim {
namespace {

constexpr int kSteps = 80;

// A folder in memory where there is one: what is tested is a kill, not a power cut.
class Folder {
 public:
  Folder() {
    const fs::path memory("/dev/shm");
    std::string pattern =
        ((fs::exists(memory) ? memory : fs::temp_directory_path()) / "purser-sim-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      fmt::print(stderr, "purser_sim: cannot make a folder like {}\n", pattern);
      std::exit(3);
    }
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void print_diary(const Company& company) {
  for (const std::string& deed : company.diary()) fmt::print("  {}\n", deed);
}

struct Lived {
  std::int64_t kills = 0;
  std::size_t late_amounts = 0;
};

// None after telling what broke.
std::optional<Lived> live(std::uint64_t seed, bool with_diary) {
  const Folder folder;
  Company company(folder.path(), seed);
  for (int step = 1; step <= kSteps; ++step) {
    const Status done = company.step();
    if (done) continue;
    fmt::print("seed {}, step {}: {}\n", seed, step, done.error().message());
    print_diary(company);
    fmt::print("again: purser_sim --seed {}\n", seed);
    return std::nullopt;
  }
  if (with_diary) print_diary(company);
  return Lived{company.kills(), company.late_amounts()};
}

int live_for(std::uint64_t seconds, std::uint64_t first) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  std::uint64_t lives = 0;
  Lived all;
  while (std::chrono::steady_clock::now() < end) {
    const auto lived = live(first + lives++, false);
    if (!lived) return 1;
    all.kills += lived->kills;
    all.late_amounts += lived->late_amounts;
  }
  fmt::print(
      "{} lives from seed {} on of {} audited steps, {} processes killed, {} amounts of late "
      "energy, "
      "nothing lost\n",
      lives, first, kSteps, all.kills, all.late_amounts);
  return 0;
}

struct Tampering {
  std::string_view what;
  std::string_view sql[3];
};
constexpr Tampering kTamperings[] = {
    {"a cent in one line",
     {"DROP TRIGGER entry_stands", "UPDATE entry SET minor = minor + 1 WHERE number = 2"}},
    {"an entry doubled, in balance",
     {"DROP TRIGGER entry_stands", "UPDATE entry SET minor = 2 * minor WHERE number = 2"}},
    {"a line added to an entry",
     {"INSERT INTO posting SELECT 2, 1, account, currency, 0 FROM entry WHERE number = 2", ""}},
    {"an account called otherwise",
     {"DROP TRIGGER word_stands",
      "UPDATE word SET spelling = spelling || 'x' WHERE spelling LIKE 'Assets:%'"}},
    {"a beat lost", {"DELETE FROM usage WHERE sequence = 0", ""}},
    {"a beat shortened",
     {"UPDATE usage SET device_time_ns = device_time_ns - 1 WHERE device_time_ns > 1", ""}},
    {"a month of usage forgotten",
     {"DELETE FROM used_month WHERE number = (SELECT max(number) FROM used_month)", ""}},
    {"an asset that cost more", {"UPDATE asset SET cost = cost + 1000000", ""}},
    {"a PUE raised",
     {"DROP TRIGGER site_change_stands",
      "UPDATE site_change SET pue_thousandths = pue_thousandths + 1000",
      "UPDATE site SET pue_thousandths = pue_thousandths + 1000"}},
    {"a change of tariff forgotten", {"DROP TRIGGER site_change_stays", "DELETE FROM site_change"}},
    {"where a machine stands forgotten",
     {"DROP TRIGGER event_stays",
      "DELETE FROM event WHERE kind BETWEEN 6 AND 9 AND id NOT IN (SELECT event FROM undone)"}},
    {"an improvement forgotten",
     {"DROP TRIGGER event_stays",
      "DELETE FROM event WHERE kind = 1 AND id NOT IN (SELECT event FROM undone)"}},
    {"an improvement undone",
     {"INSERT INTO undone SELECT id, 0, 'eve' FROM event WHERE kind = 1 AND id NOT IN "
      "(SELECT event FROM undone)",
      ""}},
    {"a month reopened", {"DROP TRIGGER closing_stays", "DELETE FROM closing"}},
    {"a budget raised", {"UPDATE budget SET amount_minor = amount_minor + 1", ""}},
    {"a reservation forgotten", {"UPDATE reservation SET settled = 1", ""}},
};

// Lives until the company has something of everything, then tampers.
int prove_one(const Tampering& tampering) {
  for (std::uint64_t seed = 1; seed < 50; ++seed) {
    const Folder folder;
    Company company(folder.path(), seed);
    for (int step = 0; step < 3 * kSteps && !company.has_everything(); ++step) {
      if (const Status done = company.step(); !done) {
        fmt::print("seed {}: {}\n", seed, done.error().message());
        return 1;
      }
    }
    if (!company.has_everything()) continue;
    for (const std::string_view sql : tampering.sql) {
      if (sql.empty()) continue;
      if (const Status done = company.tamper(sql); !done) {
        fmt::print("cannot tamper ({}): {}\n", tampering.what, done.error().message());
        return 1;
      }
    }
    const Status audited = company.audit();
    fmt::print("{}: {}\n", tampering.what, audited ? "NOT FOUND" : audited.error().message());
    return audited ? 1 : 0;
  }
  fmt::print("no life had something of everything\n");
  return 1;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

int run(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  const auto count = argc > 2 ? number(argv[2]) : std::nullopt;
  if (mode == "--seed" && argc == 3 && count) return live(*count, true) ? 0 : 1;
  if (mode == "--seconds" && argc == 3 && count) return live_for(*count, 1);
  if (mode == "--seconds" && argc == 5 && count && std::string_view(argv[3]) == "--first") {
    if (const auto first = number(argv[4])) return live_for(*count, *first);
  }
  if (mode == "--prove" && argc == 2) {
    int failed = 0;
    for (const Tampering& tampering : kTamperings) failed += prove_one(tampering);
    return failed == 0 ? 0 : 1;
  }
  fmt::print(stderr, "usage: purser_sim --seconds N [--first SEED] | --seed N | --prove\n");
  return 2;
}

}  // namespace
}  // namespace purser::sim

int main(int argc, char** argv) { return purser::sim::run(argc, argv); }
