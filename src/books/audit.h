// Who did what when: every act that the books keep with its instant and person, in one list.
//
// Not in it, because nothing keeps when or by whom: the terms of a site that was added, readings of
// units as long as none took their place, and what an asset is as long as nothing was posted of it
// by a version that kept no purchases. Conventions of tax years follow from acts and are none.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace purser::books {

struct Act {
  Instant recorded{};
  std::string who;       // empty: nobody said, or a version did that did not ask
  std::string what;      // "improvement", "purchase", "role", "closing", "entries", "reversal", …
  bool undoing = false;  // that was taken back by this act
  std::string about;     // an asset, site, account or person; a month; of entries, their numbers
  std::string details;   // what else was said, in words; often empty
  std::string document = {};  // the number of its invoice or voucher; empty: nobody said
  std::optional<Date> on = std::nullopt;  // when it happened, or from when on it counts
  // Of entries and reversals; without gaps between them.
  struct Entries {
    std::int64_t first = 0;
    std::int64_t last = 0;
  };
  std::optional<Entries> entries = std::nullopt;
};

struct ActsAsked {
  std::optional<Instant> since = std::nullopt;  // that were recorded then or later
  std::string_view who = {};                    // by that person; empty: by anybody
};

// In the order of time; of one instant, what happened before the entries that follow from it. Those
// that were written together are one act; a reversal is one of its own. Memory does not grow with
// the number of acts. It ends at the first error of `take`, which is returned.
Status each_act(store::Database& database, const ActsAsked& asked,
                const std::function<Status(const Act&)>& take);

}  // namespace purser::books
