// Books with property of MACRS in the tax book.
#pragma once

#include <string>
#include <string_view>

#include "books/testing.h"

namespace purser::books {

class MacrsFixture : public BooksFixture {
 protected:
  // It stands in the tax book by that method.
  Status bought(const std::string& name, std::string_view cost, std::string_view in_service,
                std::string_view method, std::string_view section_179 = "", int bonus = 0) {
    Asset asset = plain_asset(name);
    asset.terms.cost = *money::parse_money(cost);
    asset.terms.salvage = money::Money::zero(money::usd());
    asset.terms.in_service = *parse_date(in_service);
    PURSER_TRY(books().add_asset(asset));
    PURSER_TRY(books().add_to_book(name, tax(asset, method, section_179, bonus)));
    return {};
  }
  MemoTerms tax(const Asset& asset, std::string_view method, std::string_view section_179 = "",
                int bonus = 0) const {
    MemoTerms memo{Book::kTax, asset.terms};
    memo.terms.method = *parse_method(method);
    auto& macrs = std::get<Macrs>(memo.terms.method);
    if (!section_179.empty()) macrs.section_179 = *money::parse_money(section_179);
    macrs.bonus_basis_points = bonus;
    memo.terms.convention = *settle_convention(memo.terms.method, std::nullopt);
    memo.terms.fiscal_year = fiscal_year_;
    return memo;
  }
  void close_through(std::string_view last) {
    const Month until = *parse_month(last);
    while (books().first_open()->value_or(until) <= until) {
      const auto closed = books().close(**books().first_open(), {});
      ASSERT_TRUE(closed) << closed.error().message();
    }
  }

  FiscalYearStart fiscal_year_{};
};

}  // namespace purser::books
