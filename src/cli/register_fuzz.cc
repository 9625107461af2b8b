// Any text as a map and, behind a line of dashes, a register that is read by it: never a crash, and
// every line is terms of an asset that hold, or is refused in words.
#include <cstdlib>

#include "base/fuzzing.h"
#include "books/additions.h"
#include "books/books.h"
#include "cli/register_lines.h"

namespace {

namespace books = purser::books;
namespace cli = purser::cli;

const books::Asset& known() {
  static const books::Asset asset = [] {
    books::Asset made{.name = "server",
                      .site = "",
                      .terms = {.cost = *purser::money::parse_money("USD 12000.00"),
                                .salvage = *purser::money::parse_money("USD 1500.00"),
                                .life = *books::parse_life("48mo"),
                                .in_service = *purser::parse_date("2026-02-15")},
                      .idle_watts = {},
                      .load_watts = {},
                      .maintenance_per_year = std::nullopt,
                      .space_per_month = std::nullopt};
    made.takeover = books::Takeover{*purser::parse_date("2026-08-01"),
                                    *purser::money::parse_money("USD 1000.00"), false};
    return made;
  }();
  return asset;
}

// Empty books, of which a book's tax year is asked.
const books::Additions& additions() {
  static const purser::ManualClock clock(*purser::parse_instant("2026-12-01"));
  static purser::store::Database database = *purser::store::Database::open(
      "sqlite::memory:", books::Books::migrations(), purser::store::IfMissing::kCreate);
  static books::Books books(database, clock);
  static const books::Additions none = *books.begin_additions();
  return none;
}

void check_line(const cli::RegisterLines& line, std::string_view text) {
  const auto name = line.name();
  if (!name) return purser::check_refusal(name.error(), text);
  const auto book = line.book();
  if (!book) return purser::check_refusal(book.error(), text);
  if (*book != books::Book::kFinancial) {
    const auto memo = line.memo(*book, known(), additions());
    if (!memo) purser::check_refusal(memo.error(), text);
    return;
  }
  const auto bought = line.asset();
  if (!bought) return purser::check_refusal(bought.error(), text);
  if (bought->asset.name != *name || bought->asset.asset_class.empty()) std::abort();
  if (bought->paid && bought->paid->rate.currency() != bought->asset.terms.cost.currency()) {
    std::abort();
  }
  const auto holds = books::check(bought->asset.terms);
  if (!holds) purser::check_refusal(holds.error(), text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  constexpr std::string_view kDashes = "\n---\n";
  const std::size_t cut = text.find(kDashes);
  cli::RegisterMap map;
  std::string_view lines = text;
  if (cut != std::string_view::npos) {
    lines = text.substr(cut + kDashes.size());
    auto read = cli::RegisterMap::parse(text.substr(0, cut), "map.toml", cli::import_columns());
    if (!read) {
      purser::check_refusal(read.error(), text);
      return 0;
    }
    map = *std::move(read);
  }
  // A file of units used would be read from the disk.
  if (text.find("units") != std::string_view::npos) return 0;
  auto csv = purser::CsvReader::from_text("fleet.csv", std::string(lines));
  if (!csv) return 0;  // csv_fuzz asks that
  auto all = cli::RegisterLines::from(*std::move(csv), std::move(map), "fleet.csv");
  if (!all) {
    purser::check_refusal(all.error(), text);
    return 0;
  }
  while (true) {
    const auto more = all->next();
    if (more && !*more) return 0;
    if (more) check_line(*all, text);
  }
}
