// Kinds of event as the table `event` numbers them where that is not, or need not be, their place
// in Happening. They never change. Behind the door.
#pragma once

#include <cstdint>

namespace purser::books {

inline constexpr std::int64_t kDisposalKind = 0;
inline constexpr std::int64_t kOpeningKind = 20;
inline constexpr std::int64_t kSplitKind = 21;
inline constexpr std::int64_t kMergeKind = 22;
inline constexpr std::int64_t kReinstatementKind = 23;
inline constexpr std::int64_t kTradeInKind = 24;
// Of a part, with the split that made it one.
inline constexpr std::int64_t kDisposalWithSplitKind = 25;
inline constexpr std::int64_t kTradeInWithSplitKind = 26;

}  // namespace purser::books
