#include "books/addition_checks.h"

#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "books/checks.h"
#include "books/find.h"

namespace purser::books {
namespace {

Status refuse_tax_deductions(const Terms& terms) {
  const auto* macrs = std::get_if<Macrs>(&terms.method);
  if (macrs == nullptr) return {};
  if (!macrs->section_179 && !macrs->bonus && macrs->bonus_basis_points == 0) return {};
  return fail(ErrorCode::kInvalidInput,
              "section 179 and bonus are deductions from tax and belong to that book alone; add "
              "the asset without them, and then to --book tax");
}

Status check_terms(const Asset& asset) {
  PURSER_TRY(check_name("an asset", asset.name));
  PURSER_TRY(check_name("a class of assets", asset.asset_class));
  PURSER_TRY(check_reference("a serial number", asset.serial));
  PURSER_TRY(check(asset.terms));
  PURSER_TRY(check_amount("a cost of", asset.terms.cost, asset.currency()));
  PURSER_TRY(check_amount("maintenance of", asset.maintenance_per_year, asset.currency()));
  PURSER_TRY(check_amount("space of", asset.space_per_month, asset.currency()));
  if (asset.terms.disposed) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("'{}' was disposed of on {}; only assets in service can be added",
                            asset.name, format(*asset.terms.disposed)));
  }
  PURSER_TRY(refuse_tax_deductions(asset.terms));
  if (asset.idle_watts > asset.load_watts) {
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("'{}' would draw more when idle than under load; swap the two", asset.name));
  }
  return {};
}

Status check_its_site(BooksStore& store, const Asset& asset, std::string_view way_out) {
  if (asset.site.empty()) return {};
  PURSER_ASSIGN(const Site site, find_site(store, asset.site));
  const money::Currency power = site.tariff.currency();
  if (power == asset.currency()) return {};
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' costs {} but site '{}' pays its power in {}; {}", asset.name,
                          format(asset.terms.cost), site.name, power.code(),
                          fmt::format(fmt::runtime(way_out), power.code())));
}

}  // namespace

Status refuse_taken(BooksStore& store, std::string_view name) {
  const auto id = store.asset_id(name);
  if (!id && id.error().code() == ErrorCode::kNotFound) return {};
  PURSER_TRY(id);
  PURSER_TRY(store.asset_named(name, [&](const StoredAsset&) -> Status {
    return fail(ErrorCode::kAlreadyExists,
                fmt::format("there is an asset '{}' already; choose another name", name));
  }));
  return fail(ErrorCode::kAlreadyExists,
              fmt::format("'{0}' is being bought already (purser asset show {0}); place it in "
                          "service with purser asset place, or choose another name",
                          name));
}

Status refuse_alike(BooksStore& store, Named kind, std::string_view name) {
  constexpr std::array<std::string_view, 5> kWhat{"an asset", "a site", "a class", "a cost centre",
                                                  "a node"};
  std::optional<std::string> taken;
  if (kind == Named::kClass && lower_case(name) == kDefaultClass) {
    if (name != kDefaultClass) taken = kDefaultClass;
  } else {
    PURSER_ASSIGN(taken, store.alike(kind, name));
  }
  if (!taken) return {};
  return fail(ErrorCode::kAlreadyExists,
              fmt::format("there is {} '{}' already, and '{}' differs from it by the case of its "
                          "letters alone; use that name, or another one",
                          kWhat[static_cast<std::size_t>(kind)], *taken, name));
}

Status NamesTaken::add(const Asset& asset) {
  PURSER_TRY(add_name(asset.name));
  if (!classes_.insert(asset.asset_class).second) return {};
  return refuse_alike(store_, Named::kClass, asset.asset_class);
}

Status NamesTaken::add_name(std::string_view name) {
  if (++asked_ == 1) return refuse_alike(store_, Named::kAsset, name);
  if (asked_ == 2) {
    PURSER_TRY(
        store_.each_asset_name([&](std::string_view taken) { names_.insert(lower_case(taken)); }));
  }
  if (names_.insert(lower_case(name)).second) return {};
  return refuse_alike(store_, Named::kAsset, name);
}

Result<std::optional<Date>> entered_on(BooksStore& store, const Asset& asset) {
  PURSER_ASSIGN(const auto closed, store.closed_through());
  const Date begins = asset.takeover ? asset.takeover->on : asset.terms.in_service;
  if (!closed || month_of(begins) > *closed) return std::nullopt;
  if (!asset.takeover) return period_of(*closed).end;
  return fail(
      ErrorCode::kRefused,
      fmt::format("taken over on {}: {} is closed and never moves; the first open month is {}",
                  format(begins), format(month_of(begins)),
                  format(*closed + std::chrono::months{1})));
}

Status check_addition(BooksStore& store, const Asset& asset, std::string_view way_out) {
  PURSER_TRY(check_terms(asset));
  return check_its_site(store, asset, way_out);
}

}  // namespace purser::books
