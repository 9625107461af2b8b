// From the spool into the database.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "meter/destination.h"
#include "meter/records.h"

namespace purser::meter {

struct Collected {
  std::int64_t runs = 0;   // files read
  std::int64_t beats = 0;  // new ones
  std::int64_t still_running = 0;
  // Runs that are charged to other books, by the file of these: skipped, and left where they are.
  std::map<std::string, std::int64_t> for_other_books;
  // Names of runs that were charged to books which cannot be found, by the file of these: they are
  // taken, for nobody else would.
  std::map<std::string, std::vector<std::string>> taken_over;
  // What was skipped, one sentence each, with file and line. Never empty without reason to look.
  std::vector<std::string> problems;
};

// Reads every spool file, adds what is new, and removes the files of runs that have ended: done,
// stopped, or failed because the process is gone without a last word. Files in which something was
// damaged are not removed but moved to `<spool_folder>/damaged/`; put back there with the line
// mended, what was missing is added. A file that cannot be read is a problem and stays. A run
// at work whose file is gone has failed, and that is a problem too. A folder that does not exist is
// an empty one. What a Recorder began and was killed over is removed. Running it again changes
// nothing, and so does a crash at any point of it; two processes may collect at once.
//
// `ours`: the books that `records` belong to; null where there is one set of books only.
Result<Collected> collect(const fs::path& spool_folder, Records& records,
                          const Destination* ours = nullptr);

// What to do about a run that was recorded in a spool that is not this one: that workspace alone
// can tell whether it is at work.
enum class Elsewhere : std::uint8_t {
  kRefuse,
  kLost,  // somebody knows that the spool is gone, its machine or container with it
};

// Of a run that is no longer at work but cannot be asked, because its host or container is no more:
// takes in what it left, and calls it failed unless its last word says otherwise. A run that has
// ended stays as it is. Nothing is written, and the error is kRefused, if it is at work, is charged
// to other books than `ours` (null: there is one set only), or was recorded in another spool; with
// kLost only if that spool is there to be seen. A file that cannot be read is an error: nobody can
// tell then. (One whose first line is damaged, and locked by nobody, is left where it is.)
Status end_run(const fs::path& spool_folder, Records& records, const Run& run,
               const Destination* ours = nullptr, Elsewhere elsewhere = Elsewhere::kRefuse);
// Only the errors.
Status check_not_at_work(const fs::path& spool_folder, const Records& records, const Run& run,
                         const Destination* ours = nullptr,
                         Elsewhere elsewhere = Elsewhere::kRefuse);

// Runs at work, by the spool folder that they are recorded in, where that folder cannot be seen
// from here: it was deleted, or is another container's or machine's. Whether they still are, only
// somebody who knows can say.
Result<std::map<std::string, std::vector<Run>>> out_of_sight(const fs::path& spool_folder,
                                                             const Records& records);

// The folder as Records know it. Books may be shared by several workspaces, and two containers may
// call different folders the same: the path with the number of its inode.
std::string name_of(const fs::path& spool_folder);

// What collect() would find and add. Writes nothing.
Result<Collected> look(const fs::path& spool_folder, const Records& records,
                       const Destination* ours = nullptr);

}  // namespace purser::meter
