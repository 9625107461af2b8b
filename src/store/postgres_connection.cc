#include "store/postgres_connection.h"

#include <charconv>
#include <deque>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "store/application.h"
#include "store/later.h"
#include "store/libpq.h"
#include "store/postgres_dialect.h"
#include "store/postgres_error.h"

namespace purser::store {
namespace {

constexpr int kRowsAtOnce = 1000;
// What is sent without waiting for its answers: both must fit into the buffers of a socket, for
// nobody reads while the other writes.
constexpr int kSentAtMost = 200;

// Of durable commits, texts and bytes as this room reads them, and writers that wait as in SQLite.
// A server that promises less than a commit on its own disk is told to promise that.
constexpr const char* kSession =
    "SET client_encoding = 'UTF8'; SET standard_conforming_strings = on; SET bytea_output = 'hex';"
    "SET client_min_messages = warning; SET lock_timeout = '5s';"
    "SELECT set_config('synchronous_commit', 'on', false)"
    "  WHERE current_setting('synchronous_commit') = 'off'";

struct ResultDeleter {
  const Libpq* pq;
  void operator()(PGresult* result) const { pq->clear(result); }
};
using Answer = std::unique_ptr<PGresult, ResultDeleter>;

// --- rows ----------------------------------------------------------------------------------------

// Numbers of types:
// https://github.com/postgres/postgres/blob/REL_15_STABLE/src/include/catalog/pg_type.dat
enum Type : unsigned {
  kBool = 16,
  kBytes = 17,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kText = 25,
  kNumeric = 1700
};

class PostgresCells final : public Cells {
 public:
  PostgresCells(const Libpq& pq, const PGresult* result) : pq_(pq), result_(result) {}
  void go_to(int row) {
    row_ = row;
    decoded_.clear();
  }

  Kind kind(int column) const override {
    if (pq_.is_null(result_, row_, column) != 0) return Kind::kNull;
    switch (pq_.column_type(result_, column)) {
      case kBool:
      case kInt2:
      case kInt4:
      case kInt8:
        return Kind::kInteger;
      case kNumeric:  // what a sum of 64 bits is: a whole number, of more than that perhaps
        return parse(column) ? Kind::kInteger : Kind::kOther;
      case kText:
        return Kind::kText;
      case kBytes:
        return Kind::kBlob;
      default:
        return Kind::kOther;
    }
  }
  std::int64_t integer(int column) const override {
    if (pq_.column_type(result_, column) == kBool) return text(column) == "t" ? 1 : 0;
    return parse(column).value_or(0);
  }
  std::string_view text(int column) const override {
    return {pq_.value(result_, row_, column),
            static_cast<std::size_t>(pq_.length(result_, row_, column))};
  }
  // "\x" and two hexadecimal digits a byte.
  std::string_view blob(int column) const override {
    const std::string_view hex = text(column).substr(2);
    std::string& bytes = decoded_.emplace_back();
    for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
      unsigned byte = 0;
      std::from_chars(hex.data() + at, hex.data() + at + 2, byte, 16);
      bytes += static_cast<char>(byte);
    }
    return bytes;
  }
  std::string name(int column) const override { return pq_.column_name(result_, column); }

 private:
  std::optional<std::int64_t> parse(int column) const {
    const std::string_view digits = text(column);
    std::int64_t number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return std::nullopt;
    return number;
  }

  const Libpq& pq_;
  const PGresult* result_;
  int row_ = 0;
  mutable std::deque<std::string> decoded_;  // blobs of this row, which stay where they are
};

// Parameters as libpq takes them: numbers as their digits, texts and blobs as their bytes.
class Values {
 public:
  explicit Values(std::span<const Parameter> parameters) {
    for (const Parameter& parameter : parameters) std::visit(*this, parameter.value());
  }
  void operator()(std::monostate) { add(nullptr, 0, 0); }
  void operator()(std::int64_t number) {
    const std::string& digits = digits_.emplace_back(std::to_string(number));
    add(digits.c_str(), static_cast<int>(digits.size()), 0);
  }
  void operator()(std::string_view text) { add(data_of(text), static_cast<int>(text.size()), 1); }
  void operator()(Blob blob) { (*this)(blob.bytes); }

