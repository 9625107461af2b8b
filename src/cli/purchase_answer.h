// The beginning of an asset's life, as a person and a program are told.
#pragma once

#include "base/result.h"
#include "books/purchase.h"
#include "cli/context.h"
#include "cli/entry_listing.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {

report::Json purchase_json(const books::Purchase& purchase);

// "ordered, expected on 2026-11-20", "in progress": of one that is not in service.
std::string state_text(const books::Purchase& purchase);
// What it cost until now; of what is only ordered, what it will cost.
money::Money known_cost(const books::Purchase& purchase);

// A row for each cost and the order, of two columns: what, and how much, when, from whom.
void add_steps(report::Table& facts, const books::Purchase& purchase);

Status print_undone(const Context& context, const books::PurchaseAnswer& answer,
                    const EntryListing& listing, books::Effect effect);

}  // namespace purser::cli
