#include "store/connection.h"

#include <algorithm>

#include <fmt/format.h>

namespace purser::store {
namespace {

constexpr std::size_t kIdleStatementsMax = 64;

}  // namespace

Status Compiled::visit(std::span<const Parameter> parameters, const TakeRow& take) {
  if (running_) {
    return fail(ErrorCode::kEngine,
                fmt::format("internal error: '{}' is run from its own callback", sql_));
  }
  if (parameter_count() != static_cast<int>(parameters.size())) {
    return fail(ErrorCode::kEngine, fmt::format("internal error: '{}' takes {} parameters, not {}",
                                                sql_, parameter_count(), parameters.size()));
  }
  connection_.tell(sql_);
  running_ = true;
  auto done = run(parameters, take);
  running_ = false;
  return done;
}

Result<bool> Compiled::show(const Cells& cells, const TakeRow& take) const {
  const Row row(cells);
  PURSER_ASSIGN(const bool more, take(row));
  if (row.mismatched_column_ < 0) return more;
  return fail(ErrorCode::kCorrupt,
              fmt::format("{}: the database is damaged ('{}' holds a value that makes no sense); "
                          "restore it from a backup",
                          connection_.path(), cells.name(row.mismatched_column_)));
}

Result<std::unique_ptr<Compiled>> Connection::take(std::string_view sql) {
  const auto found = std::find_if(idle_.rbegin(), idle_.rend(),
                                  [&](const auto& one) { return one->sql() == sql; });
  if (found == idle_.rend()) return compile(sql);
  auto statement = std::move(*found);
  idle_.erase(std::next(found).base());
  return statement;
}

void Connection::keep(std::unique_ptr<Compiled> statement) {
  statement->forget_parameters();
  if (idle_.size() == kIdleStatementsMax) idle_.erase(idle_.begin());
  idle_.push_back(std::move(statement));
}

Status Connection::run(std::string_view sql, std::initializer_list<Parameter> parameters,
                       const TakeRow& take) {
  PURSER_ASSIGN(const std::unique_ptr<Compiled> statement, compile(sql));
  return statement->visit({parameters.begin(), parameters.size()}, take);
}

}  // namespace purser::store
