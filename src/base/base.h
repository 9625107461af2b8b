// The room every other room stands on: failures as values, dates and half-open intervals, units of
// measure, files that survive a crash, progress, and a polite stop. It knows nothing of money or
// models. Names of this room live directly in `purser`, because every room speaks them.
//
// Include the one header you need; this page only lists them.
#pragma once

#include "base/files.h"     // read_file, write_file_atomically, LockFile
#include "base/progress.h"  // Progress: one moving line on stderr, silent without a terminal
#include "base/random.h"    // Random: the same seed gives the same numbers on every machine
#include "base/result.h"    // Error, Result<T>, Status, PURSER_TRY
#include "base/stop.h"      // StopSignal: Ctrl-C and SIGTERM as a question a loop may ask
#include "base/text.h"      // nearest_name, pluralisation, columns
#include "base/time.h"      // Instant, Date, Period, Interval, Clock
#include "base/units.h"     // Bytes, Joules, Watts; parse and print
