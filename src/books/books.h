// What things cost: sites, assets, how they lose value, and the journal that says so.
//
// Two halves. The pure half (terms.h, schedule.h) turns an asset's terms into charges: values in,
// values out, any thread. The kept half, class Books, stores sites and assets and posts charges to
// an append-only double-entry journal. The journal is the only truth about closed months; schedules
// are derived from terms whenever they are needed.
//
// A month is open until close(). In an open month parts_of() is the forecast that posting will
// write; in a closed month it is what was posted, to the cent, and never moves again.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"
#include "books/book.h"
#include "books/course.h"
#include "books/event.h"
#include "books/export.h"
#include "books/macrs_year.h"
#include "books/placement.h"
#include "books/registers.h"
#include "books/schedule.h"
#include "books/site.h"
#include "books/terms.h"
#include "books/year_opening.h"
#include "money/money.h"
#include "store/store.h"

namespace purser::books {

// The largest amount of one asset, in minor units (ten trillion dollars): four of them fit a Money,
// and the exact Costs of a million assets for a thousand months fit a Cost.
inline constexpr std::int64_t kAmountMinorMax = 1'000'000'000'000'000;

// An asset that comes into these books in the middle of its life: `accumulated` was charged
// elsewhere before `on`, in the book that this is of.
struct Takeover {
  Date on{};                 // >= in_service
  money::Money accumulated;  // what was deducted at once is not in it
  // Whether the difference to what its terms would have charged by then is an expense of that day.
  // Otherwise the rest wears off over the rest of its life.
  bool catches_up = false;
  // What the books before measured, all >= 0 and of one currency; none of it under MACRS or with
  // `catches_up`. Accumulated impairment. None: never impaired, or all of it was taken back.
  std::optional<money::Money> impaired = std::nullopt;
  // What it would be carried at had it never been impaired. None: what its terms leave by then.
  std::optional<money::Money> unimpaired = std::nullopt;
  // Of revaluations, in equity. None: it was never revalued, and its cost is what was paid.
  std::optional<money::Money> surplus = std::nullopt;
  // Losses in profit that neither wore off since nor were made good. None: what is impaired.
  std::optional<money::Money> lost = std::nullopt;
  // Of declining balance, what the rate of the year of `on` applies to, where that is not the first
  // day of a year. None: as if it had worn off by its terms until then.
  std::optional<YearOpening> year_opening = std::nullopt;
};

// How an asset loses value in a memo book: cost, currency and in-service date are the asset's own.
struct MemoTerms {
  Book book = Book::kTax;
  Terms terms;
  std::optional<Takeover> takeover = std::nullopt;  // asked by add_to_book() alone
};

inline constexpr std::string_view kDefaultClass = "equipment";

// Something that is used and paid for. All its amounts are of one currency, which is also that of
// its site's tariff.
struct Asset {
  std::string name;
  std::string site;  // name of a Site; empty if it stands nowhere. This and the watts: as it was
                     // added; on a day, see placement_on()
  Terms terms;       // in the financial book
  Watts idle_watts;  // used only where no measurement exists
  Watts load_watts;  // 0: unknown, and then its energy is not accrued
  std::optional<money::Money> maintenance_per_year;  // by days of the calendar year in service
  std::optional<money::Money> space_per_month;       // rent, rack space: by days in service
  std::vector<MemoTerms> memo = {};                  // at most one for each memo book
  std::vector<Event> events = {};                    // as they count: by day and id
  // What accountants sum up together: machines, racks, vehicles. A name as assets have them.
  std::string asset_class = std::string(kDefaultClass);
  // In the financial book. Of a part of another asset too, which came from there.
  std::optional<Takeover> takeover = std::nullopt;
  // Of the tax years of its property of MACRS whose convention nobody named, in order.
  std::vector<MacrsRuling> rulings = {};
  // Its maker's, as it was added; on a day, see placement_on(). Empty: nobody said.
  std::string serial = {};

  // The first open day when it was added or placed, if the month of service was closed by then:
  // from then on these books have it, and what it had lost is caught up. The books say it.
  std::optional<Date> entered = std::nullopt;

