// What an engine offers to Database and Statement. Behind the door: sqlite_connection.h and
// postgres_connection.h are the two.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace purser::store {

// A row as the engine gave it. Each reader but kind() is asked only for what kind() says.
class Cells {
 public:
  enum class Kind : std::uint8_t { kNull, kInteger, kText, kBlob, kOther };
  virtual Kind kind(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
  virtual std::string_view blob(int column) const = 0;
  virtual std::string name(int column) const = 0;

 protected:
  ~Cells() = default;
};

// Is shown rows until it says false.
using TakeRow = std::function<Result<bool>(const Row&)>;

// One statement, ready to run.
class Compiled {
 public:
  Compiled(std::string_view sql, Connection& connection) : sql_(sql), connection_(connection) {}
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;
  virtual ~Compiled() = default;

  const std::string& sql() const { return sql_; }  // as it was prepared
  Connection& connection() { return connection_; }

  // Refuses to run from its own callback, and with other than its number of parameters.
  Status visit(std::span<const Parameter> parameters, const TakeRow& take);
  // Texts that it was lent may be gone.
  virtual void forget_parameters() {}

 protected:
  virtual int parameter_count() const = 0;
  virtual Status run(std::span<const Parameter> parameters, const TakeRow& take) = 0;
  // Shows one row; kCorrupt if it was read as what it is not.
  Result<bool> show(const Cells& cells, const TakeRow& take) const;

 private:
  std::string sql_;
  Connection& connection_;
  bool running_ = false;
};

// Which version of each room's schema there is.
using Versions = std::map<std::string, int, std::less<>>;

enum class Access : std::uint8_t { kSnapshot, kWrite };

class Connection {
 public:
  explicit Connection(std::string path) : path_(std::move(path)) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  const std::string& path() const { return path_; }

  virtual Result<std::unique_ptr<Compiled>> compile(std::string_view sql) = 0;
  virtual Status begin(Access access) = 0;
  virtual bool is_in_transaction() const = 0;
  virtual Status commit() = 0;
  virtual void roll_back() = 0;  // nothing to do if the engine did so already

  // Of the schema, for bring_up_to_date(). versions(): empty if nothing of ours is there; refuses
  // what is another program's. claim(): makes it ours, within the transaction of the migrations.
  virtual Result<Versions> versions() = 0;
  virtual Status before_migrations() { return {}; }
  virtual Status claim() = 0;
  virtual Status migrate(const Migration& migration) = 0;

  // Compiling a statement takes tens of times as long as running it. So those that nobody uses are
  // kept for whoever prepares the same text again. One that is taken has a single user: preparing
  // its text meanwhile compiles a second, so that a callback may run what it is called from.
  Result<std::unique_ptr<Compiled>> take(std::string_view sql);
  void keep(std::unique_ptr<Compiled> statement);
  void watch(std::function<void(std::string_view sql)> told) { told_ = std::move(told); }
  void tell(std::string_view sql) const {
    if (told_) told_(sql);
  }
  // Compiles and runs once.
  Status run(std::string_view sql, std::initializer_list<Parameter> parameters,
             const TakeRow& take);

 protected:
  void drop_idle() { idle_.clear(); }  // while the engine is still there

 private:
  std::string path_;
  std::function<void(std::string_view sql)> told_;
  std::vector<std::unique_ptr<Compiled>> idle_;  // the last one used is the last
};

// Runs every migration that the database lacks, in one transaction.
Status bring_up_to_date(Connection& connection, std::span<const Migration> migrations);

}  // namespace purser::store
