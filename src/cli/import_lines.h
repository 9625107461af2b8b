// What becomes of the lines of a register in the books: added, passed over, or taken back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "books/additions.h"
#include "cli/register_lines.h"

namespace purser::cli {

struct Imported {
  std::int64_t lines = 0;  // that were read
  // Of those: of adding, what stands in the books word for word; of taking back, what does not
  // stand there.
  std::int64_t passed_over = 0;
  std::int64_t entries = 0;
  std::vector<std::string> refused = {};
  bool given_up = false;  // lines behind the last refusal were not read
  std::vector<books::RuledYear> ruled = {};
  std::int64_t other_years = 0;       // lines of other tax years than their book had before
  std::int64_t ignored_salvages = 0;  // lines of a salvage that macrs does not ask

  std::int64_t done() const { return lines - passed_over; }
};

// Each refusal is of one line; what else is wrong is the Error. To be committed if none was
// refused.
Result<Imported> add_lines(RegisterLines& lines, books::Additions& additions);

// Takes back what the lines added and stands as they say; the first that cannot be taken back is
// the Error.
Result<Imported> take_back_lines(RegisterLines& lines, books::Additions& additions);

}  // namespace purser::cli
