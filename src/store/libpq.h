// PostgreSQL's client library, loaded when the first server is named: it would cost every start of
// purser milliseconds. Its functions and numbers are declared here, so that a build needs none of
// it; they are those of libpq.so.5, unchanged since PostgreSQL 8 but where it is said.
// https://www.postgresql.org/docs/15/libpq.html
#pragma once

#include "base/result.h"

extern "C" {
struct pg_conn;
struct pg_result;
}

namespace purser::store {

using PGconn = pg_conn;
using PGresult = pg_result;

struct Libpq {
  enum ConnectionStatus : int { kConnectionOk = 0 };
  enum ResultStatus : int { kCommandOk = 1, kTuplesOk = 2, kPipelineSync = 10, kPipelineAborted };
  enum TransactionStatus : int { kIdle = 0, kActive = 1, kInTransaction = 2, kInError = 3 };
  static constexpr int kSqlState = 'C';        // PG_DIAG_SQLSTATE
  static constexpr int kMessagePrimary = 'M';  // PG_DIAG_MESSAGE_PRIMARY

  PGconn* (*connect)(const char* const* keywords, const char* const* values, int expand_dbname);
  void (*finish)(PGconn*);
  int (*status)(const PGconn*);
  int (*transaction_status)(const PGconn*);
  char* (*error_message)(const PGconn*);
  void* (*set_notice_processor)(PGconn*, void (*processor)(void*, const char*), void* argument);
  PGresult* (*exec)(PGconn*, const char* script);
  PGresult* (*exec_params)(PGconn*, const char* sql, int count, const unsigned* types,
                           const char* const* values, const int* lengths, const int* formats,
                           int result_format);
  PGresult* (*prepare)(PGconn*, const char* name, const char* sql, int count,
                       const unsigned* types);
  PGresult* (*exec_prepared)(PGconn*, const char* name, int count, const char* const* values,
                             const int* lengths, const int* formats, int result_format);
  void (*clear)(PGresult*);
  int (*result_status)(const PGresult*);
  char* (*result_error_field)(const PGresult*, int field);
  char* (*result_error_message)(const PGresult*);
  int (*row_count)(const PGresult*);
  char* (*column_name)(const PGresult*, int column);
  unsigned (*column_type)(const PGresult*, int column);
  int (*is_null)(const PGresult*, int row, int column);
  char* (*value)(const PGresult*, int row, int column);
  int (*length)(const PGresult*, int row, int column);

  // Since PostgreSQL 14; null in older libraries, each or none.
  int (*enter_pipeline)(PGconn*);
  int (*exit_pipeline)(PGconn*);
  int (*sync_pipeline)(PGconn*);
  int (*send_prepared)(PGconn*, const char* name, int count, const char* const* values,
                       const int* lengths, const int* formats, int result_format);
  PGresult* (*next_result)(PGconn*);
  bool has_pipeline() const { return enter_pipeline != nullptr; }
};

// kUnsupported if the library is not on this machine. Any thread.
Result<const Libpq*> load_libpq();

}  // namespace purser::store
