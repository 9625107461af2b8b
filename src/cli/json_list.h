// An answer in JSON that is one long list, printed as it comes: memory does not grow with it.
//
//   JsonList list(Json::object().set("date", today), "assets");
//   PURSER_TRY(list.push(item));
//   PURSER_TRY(list.finish(Json::object().set("pending", bought)));
//
// prints {"date":…,"assets":[…],"pending":…}.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "report/json.h"

namespace purser::cli {

class JsonList {
 public:
  // `before` and `after` are objects, maybe empty ones: what stands before the list and behind it.
  JsonList(const report::Json& before, std::string_view name);
  Status push(const report::Json& item);
  Status finish(const report::Json& after = report::Json::object());

 private:
  std::string gathered_;
  bool empty_ = true;
};

}  // namespace purser::cli
