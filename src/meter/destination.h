// Which books a run is charged to. The spool belongs to the workspace, but `--books` may point
// anywhere: whoever looks at a copy of the books must not take the usage away from the real ones.
// Therefore the first line of a spool file names the books, and collect() takes what is for its
// own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/files.h"

namespace purser::meter {

enum class Claim : std::uint8_t {
  kOurs,
  kOrphaned,  // the file named cannot be found: nobody else will ever take what is for it
  kOthers,
};

// Immutable; any thread may ask.
class Destination {
 public:
  // `workspace`: the folder that holds the spool. `books`: the file that collect() fills, or the
  // address of a server without its password. `settled_books`: those that the workspace's settings
  // name, whatever `--books` says; usage that names none (of older versions, and of other programs)
  // is for these.
  Destination(const fs::path& workspace, const fs::path& books, const fs::path& settled_books);

  // What a Recorder writes: a path from the workspace on where the books lie in it, so that a
  // workspace that is moved as a whole keeps its usage; else the whole path. Links are followed.
  std::string name() const;

  // Whose is the usage of a run that names these books? A copy is another file, a link is not.
  Claim claim(std::string_view named) const;
  // It is for ours, or for nobody.
  bool takes(std::string_view named) const { return claim(named) != Claim::kOthers; }

  // The file, or the server, that is named.
  fs::path file_of(std::string_view named) const;

 private:
  fs::path workspace_;
  fs::path books_;
  fs::path settled_books_;
};

}  // namespace purser::meter
