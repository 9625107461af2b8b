#include "books/find.h"

#include <fmt/format.h>

#include "base/text.h"

namespace purser::books {

Result<StoredAsset> find_asset(BooksStore& store, std::string_view name) {
  std::optional<StoredAsset> found;
  PURSER_TRY(store.asset_named(name, [&](const StoredAsset& asset) -> Status {
    found = asset;
    return {};
  }));
  if (found) return *std::move(found);
  const auto ordered = store.asset_id(name);
  if (!ordered && ordered.error().code() != ErrorCode::kNotFound) return fail(ordered.error());
  if (ordered) {
    return fail(ErrorCode::kNotFound,
                fmt::format("'{0}' is not in service yet; place it first: purser asset place {0} "
                            "--in-service DATE …",
                            name));
  }
  std::vector<std::string> names;
  PURSER_TRY(store.each_asset_name([&](std::string_view one) { names.emplace_back(one); }));
  return fail(ErrorCode::kNotFound,
              fmt::format("no asset '{}' (purser asset list shows them all){}", name,
                          did_you_mean(name, names)));
}

Result<Site> find_site(BooksStore& store, std::string_view name) {
  PURSER_ASSIGN(auto found, store.sites(name));
  if (!found.empty()) return std::move(found.front());
  PURSER_ASSIGN(const auto all, store.sites(std::nullopt));
  std::vector<std::string> names;
  names.reserve(all.size());
  for (const Site& site : all) names.push_back(site.name);
  return fail(ErrorCode::kNotFound,
              fmt::format("no site '{}' (purser books site list shows them all){}", name,
                          did_you_mean(name, names)));
}

Status refuse_closed(BooksStore& store, Month month) {
  PURSER_ASSIGN(const auto closed, store.closed_through());
  if (!closed || month > *closed) return {};
  return fail(ErrorCode::kRefused,
              fmt::format("{} is closed and never moves; the first open month is {}", format(month),
                          format(*closed + std::chrono::months{1})));
}

Result<Entry> entry_numbered(BooksStore& store, std::int64_t number) {
  std::optional<Entry> found;
  PURSER_TRY(store.each_entry_numbered(number, [&](const Entry& entry) -> Status {
    found = entry;
    return {};
  }));
  if (found) return *std::move(found);
  return fail(ErrorCode::kNotFound,
              fmt::format("no entry {}; purser books journal shows them all", number));
}

}  // namespace purser::books