  // From when on these books charge it: in service, taken over, or told late.
  Date begins() const { return takeover ? takeover->on : entered.value_or(terms.in_service); }
  // Its days in service within `days`; empty if there are none. A disposal and what takes it back
  // are never in one month.
  Period service_in(const Period& days) const;
  // None if the asset does not stand in that book.
  const Terms* terms_in(Book book) const;
  // Its whole life there; it must stand in that book.
  Result<Course> course(Book book) const;
  money::Currency currency() const { return terms.cost.currency(); }
};

// The kinds of expense that the books post for an asset and month. Energy is computed by the room
// `cost` (it needs usage) and handed in at close.
enum class Kind : std::uint8_t { kDepreciation, kMaintenance, kSpace, kEnergy };
inline constexpr std::array kKinds{Kind::kDepreciation, Kind::kMaintenance, Kind::kSpace,
                                   Kind::kEnergy};
std::string_view name(Kind kind);  // "depreciation", "maintenance", "space", "energy"

struct Part {
  money::Money amount;
  std::string formula;  // one sentence with its numbers, for --explain
  // What was posted of it is reversed in the journal, in a month that is still open: the forecast.
  bool reversed = false;
};

// Energy of a month that was closed before it was metered, in the month that was closed next.
struct LateEnergy {
  Month of{};
  money::Money amount;  // negative where less was drawn than its close had assumed
};

// What one asset costs in one month, by kind.
struct PeriodParts {
  Interval in_service;  // the part of the month it was in service; empty if none. A month-based
                        // convention may charge a month whose interval is short or empty.
  Part depreciation;
  Part maintenance;
  Part space;
  Part energy;          // zero until it was accrued
  bool posted = false;  // the amounts are the journal's; otherwise they are forecast
  // By month; of a closed month alone. It is in no part, for it belongs to no hour of this month.
  std::vector<LateEnergy> late_energy = {};
  // Depreciation of months that were closed before it was known: as late energy.
  std::optional<money::Money> caught_up = std::nullopt;

  const Part& part(Kind kind) const;
  Part& part(Kind kind);
  money::Money total() const;  // with what is late
};
// The forecast of an asset's month from its terms; pure. `posted` is false, energy is zero.
Result<PeriodParts> parts_of(const Asset& asset, Month month);
// The days in `days` of which nothing is known though it is charged by use then, in order; pure.
Result<std::vector<Period>> days_without_reading(const Asset& asset, const Period& days);
// The amount of its maintenance or space in there, without the formula; pure.
money::Money contract_amount(const Asset& asset, Kind kind, Month month);

struct Accrual {
  std::string asset;
  Kind kind = Kind::kEnergy;
  money::Money amount;  // of the whole month, not a difference
};

// The energy of a month that is closed already, by all that is known by now.
struct LateAccrual {
  std::string asset;
  Month month{};
  money::Money amount;  // of that whole month, not a difference
};

// What the meter says when a month is closed.
struct Metered {
  std::vector<Accrual> energy = {};    // of the month
  std::vector<LateAccrual> late = {};  // of months whose usage changed after the last close
  // How far the meter had counted before any of the above was computed; see usage_seen().
  std::int64_t mark = 0;
  // What the books knew of prices before that; see prices_mark(). None: nobody looked.
  std::optional<std::int64_t> prices_mark = std::nullopt;
};

// One side of an entry: debits are positive, credits negative.
struct Line {
  std::string account;
  money::Money amount;
};

// Never altered once it stands in the journal. Lines sum to zero in each currency.
struct Entry {
  std::int64_t number = 0;  // 1, 2, 3 …, without gaps
  Date date{};              // the last day of the month it belongs to, or the day of its event
  Month period{};
  std::string book;  // "financial", "tax", "management"
  std::string asset;
  std::string event;  // "depreciation", "acquisition", …: what happened
  int revision = 0;   // 0 for the first of (period, book, asset, event); then corrections
  std::string rule;   // what made it: "straight-line, daily" or "accrual of energy"
  std::optional<std::int64_t> reverses;  // the number of the entry it undoes
  Instant recorded{};
  std::string who;  // wrote it; empty: in a version that did not ask
  std::vector<Line> lines;
  std::string hash;  // SHA-256 over the previous hash and all of the above, 64 hexadecimal digits
};

struct Verified {
  std::int64_t entries = 0;
  std::string head;  // hash of the last entry; keep it elsewhere to detect a cut tail
};

// A charge that somebody had reversed by hand in an open month, and that stands again.
struct PostedAgain {
  std::string asset;
  Book book = Book::kFinancial;
  Month month{};
  Kind kind = Kind::kDepreciation;
};

// What add_units() did, and what the asset has done by then.
struct Readings {
  std::int64_t added = 0;
  std::int64_t known = 0;     // given again, word for word
  std::int64_t replaced = 0;  // of days that had another reading
  // What closed months were not charged for use that is known now, or too much: in the first open
  // month, of each book where it is not nothing.
  std::vector<std::pair<Book, money::Money>> caught_up = {};
  std::int64_t entries = 0;  // written: what is caught up, and corrections of open months
  money::Int128 millionths = 0;
  money::Int128 total_millionths = 0;   // expected over the whole life
  std::vector<PostedAgain> again = {};  // with the months that it posted, in their order
};

// Days of service of which an asset that is charged by use has no reading.
struct Unread {
  std::string asset;
  Period days;
};

// What apply() recorded, or undo() took back.
struct Applied {
  Event event;   // with its id and the day from which it counts
  Asset before;  // without it; of an undo: with it
  Asset after;
  std::int64_t entries = 0;
  std::optional<Asset> other = std::nullopt;  // the part that was split off, or what was merged
  std::vector<RuledYear> ruled = {};          // tax years whose convention changed with it
  // Of the undoing of a split: the disposal of the part that was recorded in one with it.
  std::optional<Event> with = std::nullopt;
  std::vector<PostedAgain> again = {};  // with the months that it posted, in their order
  // Of the undoing of an addition: what was known of its use, by day, even where nothing went by it
  // any more.
  std::vector<UnitsUsed> readings = {};
};

// What of an asset goes on as an asset of its own: share / whole of each amount.
struct Division {
  std::string asset;
  std::string part;  // a name that is free
  Date on{};
  std::int64_t share = 0;     // > 0
  std::int64_t whole = 0;     // > share
  std::string document = {};  // as that of an Event
};

// Whether a call that would write does so, or only says what it would write.
enum class Effect : std::uint8_t { kWrite, kDryRun };

// Is shown each entry that a call writes, or would write.
using Observer = std::function<void(const Entry&)>;

class Additions;
class Chart;
struct AccountName;

// Every call that writes is one transaction: after a crash all of it is there or nothing. Those
// that post return how many entries they wrote; 0 is a fine answer.
// Used by one thread at a time; any number of processes.
class Books {
 public:
  static std::span<const store::Migration> migrations();

