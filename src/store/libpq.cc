#include "store/libpq.h"

#include <dlfcn.h>

#include <fmt/format.h>

namespace purser::store {
namespace {

template <class Function>
bool find(void* library, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(::dlsym(library, name));
  return function != nullptr;
}

Result<Libpq> load() {
  // Stays loaded until the process ends: OpenSSL behind it does not like to go earlier.
  void* const library = ::dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
  Libpq pq{};
  const bool found =
      library != nullptr && find(library, "PQconnectdbParams", pq.connect) &&
      find(library, "PQfinish", pq.finish) && find(library, "PQstatus", pq.status) &&
      find(library, "PQtransactionStatus", pq.transaction_status) &&
      find(library, "PQerrorMessage", pq.error_message) &&
      find(library, "PQsetNoticeProcessor", pq.set_notice_processor) &&
      find(library, "PQexec", pq.exec) && find(library, "PQexecParams", pq.exec_params) &&
      find(library, "PQprepare", pq.prepare) && find(library, "PQexecPrepared", pq.exec_prepared) &&
      find(library, "PQclear", pq.clear) && find(library, "PQresultStatus", pq.result_status) &&
      find(library, "PQresultErrorField", pq.result_error_field) &&
      find(library, "PQresultErrorMessage", pq.result_error_message) &&
      find(library, "PQntuples", pq.row_count) && find(library, "PQfname", pq.column_name) &&
      find(library, "PQftype", pq.column_type) && find(library, "PQgetisnull", pq.is_null) &&
      find(library, "PQgetvalue", pq.value) && find(library, "PQgetlength", pq.length);
  const bool has_pipeline = found && find(library, "PQexitPipelineMode", pq.exit_pipeline) &&
                            find(library, "PQpipelineSync", pq.sync_pipeline) &&
                            find(library, "PQsendQueryPrepared", pq.send_prepared) &&
                            find(library, "PQgetResult", pq.next_result) &&
                            find(library, "PQenterPipelineMode", pq.enter_pipeline);
  if (!has_pipeline) pq.enter_pipeline = nullptr;
  if (found) return pq;
  const char* const why = ::dlerror();
  return fail(ErrorCode::kUnsupported,
              fmt::format("PostgreSQL's client library is not on this machine ({}); install the "
                          "package libpq5",
                          why != nullptr ? why : "libpq.so.5"));
}

}  // namespace

Result<const Libpq*> load_libpq() {
  static const Result<Libpq> kLoaded = load();
  if (!kLoaded) return fail(kLoaded.error());
  return &*kLoaded;
}

}  // namespace purser::store
