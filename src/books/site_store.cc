#include <fmt/format.h>

#include "books/books_store.h"
#include "books/columns.h"

namespace purser::books {
namespace {

using money::Currency;
using store::Row;

// Two columns: billionths, and for how many microjoules.
Result<money::Rate> tariff_from(const Row& row, int column, Currency currency) {
  PURSER_ASSIGN(const money::Int128 billionths, money::parse_int128(row.text(column)));
  return money::Rate::per_energy(money::Cost(billionths, currency),
                                 Joules{row.integer(column + 1)});
}

Result<Site> site_from(const Row& row) {
  PURSER_ASSIGN(const Currency currency, Currency::parse(row.text(1)));
  PURSER_ASSIGN(const money::Rate tariff, tariff_from(row, 2, currency));
  return Site{std::string(row.text(0)), tariff, row.integer(4), std::string(row.text(5))};
}

}  // namespace

Status BooksStore::insert_site(const Site& site) {
  return database_.run(
      "INSERT INTO site (name, currency, tariff_billionths, tariff_microjoules, pue_thousandths, "
      "zone) VALUES (?, ?, ?, ?, ?, ?)",
      {site.name, site.tariff.currency().code(), money::to_string(site.tariff.numerator()),
       static_cast<std::int64_t>(site.tariff.denominator()), site.pue_thousandths, site.zone});
}

Result<std::vector<Site>> BooksStore::sites(std::optional<std::string_view> name) {
  // Two texts: one that means both reads all sites for one.
  PURSER_ASSIGN(auto select, database_.prepare(name ? "SELECT name, currency, tariff_billionths, "
                                                      "tariff_microjoules, pue_thousandths, zone "
                                                      "FROM site WHERE name = ?"
                                                    : "SELECT name, currency, tariff_billionths, "
                                                      "tariff_microjoules, pue_thousandths, zone "
                                                      "FROM site ORDER BY name"));
  std::vector<Site> sites;
  const auto take = [&](const Row& row) -> Status {
    PURSER_ASSIGN(Site site, site_from(row));
    sites.push_back(std::move(site));
    return {};
  };
  auto done = name ? select.each({*name}, take) : select.each({}, take);
  PURSER_TRY(std::move(done));
  PURSER_TRY(read_site_changes(sites));
  return sites;
}

Status BooksStore::read_site_changes(std::vector<Site>& sites) {
  PURSER_ASSIGN(auto select,
                database_.prepare(
                    "SELECT site_change.id, since, effective, site_change.tariff_billionths, "
                    "site_change.tariff_microjoules, site_change.pue_thousandths, recorded, who "
                    "FROM site_change JOIN site ON site.id = site_change.site "
                    "WHERE site.name = ? ORDER BY effective, site_change.id"));
  for (Site& site : sites) {
    PURSER_TRY(select.each({site.name}, [&](const Row& row) -> Status {
      SiteChange change{.id = row.integer(0),
                        .from = date_from(row.integer(1)),
                        .effective = date_from(row.integer(2)),
                        .recorded = Instant(Nanoseconds{row.integer(6)}),
                        .who = who_from(row, 7)};
      if (!row.is_null(3)) {
        PURSER_ASSIGN(change.tariff, tariff_from(row, 3, site.tariff.currency()));
      }
      if (!row.is_null(5)) change.pue_thousandths = row.integer(5);
      site.changes.push_back(std::move(change));
      return {};
    }));
  }
  return {};
}

Status BooksStore::insert_site_change(std::string_view site, SiteChange& change) {
  PURSER_ASSIGN(auto insert,
                database_.prepare("INSERT INTO site_change (site, since, effective, "
                                  "tariff_billionths, tariff_microjoules, pue_thousandths, "
                                  "recorded, who) VALUES ((SELECT id FROM site WHERE name = ?), "
                                  "?, ?, ?, ?, ?, ?, ?) RETURNING id"));
  std::optional<std::string> billionths;
  std::optional<std::int64_t> microjoules;
  if (change.tariff) {
    billionths = money::to_string(change.tariff->numerator());
    microjoules = static_cast<std::int64_t>(change.tariff->denominator());
  }
  return insert.each({site, stored(change.from), stored(change.effective), billionths, microjoules,
                      change.pue_thousandths, stored(change.recorded), stored_who(change.who)},
                     [&](const Row& row) -> Status {
                       change.id = row.integer(0);
                       return {};
                     });
}

Result<std::int64_t> BooksStore::prices_mark(Month month) {
  // What an asset is carried at (kinds 1 to 5: an improvement to a revaluation) moves no price of
  // energy.
  PURSER_ASSIGN(
      auto select,
      database_.prepare("SELECT (SELECT count(*) FROM site_change WHERE effective < ?) + "
                        "(SELECT count(*) FROM event WHERE effective < ? AND kind NOT BETWEEN 1 "
                        "AND 5) + (SELECT count(*) FROM undone JOIN event ON event.id = "
                        "undone.event WHERE effective < ? AND kind NOT BETWEEN 1 AND 5)"));
  const std::int64_t end = stored(period_of(month).end);
  std::int64_t mark = 0;
  PURSER_TRY(select.each({end, end, end}, [&](const Row& row) -> Status {
    mark = row.integer(0);
    return {};
  }));
  return mark;
}

}  // namespace purser::books