  // Database and clock are borrowed and must outlive this object. `who` is kept with all that this
  // object writes: the name of a person or program; empty, nobody says.
  Books(store::Database& database, const Clock& clock, std::string who = {})
      : database_(database), clock_(clock), who_(std::move(who)) {}

  Status add_site(const Site& site, Effect effect = Effect::kWrite);
  Result<Site> site(std::string_view name) const;  // kNotFound says which name is near
  Result<std::vector<Site>> sites() const;         // by name

  // Other terms of a site from a day on. One that lies in a closed month counts from the first open
  // day; of two from the same day the one that was recorded last counts. `id`, `effective`,
  // `recorded` and `who` are not asked. Refused: a change of nothing, another currency than the
  // site's, a tariff or PUE that add_site() refuses, on any day.
  Result<ChangedSite> change_site(std::string_view name, SiteChange change,
                                  Effect effect = Effect::kWrite);
  // Grows with every fact that a price of energy in that month hangs on: what was computed at one
  // mark is stale at another.
  Result<std::int64_t> prices_mark(Month month) const;

  // What is posted from now on to the account of that name, for the assets that it is of; see
  // chart.h. Refused: what check() refuses, an unknown site, and for an account on which assets
  // stand, a site or a class of which any stands there already.
  Status name_account(const AccountName& name, Effect effect = Effect::kWrite);
  Result<Chart> chart() const;

  // Writes the asset and the entry of its purchase. If it was in service in a month that is closed
  // by now, its cost is owed from the first open day on, and what it lost until then is an expense
  // of that month, the entry "catch-up". Refused: a name that is taken, an unknown site, two
  // currencies, a takeover in a closed month, terms that schedule() refuses.
  Result<std::int64_t> add_asset(const Asset& asset, Effect effect = Effect::kWrite,
                                 const Observer& tell = {});
  Result<Asset> asset(std::string_view name) const;
  Result<std::vector<Asset>> assets() const;  // by name
  // The same, one after another. Memory does not grow with their number, and `take`
  // may ask these books. It ends at the first error of `take`, which is returned.
  Status each_asset(const std::function<Status(const Asset&)>& take) const;

  // Lets an asset stand in a memo book too, and writes the entries of its purchase there: in the
  // month of service or, if that is closed, in the first open month, with what was charged until
  // then. Refused: the financial book, a book that it stands in already, another cost, currency or
  // in-service date than its own, terms that schedule() refuses.
  Result<std::int64_t> add_to_book(std::string_view asset, const MemoTerms& memo,
                                   Effect effect = Effect::kWrite, const Observer& tell = {});

