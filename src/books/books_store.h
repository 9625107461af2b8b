// The tables of the books and all SQL that touches them. Behind the door: it stores and finds, it
// decides nothing.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "books/books.h"
#include "books/chart.h"
#include "books/month_sums.h"
#include "books/words.h"
#include "store/store.h"

namespace purser::books {

struct StoredAsset {
  std::int64_t id;
  Asset asset;
};

// What has a name in the books.
enum class Named : std::uint8_t { kAsset, kSite, kClass, kCostCentre, kNode };

// The end of the chain of hashes.
struct Head {
  std::int64_t number = 0;
  std::string hash;  // 64 hexadecimal digits; empty before the first entry
};

// What stands in the journal for one (period, book, asset, event).
struct PostedSum {
  std::int64_t minor = 0;
  int entries = 0;
  int standing = 0;  // entries that were not reversed
};
using PostedByEvent = std::map<std::string, PostedSum, std::less<>>;

// What an account is called: as in the defaults, which the chart names for the company, or as it
// was called when something was posted to it.
enum class Called : std::uint8_t { kByDefault, kAsPosted };

struct PostedLines {
  std::map<std::string, std::int64_t, std::less<>> minor;  // by account
  int entries = 0;
};

// What stands for one asset on the accounts of its cost and depreciation; debits are positive.
struct StoredSum {
  std::int64_t asset = 0;
  std::int64_t cost = 0;
  std::int64_t accumulated = 0;
};

// Lines beside the journal; none in books that nobody touched.
struct StrayLines {
  std::int64_t count = 0;
  std::int64_t first = 0;  // the number under which the first of them stands
};

struct Closing {
  Month month{};
  Head head;  // as it was when the month was closed
  std::int64_t usage_seen = 0;
};

// What an event that is stored as of that kind is called; empty of a kind that there is not.
std::string_view name_of_stored_event(std::int64_t kind);

// What the columns of book_terms do not hold is refused, not lost.
Status check_storable(const Method& method);

// Of assets in the order of their ids. None: one between them that was not asked for.
StoredAsset* asset_of(std::vector<StoredAsset>& assets, std::int64_t id);

class BooksStore {
 public:
  explicit BooksStore(store::Database& database) : database_(database), words_(database) {}

  Status insert_site(const Site& site);
  // Gives the change its id.
  Status insert_site_change(std::string_view site, SiteChange& change);
  // How many facts there are that the price of energy hangs on.
  Result<std::int64_t> prices_mark(Month month);
  // All, or the one of that name; by name.
  Result<std::vector<Site>> sites(std::optional<std::string_view> name);

  Result<std::int64_t> insert_asset(const Asset& asset);
  Status insert_units(std::int64_t asset_id, std::span<const UnitsUsed> units);
  // All that is known of the use of that asset, by day.
  Result<std::vector<UnitsUsed>> units_of(std::int64_t asset_id);
  using TakeAsset = std::function<Status(const StoredAsset&)>;
  // Of the same days; what was read before is kept beside it.
  Status replace_units(std::int64_t asset_id, const UnitsUsed& before, const UnitsUsed& now,
                       Instant recorded, std::string_view who);
  // What readings of that asset said before others took their place, in the order in which that
  // was.
  Result<std::vector<UnitsUsed>> replaced_units(std::int64_t asset_id);
  Result<std::int64_t> asset_id(std::string_view name);  // kNotFound
  // A name of that kind which is `name` but for the case of its letters; none if there is none.
  Result<std::optional<std::string>> alike(Named kind, std::string_view name);
  // None of that name: not called.
  Status asset_named(std::string_view name, const TakeAsset& take);
  // All, by name; or those that these books charge at some time before `end`, in the order of their
  // ids. Memory does not grow with their number.
  Status each_asset(std::optional<Date> end, const TakeAsset& take);
  Status each_asset_by_use(const TakeAsset& take);    // ever, by name
  Status each_asset_by_class(const TakeAsset& take);  // and by name
  Status each_asset_name(const std::function<void(std::string_view)>& take);
  Result<std::optional<Date>> first_begin();

