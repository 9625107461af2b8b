// Tax years and their convention, as a person and a program are told.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "books/books.h"
#include "report/json.h"

namespace purser::cli {

// What was placed in service in a tax year, by quarter, and the share of the last one.
report::Json test_json(const books::MacrsTest& test);
// "50.00%", and "more than 40%" of what rounds to 40.00% and is not; empty if nothing was placed in
// service.
std::string last_quarter_percent(const books::MacrsTest& test);

// Tax years whose convention changed: why, from when on, and what it changes for which assets. Text
// is empty if there are none.
report::Json ruled_json(std::span<const books::RuledYear> ruled);
std::string ruled_text(std::span<const books::RuledYear> ruled, books::Effect effect);

// Which convention the asset has in that book and what decides it: "mid-quarter, which the year
// from 2026-01-01 decides …". Empty where nothing but its own terms does.
std::string convention_text(const books::Asset& asset, books::Book book);

}  // namespace purser::cli