  // To add many, all or none; see additions.h.
  Result<Additions> begin_additions(const Observer& tell = {});

  // Records what happened to an asset (no Opening, Split, Merge or Merged), and posts what follows
  // from it: charges of its open months up to that one, corrections of those behind it that were
  // posted, and the entry of the event. One that lies in a closed month counts from the first open
  // day. One in a month that has not begun is known to forecasts, and posted with its month. What
  // was posted of open months on accounts that are named by the site that it left is posted anew.
  // Refused: what Course::of() and check_placements() refuse, another currency than the asset's or
  // its site's. `id` and `effective` of the event are not asked.
  Result<Applied> apply(Event event, Effect effect = Effect::kWrite, const Observer& tell = {});
  // Makes a part of an asset an asset of its own, with the same terms, site and class, and no
  // contracts or watts; in the month after it, each goes on by itself. Refused: a share of nothing
  // or of all, a name that is taken, units of production. As with apply(), a day in a closed month
  // counts from the first open one.
  Result<Applied> split(const Division& division, Effect effect = Effect::kWrite,
                        const Observer& tell = {});
  // The same, and the part is disposed of on that day: `event` and the assets are those of the
  // part, `other` is what stays.
  Result<Applied> dispose_part(const Division& division, const Disposal& disposal,
                               Effect effect = Effect::kWrite, const Observer& tell = {});
  // Makes an asset a part of another: with all that stands for it, and nothing is gained or lost.
  // Refused where the two do not wear off alike in every book.
  Result<Applied> merge(std::string_view asset, std::string_view into, Date on,
                        Effect effect = Effect::kWrite, const Observer& tell = {},
                        std::string_view document = {});
  // Takes back what was recorded last of an asset: its entries by their mirror images, the charges
  // of posted months by corrections. Facts are not deleted; one that was undone no longer counts.
  // That it was added to a further book (add_to_book()) is taken back as what happened is: `event`
  // is an Opening of that book. Of an asset to which nothing happened it takes back that it was
  // added, an Opening of every book; then its name is free.
  // That it became a part of another, or was split off, is taken back with what that other has of
  // it; a part that was disposed of in one with its split goes with that.
  // Refused: what counts in a closed month, and what undo_event() refuses.
  Result<Applied> undo(std::string_view asset, Effect effect = Effect::kWrite,
                       const Observer& tell = {});
  // The same of any event of it that stands (Event::id), whenever it was recorded: the asset's life
  // is what it would be without that one, and what was posted of it behind that is corrected.
  // Refused: what something passed on later hangs on, what a later event needs (a pause that was
  // ended), and a takeover, which undo() takes back at last. kNotFound: no such event stands.
  Result<Applied> undo_event(std::string_view asset, std::int64_t event,
                             Effect effect = Effect::kWrite, const Observer& tell = {});
  // The same of that it was added to a further book (add_to_book()), whatever was recorded since.
  // Refused besides: where a closed month holds something of it there, where something happened to
  // it in that book alone, or was divided there, and where it came into the book with the asset.
  // kNotFound: it does not stand there.
  Result<Applied> undo_joining(std::string_view asset, Book book, Effect effect = Effect::kWrite,
                               const Observer& tell = {});
  // The same of what an entry of an open month says that happened, or that the asset was added.
  // None: it says neither, and nothing was done; reverse() it. Refused besides: an entry that was
  // reversed, and an addition since which something happened.
  Result<std::optional<Applied>> undo_entry(std::int64_t number, Effect effect = Effect::kWrite,
                                            const Observer& tell = {});

  // Adds readings to an asset that is charged by use. One that is known already, with the same days
  // and units, is passed over, so that a growing file can be given again; one of the same days with
  // other units takes the place of the one before, which is kept as replaced. What was posted of
  // open months is corrected, and what closed months lack or had too much is posted to the first
  // open one, as "catch-up". Refused: days counted twice, before service, or on which it is not
  // charged by use; days before something that went by what was charged until then, and stands.
  Result<Readings> add_units(std::string_view asset, std::span<const UnitsUsed> readings,
                             Effect effect = Effect::kWrite, const Observer& tell = {});

  // Of every asset that is charged by use, the days of which nothing is known; by name and day.
  Result<std::vector<Unread>> unread(const Period& days) const;

