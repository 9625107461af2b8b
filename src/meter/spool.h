// The spool: one file a run, `<run-id>.usage`, first a line that says who runs in which process,
// then one line a heartbeat. Every line is
//
//   <16 hex digits: the first half of the SHA-256 of what follows the space> <JSON>\n
//
// so that a torn or damaged line is recognised, whatever the bytes say. Of two lines with one
// sequence number the later counts: the append of the first failed, and its writer tried again.
//
// Pure functions on text; the files themselves are written by Recorder and read by collect().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "meter/meter.h"

namespace purser::meter {

// Which process writes a spool file: a process id alone is soon used again by another.
struct Process {
  std::string host;
  std::string boot;  // differs after a restart of the machine
  std::int64_t pid = 0;
  std::int64_t start_ticks = 0;  // since boot
  // The inode of the pid namespace in which `pid` counts (a container has one of its own); zero if
  // it is not known, as in files of older versions.
  std::int64_t pid_namespace = 0;
  // It holds a lock on the file for as long as it lives; not in files of older versions.
  bool holds_lock = false;
  bool operator==(const Process&) const = default;
};

struct SpoolHeader {
  Run run;
  Process process;
  // Which books the run is charged to, as Destination names them; empty in files of older versions.
  std::string books = {};
};

std::string header_line(const SpoolHeader& header);  // with its newline
std::string beat_line(const Usage& usage);           // with its newline

// A spool file as read. `problems` are sentences that start with the line number ("7: …"); the
// lines they speak of are skipped. A last line without newline is a beat that was never
// acknowledged: it is skipped and is no problem.
struct SpoolContents {
  SpoolHeader header;
  std::vector<Usage> beats;  // in order of sequence; a damaged line leaves a gap
  std::vector<std::string> problems;
  std::int64_t bytes_read = 0;  // up to the end of the last whole line
};
// Reads beats from `from` on, the `bytes_read` of an earlier look at the same growing file (0: all
// of it); the header is read in any case. Fails with kCorrupt if the header cannot be read: then
// nobody knows whose usage it is.
Result<SpoolContents> parse_spool(std::string_view text, std::int64_t from = 0);

}  // namespace purser::meter