  // Rulings on tax years, as they were made; see in_force().
  Status insert_ruling(const MacrsRuling& ruling);
  Result<std::vector<MacrsRuling>> rulings();
  // All that may have property which was placed in service in those days, and more; in the order of
  // their ids.
  Status each_asset_placed_in(const Period& days, const TakeAsset& take);
  // When the tax years begin of the MACRS that came into that book last; none before any did.
  Result<std::optional<FiscalYearStart>> macrs_year_start(Book book, money::Currency currency);

  Status insert_account_name(const AccountName& name, Instant recorded, std::string_view who);
  Result<Chart> chart();
  struct Place {
    std::string asset_class;
    std::string site;  // empty if it stands nowhere
  };
  Result<Place> place_of(std::int64_t asset_id, Date date);
  // The name of the first asset of a class, or of any, that was posted.
  Result<std::optional<std::string>> first_posted_of_class(std::string_view asset_class);

  Result<Head> head();
  Status insert_entry(const Entry& entry, std::int64_t asset_id);
  // Gives the event its id. `other`: the asset on its other side.
  Status insert_event(std::int64_t asset_id, Event& event,
                      std::optional<std::int64_t> other = std::nullopt);
  // The part of a book that was added to an asset that had been taken over; and that it was taken
  // out of that book again.
  Status insert_portions(std::int64_t event, std::span<const Portion> portions);
  Status insert_portions_undone(std::int64_t event, Book book);
  // Gives its name back.
  Status insert_withdrawn(std::int64_t asset_id, std::string_view name, Instant recorded,
                          std::string_view who);
  Status insert_undone(std::int64_t event, Instant recorded, std::string_view who);
  struct UndoneEvent {
    Event event;
    Instant recorded;  // taken back
    std::string who;
  };
  // Of one asset, whether it stands in a book or not; by the day from which they counted.
  Result<std::vector<UndoneEvent>> undone_events(std::int64_t asset_id, std::string_view name,
                                                 money::Currency currency);
  // What stands on each account for one (month, book, asset, event).
  Result<PostedLines> posted_lines(Month month, std::int64_t asset_id, Book book,
                                   std::string_view event, Called called = Called::kByDefault);
  Status insert_terms(std::int64_t asset_id, Book book, const Terms& terms);
  Status delete_terms(std::int64_t asset_id, Book book);
  Result<PostedByEvent> posted(Month month, std::int64_t asset_id, Book book);
  // The same of the assets from `first` to `last`, by their ids, in every book.
  using TakePosted = std::function<void(std::int64_t asset_id, Book book, std::string_view event,
                                        const PostedSum& sum)>;
  Status posted_of_many(Month month, std::int64_t first, std::int64_t last, const TakePosted& take);
  // Whether any depreciation, maintenance or space was posted in that book.
  Result<bool> any_charge(Month month, Book book);
  Result<bool> any_terms(Book book);  // whether any asset is in that book
  Result<bool> is_reversed(std::int64_t number);
  // Whether the asset of that entry was withdrawn. Another one may have its name by now.
  Result<bool> is_of_withdrawn(std::int64_t number);
  using TakeEntry = std::function<Status(const Entry&)>;
  Status each_entry(std::optional<Month> month, const TakeEntry& take);
  // A book, or one month of it.
  Status each_entry_by_date(Book book, std::optional<Month> month, const TakeEntry& take);
  Result<Declarations> declarations(Book book, std::optional<Month> month);
  // Of what was posted in months up to `through`; by asset, and only assets with lines.
  Status each_sum(Book book, Month through, const std::function<Status(const StoredSum&)>& take);
  // Of what was posted up to `last`, or at all: of closed months as kept, of open ones by lines. To
  // be asked within a transaction.
  Result<Sums> sums(Book book, std::optional<Month> last);
  // The same by every line, of one book or all.
  Result<Sums> sums_of_lines(std::optional<Book> book, const MonthSpan& months);
  Result<Sums> kept_sums(std::optional<Book> book, std::optional<Month> last);
  // Of all months up to one that is being closed, of which none were kept. Before insert_closing().
  Status keep_sums(Month month);
  Status each_entry_numbered(std::int64_t number, const TakeEntry& take);
  // All of one (month, asset, event), in every book.
  Status each_entry_of(Month month, std::int64_t asset_id, std::string_view event,
                       const TakeEntry& take);
  Result<StrayLines> stray_lines();