  int count() const { return static_cast<int>(pointers_.size()); }
  const char* const* pointers() const { return pointers_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  // A null pointer would be NULL in place of an empty text.
  static const char* data_of(std::string_view text) {
    return text.data() != nullptr ? text.data() : "";
  }
  void add(const char* bytes, int length, int format) {
    pointers_.push_back(bytes);
    lengths_.push_back(length);
    formats_.push_back(format);
  }

  std::deque<std::string> digits_;
  std::vector<const char*> pointers_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

// --- the connection ------------------------------------------------------------------------------

class PostgresConnection final : public Connection {
 public:
  PostgresConnection(const Libpq& pq, std::string path) : Connection(std::move(path)), pq_(pq) {}
  ~PostgresConnection() override {
    is_closing_ = true;
    drop_idle();
    pq_.finish(handle_);
  }

  Status connect(const std::string& address) {
    // Those in front of the address give way to what it says itself.
    const char* const keywords[] = {"connect_timeout", "fallback_application_name", "dbname",
                                    nullptr};
    const char* const values[] = {"10", "purser", address.c_str(), nullptr};
    handle_ = pq_.connect(keywords, values, 1);
    if (pq_.status(handle_) != Libpq::kConnectionOk) {
      return fail(postgres_connect_error(pq_, handle_, path()));
    }
    pq_.set_notice_processor(
        handle_, [](void*, const char*) {}, nullptr);
    return execute(kSession);
  }

  const Libpq& pq() const { return pq_; }
  PGconn* handle() const { return handle_; }
  bool is_closing() const { return is_closing_; }
  bool is_idle() const { return pq_.transaction_status(handle_) == Libpq::kIdle; }
  std::string next_name(std::string_view of) { return fmt::format("purser_{}_{}", of, ++names_); }

  Answer own(PGresult* result) const { return {result, {&pq_}}; }
  Status check(const Answer& answer) const {
    const int status = answer != nullptr ? pq_.result_status(answer.get()) : -1;
    if (status == Libpq::kCommandOk || status == Libpq::kTuplesOk) return {};
    return fail(postgres_error(pq_, handle_, answer.get(), path()));
  }
  Status execute(const std::string& script) {
    PURSER_TRY(settle());
    return check(own(pq_.exec(handle_, script.c_str())));
  }

  // Does not wait for the answer; settle() does. Only within a transaction.
  Status send(const std::string& name, const Values& values) {
    if (sent_ == 0 && pq_.enter_pipeline(handle_) != 1) {
      return fail(postgres_error(pq_, handle_, nullptr, path()));
    }
    ++sent_;
    const int sent = pq_.send_prepared(handle_, name.c_str(), values.count(), values.pointers(),
                                       values.lengths(), values.formats(), 0);
    if (sent != 1) {
      const Error error = postgres_error(pq_, handle_, nullptr, path());
      (void)settle();
      return fail(error);
    }
    return sent_ < kSentAtMost ? Status() : settle();
  }
  // Takes the answers to all that was sent; the first error of them. Before anything else is asked.
  Status settle() {
    if (unsaid_) {
      Error error = *std::move(unsaid_);
      unsaid_.reset();
      return fail(std::move(error));
    }
    if (sent_ == 0) return {};
    const int most = 2 * sent_ + 2;  // an answer and an end for each, and the end of all
    sent_ = 0;
    std::optional<Error> error;
    const auto note = [&](const PGresult* answer) {
      if (!error) error = postgres_error(pq_, handle_, answer, path());
    };
    bool done = pq_.sync_pipeline(handle_) != 1;
    if (done) note(nullptr);
    for (int i = 0; i < most && !done; ++i) {
      const Answer answer = own(pq_.next_result(handle_));
      if (answer == nullptr) continue;
      const int status = pq_.result_status(answer.get());
      done = status == Libpq::kPipelineSync;
      const bool fine = done || status == Libpq::kCommandOk || status == Libpq::kTuplesOk ||
                        status == Libpq::kPipelineAborted;
      if (!fine) note(answer.get());
    }
    if (pq_.exit_pipeline(handle_) != 1) note(nullptr);
    return error ? Status(fail(*std::move(error))) : Status();
  }

  Result<std::unique_ptr<Compiled>> compile(std::string_view sql) override;

  // Nobody can be told here what went wrong with what was sent: whoever asks next is.
  void forget(const std::string& name) {
    auto settled = settle();
    (void)own(pq_.exec(handle_, ("DEALLOCATE " + name).c_str()));
    if (!settled) unsaid_ = settled.error();
  }

  Status begin(Access access) override {
    PURSER_TRY(settle());
    if (pq_.transaction_status(handle_) == Libpq::kInTransaction) {
      return fail(ErrorCode::kEngine, "internal error: transactions do not nest");
    }
    if (access == Access::kSnapshot) {
      return execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    }
    // Each statement behind the lock sees all that was committed before it, whatever isolation the
    // server gives by itself: a snapshot taken before the wait would not. Nobody else commits.
    auto begun =
        execute(fmt::format("BEGIN ISOLATION LEVEL READ COMMITTED; "
                            "SELECT pg_advisory_xact_lock({}, "
                            "quote_ident(current_schema())::regnamespace::oid::integer)",
                            kApplicationId));
    if (!begun) roll_back();
    return begun;
  }
  bool is_in_transaction() const override {
    return pq_.transaction_status(handle_) == Libpq::kInTransaction;
  }
  Status commit() override {
    PURSER_TRY(settle());
    if (pq_.transaction_status(handle_) == Libpq::kInError) {
      return fail(ErrorCode::kEngine, fmt::format("{}: a statement of this failed before; nothing "
                                                  "of it was kept",
                                                  path()));
    }
    auto done = execute("COMMIT");
    if (!done && pq_.status(handle_) != Libpq::kConnectionOk) {
      return fail(ErrorCode::kNetwork,
                  fmt::format("{}: the connection was lost at the very end, and nobody knows here "
                              "whether all was kept or nothing; look, and run it again: nothing is "
                              "posted twice",
                              path()));
    }
    return done;
  }
  void roll_back() override {
    (void)settle();  // nothing of it stays
    unsaid_.reset();
    if (pq_.status(handle_) == Libpq::kConnectionOk && !is_idle())
      own(pq_.exec(handle_, "ROLLBACK"));
  }

  // --- schema

  // The first schema of the search path, which is made if it is not there.
  Status find_schema(IfMissing if_missing) {
    Answer answer = own(pq_.exec(
        handle_,
        "SELECT current_schema(), quote_ident(CASE WHEN word IN ('$user', '\"$user\"') THEN "
        "current_user WHEN word LIKE '\"%' THEN replace(trim(BOTH '\"' FROM word), '\"\"', '\"') "
        "ELSE lower(word) END) FROM (SELECT trim(BOTH FROM "
        "split_part(current_setting('search_path'), ',', 1)) AS word) AS first"));
    PURSER_TRY(check(answer));
    if (pq_.is_null(answer.get(), 0, 0) == 0) return {};
    const std::string named = pq_.value(answer.get(), 0, 1);
    if (if_missing == IfMissing::kFail) return no_books();
    // Two that make the same at once would meet, in spite of IF NOT EXISTS.
    return execute(
        fmt::format("BEGIN; SELECT pg_advisory_xact_lock({}, 0);"
                    "CREATE SCHEMA IF NOT EXISTS {}; COMMIT",
                    kApplicationId, named));
  }
  Status no_books() const {
    return fail(ErrorCode::kNotFound,
                fmt::format("{}: there are no books in this database; purser books site add and "
                            "purser asset add begin new ones, purser books copy brings yours",
                            path()));
  }
  Result<Versions> versions() override {
    Versions versions;
    Answer answer = own(pq_.exec(
        handle_, "SELECT to_regclass(quote_ident(current_schema()) || '.schema_version') IS NULL"));
    PURSER_TRY(check(answer));
    if (std::string_view(pq_.value(answer.get(), 0, 0)) == "t") return versions;
    PURSER_TRY(
        run("SELECT room, version FROM schema_version", {}, [&](const Row& row) -> Result<bool> {
          versions[std::string(row.text(0))] = static_cast<int>(row.integer(1));
          return true;
        }));
    return versions;
  }
  Status claim() override {
    PURSER_TRY(execute(std::string(postgres_functions())));
    return execute(
        "CREATE TABLE IF NOT EXISTS schema_version ("
        "room TEXT COLLATE \"C\" PRIMARY KEY, version BIGINT NOT NULL)");
  }
  Status migrate(const Migration& migration) override {
    if (!migration.postgres.empty()) return execute(std::string(migration.postgres));
    PURSER_ASSIGN(const std::string script, postgres_script(migration.sql));
    return script.empty() ? Status() : execute(script);
  }

 private:
  const Libpq& pq_;
  PGconn* handle_ = nullptr;
  bool is_closing_ = false;
  std::int64_t names_ = 0;
  int sent_ = 0;                 // of which the answers were not taken
  std::optional<Error> unsaid_;  // which settle() still owes
};

// --- statements ----------------------------------------------------------------------------------

class PostgresStatement final : public Compiled {
 public:
  PostgresStatement(PostgresText text, std::string name, std::string_view sql,
                    PostgresConnection& connection)
      : Compiled(sql, connection),
        text_(std::move(text)),
        name_(std::move(name)),
        connection_(connection),
        is_later_(sql.starts_with(kLater) && connection.pq().has_pipeline()) {}
  ~PostgresStatement() override {
    if (!connection_.is_closing()) connection_.forget(name_);
  }

  Status prepare() {
    const Libpq& pq = connection_.pq();
    PURSER_TRY(connection_.settle());
    std::string sql = text_.sql;
    if (text_.only_reads && !text_.has_limit) sql += fmt::format("\nLIMIT {}", kRowsAtOnce + 1);
    return connection_.check(
        connection_.own(pq.prepare(connection_.handle(), name_.c_str(), sql.c_str(), 0, nullptr)));
  }

 private:
  int parameter_count() const override { return text_.parameters; }

  Status run(std::span<const Parameter> parameters, const TakeRow& take) override {
    const bool waits = !is_later_ || connection_.is_idle();
    if (!waits) return connection_.send(name_, Values(parameters));
    PURSER_TRY(connection_.settle());
    const Values values(parameters);
    if (text_.only_reads) return read(values, take);
    // What writes, writes alone.
    const bool alone = connection_.is_idle();
    if (alone) PURSER_TRY(connection_.begin(Access::kWrite));
    auto done = write(values, take);
    if (!alone) return done;
    if (!done) {
      connection_.roll_back();
      return done;
    }
    return connection_.commit();
  }

  Status write(const Values& values, const TakeRow& take) {
    const Libpq& pq = connection_.pq();
    const Answer answer =
        connection_.own(pq.exec_prepared(connection_.handle(), name_.c_str(), values.count(),
                                         values.pointers(), values.lengths(), values.formats(), 0));
    PURSER_TRY(connection_.check(answer));
    PURSER_TRY(show_all(answer, take));
    return {};
  }

  // Most queries have few rows, and a cursor costs three round trips and a plan each time. So one
  // more row than are wanted at once is asked for, and a query that had so many has a cursor from
  // then on.
  Status read(const Values& values, const TakeRow& take) {
    if (has_many_) return read_by_cursor(values, take);
    const Libpq& pq = connection_.pq();
    const bool alone = connection_.is_idle();
    const Answer answer =
        connection_.own(pq.exec_prepared(connection_.handle(), name_.c_str(), values.count(),
                                         values.pointers(), values.lengths(), values.formats(), 0));
    const char* const state =
        answer != nullptr ? pq.result_error_field(answer.get(), Libpq::kSqlState) : nullptr;
    // A plan of columns that another process has changed: a cursor makes its own.
    const bool is_stale = alone && state != nullptr && std::string_view(state) == "0A000";
    if (!is_stale) PURSER_TRY(connection_.check(answer));
    if (is_stale || (!text_.has_limit && pq.row_count(answer.get()) > kRowsAtOnce)) {
      has_many_ = true;
      return read_by_cursor(values, take);
    }
    PURSER_TRY(show_all(answer, take));
    return {};
  }

  // A cursor lives as long as its transaction; without one, it keeps what it found.
  Status read_by_cursor(const Values& values, const TakeRow& take) {
    const Libpq& pq = connection_.pq();
    const std::string cursor = connection_.next_name("rows");
    const std::string declare = fmt::format("DECLARE {} NO SCROLL CURSOR {}FOR {}", cursor,
                                            connection_.is_idle() ? "WITH HOLD " : "", text_.sql);
    PURSER_TRY(connection_.check(connection_.own(
        pq.exec_params(connection_.handle(), declare.c_str(), values.count(), nullptr,
                       values.pointers(), values.lengths(), values.formats(), 0))));
    return fetch(cursor, take);
  }

  Status fetch(const std::string& cursor, const TakeRow& take) {
    const Libpq& pq = connection_.pq();
    const std::string next = fmt::format("FETCH FORWARD {} FROM {}", kRowsAtOnce, cursor);
    for (bool more = true; more;) {
      PURSER_TRY(connection_.settle());  // what a callback sent
      const Answer rows = connection_.own(pq.exec(connection_.handle(), next.c_str()));
      PURSER_TRY(connection_.check(rows));
      const bool last = pq.row_count(rows.get()) < kRowsAtOnce;
      // Before its rows are shown: a callback may do what it likes with the connection.
      if (last) PURSER_TRY(connection_.execute("CLOSE " + cursor));
      auto shown = show_all(rows, take);
      more = shown && *shown && !last;
      if (!last && !more) (void)connection_.execute("CLOSE " + cursor);
      PURSER_TRY(std::move(shown));
    }
    return {};
  }

  Result<bool> show_all(const Answer& answer, const TakeRow& take) const {
    PostgresCells cells(connection_.pq(), answer.get());
    for (int row = 0; row < connection_.pq().row_count(answer.get()); ++row) {
      cells.go_to(row);
      PURSER_ASSIGN(const bool more, show(cells, take));
      if (!more) return false;
    }
    return true;
  }

  PostgresText text_;
  std::string name_;
  PostgresConnection& connection_;
  bool is_later_;
  bool has_many_ = false;
};

Result<std::unique_ptr<Compiled>> PostgresConnection::compile(std::string_view sql) {
  PostgresText text = postgres_text(sql);
  if (text.sql.find_first_not_of(" \n;") == std::string::npos) {
    return fail(ErrorCode::kEngine, fmt::format("internal error: not one statement: {}", sql));
  }
  auto compiled =
      std::make_unique<PostgresStatement>(std::move(text), next_name("statement"), sql, *this);
  PURSER_TRY(compiled->prepare());
  return compiled;
}

}  // namespace

Result<std::unique_ptr<Connection>> open_postgres(std::string_view address,
                                                  std::span<const Migration> migrations,
                                                  IfMissing if_missing) {
  PURSER_ASSIGN(const Libpq* const pq, load_libpq());
  auto connection = std::make_unique<PostgresConnection>(*pq, public_address(address));
  PURSER_TRY(connection->connect(std::string(address)));
  PURSER_TRY(connection->find_schema(if_missing));
  PURSER_ASSIGN(const Versions there, connection->versions());
  if (there.empty() && if_missing == IfMissing::kFail) return fail(connection->no_books().error());
  PURSER_TRY(bring_up_to_date(*connection, migrations));
  return connection;
}

}  // namespace purser::store
