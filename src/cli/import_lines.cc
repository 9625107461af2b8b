#include "cli/import_lines.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>

#include "books/addition_difference.h"
#include "cli/units_used.h"

namespace purser::cli {
namespace {

using books::Book;

constexpr std::size_t kRefusalsMost = 100;  // then it is no register, or another one

// What concerns one line; anything else ends the import.
bool is_about_the_line(ErrorCode code) {
  return code == ErrorCode::kInvalidInput || code == ErrorCode::kNotFound ||
         code == ErrorCode::kAlreadyExists || code == ErrorCode::kRefused ||
         code == ErrorCode::kUnsupported;
}

std::string said(const std::string& text) { return text.empty() ? "nothing" : text; }

// kAlreadyExists: the books know it otherwise.
Status refuse_difference(const RegisterLines& lines, std::string_view name,
                         const std::optional<books::Difference>& differs) {
  if (!differs) return {};
  const std::string way_out =
      differs->word != "units_used"
          ? ""
          : fmt::format("; a reading is told, or told anew, by purser asset units {} FILE", name);
  return fail(ErrorCode::kAlreadyExists,
              fmt::format("there is an asset '{}' already, added with another {}: {}, here {}{}",
                          name, lines.called(differs->word), said(differs->known),
                          said(differs->given), way_out));
}

// A line, and the asset of that name if the books have one.
struct Line {
  std::string_view name;
  Book book;
  std::optional<books::Asset> known;

