// The schema of the books from version 14 on.
#include "books/books_schema.h"

namespace purser::books {
namespace {

// What papers and machines are numbered with by others; null where nobody said. Of a purchase the
// serial number as it was known at that step, of an event the one that it says from that day on.
constexpr std::string_view kFourteenth = R"sql(
ALTER TABLE asset ADD COLUMN serial TEXT;
ALTER TABLE purchase ADD COLUMN serial TEXT;
ALTER TABLE purchase ADD COLUMN document TEXT;
ALTER TABLE event ADD COLUMN serial TEXT;
ALTER TABLE event ADD COLUMN document TEXT;
ALTER TABLE service ADD COLUMN document TEXT;
)sql";

// What was taken over before goes on from the whole minor units that it was taken over at. What was
// said of days whose use was told anew is asked of one asset after another, when a file is imported
// again.
constexpr std::string_view kFifteenth = R"sql(
ALTER TABLE portion ADD COLUMN goes_on INTEGER NOT NULL DEFAULT 0;
CREATE INDEX units_replaced_of_asset ON units_replaced (asset);
)sql";

}  // namespace

std::vector<store::Migration> migrations_from_14_on() {
  return {{"books", 14, kFourteenth}, {"books", 15, kFifteenth}};
}

}  // namespace purser::books