  // Depreciation, maintenance and space of every asset in service, in every book or in one. Posting
  // again writes nothing; if terms changed since, the difference is written as a correction. A
  // closed month writes nothing. Refused: a month that has not begun.
  Result<std::int64_t> post(Month month, Effect effect = Effect::kWrite, const Observer& tell = {},
                            std::optional<Book> book = std::nullopt);
  // Sets what `kind` costs in this open month: posts the difference to what is already there.
  Result<std::int64_t> accrue(const Accrual& accrual, Month month, Effect effect = Effect::kWrite,
                              const Observer& tell = {});
  // Posts the month with its energy and locks it, in one transaction, together with what is missing
  // to the energy of months closed before. Refused: a month that is not over, an earlier month
  // still open, an asset at a site with known load_watts for which no energy was accrued (an
  // accrual of zero will do), and energy that was computed at another prices_mark() (kBusy).
  // Closing again writes nothing.
  Result<std::int64_t> close(Month month, const Metered& metered, Effect effect = Effect::kWrite,
                             const Observer& tell = {});
  // What closing all open months until `last` would write, one after another: nothing of it is
  // kept. What the meter says of each is asked when those before it are as if closed; meanwhile
  // nobody else can write. Refused: as close().
  using MeterMonth = std::function<Result<Metered>(Month)>;
  Result<std::int64_t> rehearse_close(Month last, const MeterMonth& meter,
                                      const Observer& tell = {});
  // Undoes a charge, a contract or energy of an open month by mirror images of that entry and of
  // what corrected it. Refused: one that was undone already or comes to nothing, and what says that
  // something happened; see undo_entry() and Purchases::undo_entry().
  Result<std::int64_t> reverse(std::int64_t number, Effect effect = Effect::kWrite,
                               const Observer& tell = {});

  // Every tax year in which property of MACRS was placed in service, or those that lie in calendar
  // year `year` by their first day; by book, currency and year.
  Result<std::vector<MacrsYear>> macrs_years(std::optional<int> year = std::nullopt) const;

  // Until it ends, all that is asked of these books, and of what else reads their database, is of
  // one state, whoever writes meanwhile. Nothing can be written through it.
  Result<store::Transaction> begin_snapshot() const;

  // The last closed month; months close in order.
  Result<std::optional<Month>> closed_through() const;
  Result<bool> is_closed(Month month) const;
  // The next month to close: the one after the last closed, or else that of the first asset's
  // service; none without assets.
  Result<std::optional<Month>> first_open() const;

  // The meter's mark of the last close: of all that it had counted by then, the energy is posted.
  // 0 if nothing was closed, or by a version that kept no mark.
  Result<std::int64_t> usage_seen() const;

  // What stands in the journal for the energy of a closed month: in itself, and late.
  Result<money::Money> energy_paid(std::string_view asset, Month month) const;

  // What the financial book holds for an asset and month; zeros where nothing was posted.
  Result<PeriodParts> posted(std::string_view asset, Month month) const;
  // The posted parts if the month was posted for this asset, else the forecast.
  Result<PeriodParts> parts_of(std::string_view asset, Month month) const;
  // The same of one that asset() or assets() gave: many are asked for without each being read
  // again.
  Result<PeriodParts> parts_of(const Asset& asset, Month month) const;

  // Entries in order; all of them, or those of one month.
  Status each_entry(std::optional<Month> month,
                    const std::function<Status(const Entry&)>& take) const;
  // A book's entries, or those of one month, by date and number, in pieces that are
  // complete entries. Memory does not grow with the journal.
  Status export_journal(ExportFormat format, std::optional<Month> month, const ExportSink& take,
                        Book book = Book::kFinancial) const;
  // What stands for each asset at the end of a month, by class and name: those that were in service
  // in that book by then, without those that were disposed of and left nothing. What nobody posted
  // yet is in none of these three: unposted() tells of it.
  Status each_standing(Book book, Month through, const TakeStanding& take) const;
  // From the first day of `first` to the end of `last`; by currency and class. Closed months cost
  // their sums, which were kept when they were closed, and not their entries.
  Result<std::vector<ClassMovements>> roll_forward(Book book, Month first, Month last) const;
  // By currency and account; of a month, what stood before it, what it moved and what stands at its
  // end. Closed months as above.
  Result<std::vector<AccountBalance>> trial_balance(Book book, std::optional<Month> month) const;
  // Recomputes every hash, balance and kept sum, and compares with what was noted when months were
  // closed.
  // kCorrupt names the first entry that was altered or is missing. A journal cut short behind its
  // last closed month shows only against a `witness`: a head that verify() gave before.
  Result<Verified> verify(std::string_view witness = {}) const;

 private:
  store::Database& database_;
  const Clock& clock_;
  std::string who_;
};

}  // namespace purser::books