  // Null unless it stands in that book.
  const books::Asset* standing() const {
    return known && known->terms_in(book) != nullptr ? &*known : nullptr;
  }
};
Result<Line> line_of(const RegisterLines& lines, const books::Additions& additions) {
  PURSER_ASSIGN(const std::string_view name, lines.name());
  PURSER_ASSIGN(const Book book, lines.book());
  PURSER_ASSIGN(auto known, additions.find(name));
  return Line{name, book, std::move(known)};
}

// Of one that stands: that it does so word for word.
Status check_known(const RegisterLines& lines, const books::Additions& additions, const Line& line,
                   const books::Asset& known) {
  if (line.book == Book::kFinancial) {
    PURSER_ASSIGN(const NewAsset given, lines.asset());
    PURSER_ASSIGN(const books::AtOnce bought, additions.bought(line.name));
    const books::AtOnce told{given.paid, given.document};
    std::vector<books::UnitsUsed> replaced;
    if (!readings_of(known).empty()) {
      PURSER_ASSIGN(replaced, additions.replaced_readings(line.name));
    }
    PURSER_ASSIGN(const auto differs,
                  books::difference({known, bought, replaced}, {given.asset, told}));
    return refuse_difference(lines, line.name, differs);
  }
  PURSER_ASSIGN(const NewMemo given, lines.memo(line.book, known, additions));
  PURSER_ASSIGN(const auto differs, books::difference(known, given.memo));
  return refuse_difference(lines, line.name, differs);
}

// What the lines of a file added until now: a machine and a book.
using Added = std::unordered_set<std::string>;

Status add_line(const RegisterLines& lines, books::Additions& additions, Added& added,
                Imported& imported) {
  PURSER_ASSIGN(const Line line, line_of(lines, additions));
  const std::string key = fmt::format("{}:{}", books::name(line.book), line.name);
  if (const books::Asset* const known = line.standing()) {
    if (added.contains(key)) {
      return fail(ErrorCode::kAlreadyExists,
                  fmt::format("'{}' was added by an earlier line of this file; two machines have "
                              "two names",
                              line.name));
    }
    PURSER_TRY(check_known(lines, additions, line, *known));
    ++imported.passed_over;
    return {};
  }
  if (line.book == Book::kFinancial) {
    PURSER_ASSIGN(const NewAsset bought, lines.asset());
    if (bought.ignored_salvage) ++imported.ignored_salvages;
    PURSER_TRY(additions.add_asset(bought.asset, bought.paid, bought.document));
    added.insert(key);
    return {};
  }
  PURSER_ASSIGN(const books::Asset known, additions.asset(line.name));
  PURSER_ASSIGN(const NewMemo one, lines.memo(line.book, known, additions));
  if (one.other_year) ++imported.other_years;
  if (one.ignored_salvage) ++imported.ignored_salvages;
  PURSER_TRY(additions.add_to_book(line.name, one.memo));
  added.insert(key);
  return {};
}

// Calls `take` for each line, and notes those that it refuses.
template <class Take>
Result<Imported> each_line(RegisterLines& lines, Take take) {
  Imported imported;
  while (true) {
    const auto more = lines.next();
    if (more && !*more) break;
    ++imported.lines;
    Status taken = more ? take(imported) : fail(more.error());
    if (taken) continue;
    if (more) taken = fail(std::move(taken).error().in(lines.where()));
    if (!is_about_the_line(taken.error().code())) return fail(taken.error());
    imported.refused.push_back(taken.error().message());
    imported.given_up = imported.refused.size() == kRefusalsMost;
    if (imported.given_up) break;
  }
  return imported;
}

Result<Imported> settled(Imported imported, books::Additions& additions) {
  if (imported.refused.empty()) {
    PURSER_ASSIGN(imported.ruled, additions.settle());
  }
  imported.entries = additions.written();
  return imported;
}

// They would go with it, and no line of the file brings them back.
Status refuse_later_readings(const RegisterLines& lines, const books::Additions& additions,
                             const Line& line) {
  if (line.book != Book::kFinancial) return {};
  PURSER_ASSIGN(const std::vector<books::UnitsUsed> readings, additions.readings(line.name));
  if (readings.empty()) return {};
  PURSER_ASSIGN(const NewAsset given, lines.asset());
  if (std::ranges::equal(readings, readings_of(given.asset))) return {};
  return fail(ErrorCode::kRefused,
              fmt::format("'{0}' has had readings of its use since, which would be lost; take it "
                          "back by itself if that is meant: purser asset undo {0}",
                          line.name));
}

// The lines of an asset, in their order.
struct Standing {
  std::string name;
  std::vector<Book> books;
};

// What stands in the books as the lines say, by the first line of each asset.
class StandingLines {
 public:
  // False if the same line was there before.
  bool add(const Line& line) {
    const auto [at, is_new] = index_.try_emplace(std::string(line.name), all_.size());
    if (is_new) all_.push_back({std::string(line.name), {}});
    std::vector<Book>& books = all_[at->second].books;
    if (std::ranges::find(books, line.book) != books.end()) return false;
    books.push_back(line.book);
    return true;
  }
  const std::vector<Standing>& all() const { return all_; }

 private:
  std::vector<Standing> all_;
  std::unordered_map<std::string, std::size_t> index_;
};

}  // namespace

Result<Imported> add_lines(RegisterLines& lines, books::Additions& additions) {
  Added added;
  PURSER_ASSIGN(Imported imported, each_line(lines, [&](Imported& so_far) {
                  return add_line(lines, additions, added, so_far);
                }));
  return settled(std::move(imported), additions);
}

Result<Imported> take_back_lines(RegisterLines& lines, books::Additions& additions) {
  StandingLines standing;
  const auto look = [&](Imported& imported) -> Status {
    PURSER_ASSIGN(const Line line, line_of(lines, additions));
    const books::Asset* const known = line.standing();
    if (known == nullptr) {
      ++imported.passed_over;
      return {};
    }
    PURSER_TRY(check_known(lines, additions, line, *known));
    PURSER_TRY(refuse_later_readings(lines, additions, line));
    if (!standing.add(line)) ++imported.passed_over;
    return {};
  };
  PURSER_ASSIGN(Imported imported, each_line(lines, look));
  if (!imported.refused.empty()) return imported;
  for (const Standing& one : standing.all()) {
    // What came last goes first.
    for (auto book = one.books.rbegin(); book != one.books.rend(); ++book) {
      PURSER_TRY(additions.take_back(one.name, *book));
    }
  }
  return settled(std::move(imported), additions);
}

}  // namespace purser::cli