  // Where the journal and the facts beside it do not say the same; agreement_store.cc.
  Result<std::int64_t> count_entries();
  Result<std::optional<std::int64_t>> entry_of_no_asset();
  // The first acquisition for another cost than the asset has, or before it is in service.
  Result<std::optional<std::int64_t>> entry_of_other_cost();
  // The first entry of an event or a purchase that is another one's: of another asset, kind, day or
  // amount.
  Result<std::optional<std::int64_t>> entry_of_other_event();
  // The name of an asset that was taken out of the books and of which something stands.
  Result<std::optional<std::string>> unsettled_withdrawn();
  // A name that two assets had, one after the other, whose entries do not follow each other so.
  Result<std::optional<std::string>> entangled_name();

  Status insert_closing(const Closing& closing, Instant recorded, std::string_view who);
  Result<std::optional<Month>> closed_through();
  Result<std::optional<Month>> first_open();  // as Books::first_open()
  Result<std::vector<Closing>> closings();
  // The mark of the last close; 0 before the first.
  Result<std::int64_t> usage_seen();

 private:
  Result<std::optional<std::int64_t>> number_found(
      std::string_view sql, std::initializer_list<store::Parameter> parameters);
  // What the tables of facts have of something that was posted.
  struct Fact {
    std::int64_t asset = 0;
    std::string_view kind;
    std::int64_t effective = 0;
    std::optional<std::int64_t> amount;  // of its first line, where that is the fact's own
  };
  // `asset`: the one that it is read for, of two that share it.
  Result<std::optional<Fact>> event_fact(std::int64_t id, std::int64_t asset);
  Result<std::optional<Fact>> purchase_fact(std::int64_t id);
  Status read_site_changes(std::vector<Site>& sites);
  Status insert_lines(const Entry& entry);
  Status read_entry(const store::Row& row, Entry& entry);
  Result<Line> line_from(std::int64_t account, std::int64_t currency, std::int64_t minor);
  // One line, with what its entry says; book, event, account and currency are words.
  struct StoredLine {
    std::int64_t asset;
    std::int64_t period;
    std::int64_t date;
    std::int64_t book;
    std::int64_t event;
    std::int64_t account;
    std::int64_t currency;
    std::int64_t minor;
  };
  // Of one book or all; in no order.
  Status each_line(std::optional<Book> book, const MonthSpan& months,
                   const std::function<Status(const StoredLine&)>& take);
  class Summing;
  Status entries_where(std::string_view where, std::initializer_list<store::Parameter> parameters,
                       const TakeEntry& take);
  // Reads `ahead` assets at once with all that belongs to them: a few statements for many.
  Status assets_where(std::string_view where, std::initializer_list<store::Parameter> parameters,
                      std::size_t ahead, const TakeAsset& take);
  Status read_rest(std::vector<StoredAsset>& assets);
  // Of assets in the order of their ids. A disposal is known to all terms of an asset.
  Status read_memo(std::vector<StoredAsset>& assets);
  Status read_events(std::vector<StoredAsset>& assets);
  Status read_portions(Event& event);
  Status read_lives(Asset& asset);
  // Of those whose convention nobody named.
  Status read_rulings(std::vector<StoredAsset>& assets);
  // Fills in the readings of those that are charged by use.
  Status read_units(std::vector<StoredAsset>& assets);

  // The class of each asset.
  struct Classes {
    std::vector<std::string> names;
    std::vector<std::uint32_t> by_asset;  // places in `names`, by id
  };
  Result<Classes> asset_classes();

  store::Database& database_;
  Words words_;
};

}  // namespace purser::books
