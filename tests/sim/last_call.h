// kill -9 at a chosen system call. A program that links this has its own write(), fdatasync(),
// rename() and the like, in front of the C library's, for our code, SQLite and libpq alike; as a
// library of its own (last_call.so) it comes before those of any program by LD_PRELOAD.
#pragma once

#include <cstdint>

namespace purser::sim {

// From now on this process dies at its `calls`-th changing system call (1, 2, 3 …), as by SIGKILL,
// after half of the bytes that it was to write. 0: it does not.
void die_at_call(std::int64_t calls);
// How many until then, if it is to die.
std::int64_t calls_left();

}  // namespace purser::sim
