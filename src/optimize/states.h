// The saved states of a search's fine-tunings: a folder for each search, a file for each widths.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "optimize/widths.h"

namespace purser::optimize {

class States {
 public:
  // Nothing is saved.
  States() = default;
  // In a folder of its own below `folder`, made if needed: another model, data set, seed or number
  // of epochs is another search. kBusy if another process is at it.
  static Result<States> open(const std::filesystem::path& folder, const graph::Graph& graph,
                             std::string_view data_fingerprint, std::uint64_t seed,
                             std::int64_t epochs);

  // Where the state of such a fine-tuning is, or would be; empty if nothing is saved.
  std::filesystem::path of(const Widths& widths) const;
  // Those that were begun and whose widths the groups can have, in ascending order.
  std::vector<Widths> begun(const std::vector<PrunableGroup>& groups) const;
  // The search has ended by itself. What cannot be removed stays, and does no harm.
  void remove();

 private:
  std::filesystem::path folder_;
  std::optional<LockFile> lock_;
};

}  // namespace purser::optimize
