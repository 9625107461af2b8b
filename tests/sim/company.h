// A small company that lives by a seed: it buys machines, works on them, budgets, posts and closes
// its months, and now and then a process of it is killed. What was acknowledged to it is written
// down as facts; after every step the auditor compares the facts with what Purser says.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/random.h"
#include "base/time.h"
#include "books/books.h"
#include "meter/recorder.h"
#include "sim/auditor.h"
#include "sim/crash.h"
#include "sim/facts.h"

namespace purser::sim {

class Company {
 public:
  // Works in `folder`, which is empty.
  Company(fs::path folder, std::uint64_t seed);
  ~Company();

  // One deed and its audit. An Error is a broken promise, or a refusal where none was due.
  Status step();
  Status audit();

  // The deeds so far, one line each.
  const std::vector<std::string>& diary() const { return diary_; }
  std::int64_t kills() const { return kills_; }
  // Amounts of energy that were posted after their month was closed.
  std::size_t late_amounts() const { return facts_.late.size(); }

  // Has it a closed month and part of an open one, collected usage, a site and an open reservation?
  bool has_everything() const;
  // Changes the database behind everybody's back, as a disk or a hand might.
  Status tamper(std::string_view sql);

 private:
  struct Doors;
  struct Worker;

  Status open();
  void note(std::string deed);
  std::uint64_t draw(std::uint64_t bound) { return random_.below(bound); }
  bool chance(std::uint64_t percent) { return draw(100) < percent; }
  Status pass_time();

  Status add_site();
  Status change_site();
  Status place();
  PlacementFact draw_placement();
  bool has_changed_site() const;
  Status add_asset();
  static Status check_schedule(const books::Asset& asset, const AssetFact& fact);

  EventFact draw_event(const AssetFact& asset, Month effective);
  void expect_corrected(const AssetFact& asset, std::optional<Month> through);
  // Whether a part was split off later: what came before was counted then.
  static bool is_counted_by(const AssetFact& asset, Date day);
  Status asset_event();
  Status split();
  Status undo_event();

  const AssetFact* asset_in_service();
  Result<meter::Run> draw_run(const AssetFact& asset, std::string budget);
  meter::Beat draw_beat(Nanoseconds since_last);
  static BeatFact beat_fact(const AssetFact& asset, Instant start, Instant end,
                            const meter::Beat& beat, std::int64_t& carried_ns);
  Status start_run();
  Status work();
  Status collect();

  Status set_budget();
  Result<bool> reserve_for(const std::string& run, const std::string& asset,
                           const std::string& budget);
  Status reserve();

  Month open_month();
  bool is_closed(Month month) const;
  void expect_standing(const PostingKey& key, std::int64_t minor);
  void expect_posted(Month month);
  // What a close will post of energy, and what it should of months closed before.
  struct Computed {
    books::Metered metered;
    std::map<LateKey, std::int64_t> late;
  };
  Result<std::map<LateKey, std::int64_t>> owed_late(Month into);
  Result<Computed> compute_close(Month month);
  void expect_closed(Month month, const Computed& computed);
  Status post();
  Status accrue();
  Status reverse();
  Result<std::vector<cost::ResourceBill>> bills(Month first, Month last);
  Status close_month();
  Status collect_late();

  Result<std::int64_t> count_entries();
  Result<ChildEnd> kill_child(std::string_view doing,
                              const std::function<Status(Doors&, const Acknowledge&)>& work);
  Result<bool> was_written(const ChildEnd& end, std::int64_t before, std::int64_t would_write);
  Status killed_at_work();
  Status killed_while_collecting();
  Status killed_while_posting();
  Status killed_while_closing();

  fs::path folder_;
  Random random_;
  ManualClock clock_;
  money::Currency currency_;
  std::unique_ptr<Doors> doors_;
  std::vector<std::unique_ptr<Worker>> workers_;  // runs that go on in this process
  std::set<std::string> ended_;                   // runs that do not, by id
  Facts facts_;
  Auditor auditor_;
  std::vector<std::string> diary_;
  std::int64_t kills_ = 0;
};

}  // namespace purser::sim
