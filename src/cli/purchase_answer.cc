#include "cli/purchase_answer.h"

#include <fmt/format.h>

#include "cli/posted_again.h"
#include "cli/tax_years.h"
#include "cli/units_used.h"

namespace purser::cli {
namespace {

using books::Purchase;
using books::PurchaseCost;
using books::PurchaseStep;
using books::StepKind;
using report::Json;

Json json_of(const PurchaseStep& step) {
  Json costs = Json::array();
  for (const PurchaseCost& cost : step.costs) {
    Json json = Json::object();
    json.set("kind", books::name(cost.kind))
        .set("amount", cost.amount)
        .set("paid", cost.paid ? Json(cost.paid->amount) : Json())
        .set("rate", cost.paid ? Json(cost.paid->rate.text()) : Json());
    costs.push(json);
  }
  Json json = Json::object();
  json.set("step", books::name(step.kind))
      .set("on", step.on)
      .set("effective", step.effective)
      .set("expected", step.expected)
      .set("from", step.vendor.empty() ? Json() : Json(step.vendor))
      .set("costs", costs)
      .set("serial", step.serial.empty() ? Json() : Json(step.serial))
      .set("document", step.document.empty() ? Json() : Json(step.document))
      .set("recorded", step.recorded)
      .set("who", step.who);
  return json;
}

std::string_view state_of(const Purchase& purchase) {
  if (purchase.step(StepKind::kPlacing) != nullptr ||
      purchase.step(StepKind::kAddition) != nullptr) {
    return "in-service";
  }
  return purchase.step(StepKind::kCosts) != nullptr ? "in-progress" : "ordered";
}

std::string from_text(const PurchaseStep& step) {
  return step.vendor.empty() ? std::string() : fmt::format(", from {}", step.vendor);
}

std::string document_of(const PurchaseStep& step) {
  return step.document.empty() ? std::string() : ", " + books::document_text(step.document);
}

std::string expected_text(const PurchaseStep& step) {
  return step.expected ? fmt::format(", expected on {}", format(*step.expected)) : std::string();
}

}  // namespace

Json purchase_json(const Purchase& purchase) {
  Json steps = Json::array();
  for (const PurchaseStep& step : purchase.steps) steps.push(json_of(step));
  Json json = Json::object();
  json.set("name", purchase.asset)
      .set("class", purchase.asset_class)
      .set("serial", purchase.serial().empty() ? Json() : Json(std::string(purchase.serial())))
      .set("state", state_of(purchase))
      .set("cost", known_cost(purchase))
      .set("steps", steps);
  return json;
}

std::string state_text(const Purchase& purchase) {
  const PurchaseStep* const order = purchase.step(StepKind::kOrder);
  const bool is_here = purchase.step(StepKind::kCosts) != nullptr;
  return is_here || order == nullptr ? "in progress" : "ordered" + expected_text(*order);
}

money::Money known_cost(const Purchase& purchase) {
  const PurchaseStep* const order = purchase.step(StepKind::kOrder);
  const bool only_ordered = state_of(purchase) == "ordered" && order != nullptr;
  return only_ordered ? order->costs.front().amount : purchase.cost();
}

void add_steps(report::Table& facts, const Purchase& purchase) {
  for (const PurchaseStep& step : purchase.steps) {
    for (const PurchaseCost& cost : step.costs) {
      const bool order = step.kind == StepKind::kOrder;
      std::string text = fmt::format("{}{}", format(cost.amount),
                                     cost.paid ? fmt::format(", {}", format(*cost.paid)) : "");
      text += fmt::format(", on {}", format(step.on));
      if (step.on != step.effective) text += fmt::format(", posted on {}", format(step.effective));
      facts.add_row({order ? std::string("ordered") : std::string(books::name(cost.kind)),
                     text + from_text(step) + expected_text(step) + document_of(step)});
    }
    if (step.costs.empty() && !step.document.empty()) {
      facts.add_row({std::string(books::name(step.kind)), books::document_text(step.document)});
    }
  }
}

Status print_undone(const Context& context, const books::PurchaseAnswer& answer,
                    const EntryListing& listing, books::Effect effect) {
  const PurchaseStep& step = answer.step;
  const bool written = effect == books::Effect::kWrite;
  if (context.json()) {
    Json json = Json::object();
    json.set("asset", answer.purchase.asset)
        .set("event", books::name(step.kind))
        .set("on", step.on)
        .set("effective", step.effective)
        .set("written", written)
        .set("entries", listing.json());
    if (answer.stood) json.set("readings", readings_json(answer.readings));
    if (!answer.ruled.empty()) json.set("tax_years", ruled_json(answer.ruled));
    if (!answer.again.empty()) json.set("posted_again", posted_again_json(answer.again));
    return print(json.text() + "\n");
  }
  std::string what = fmt::format("'{}' was placed in service", answer.purchase.asset);
  std::string now = fmt::format("it is in progress, with {}", format(answer.purchase.cost()));
  if (step.kind != StepKind::kPlacing) {
    what = fmt::format("'{}' was {}", answer.purchase.asset,
                       step.kind == StepKind::kOrder ? "ordered" : "acquired");
    if (answer.purchase.step(StepKind::kCosts) == nullptr) now = "it is ordered";
    if (answer.forgotten) now = "its name is free";
  }
  return print(
      fmt::format("{} that {} on {}; {}{}.\n{}{}{}{}", written ? "Undid" : "Would undo", what,
                  format(step.on), written ? "" : "then ", now,
                  readings_gone_text(answer.readings, answer.purchase.asset, "placed", effect),
                  ruled_text(answer.ruled, effect),
                  posted_again_text(answer.again, answer.purchase.asset, effect),
                  listing.count() == 0 ? "" : listing.text()));
}

}  // namespace purser::cli
