#include "cli/history_words.h"

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/asset_words.h"
#include "cli/disposal_words.h"
#include "cli/event_answer.h"

namespace purser::cli {
namespace {

using books::Book;
using books::Happened;
using books::History;
using books::Portion;
using money::Money;
using report::Json;

std::string joined(const std::vector<std::string>& parts) {
  return fmt::format("{}", fmt::join(parts, ", "));
}

// "over 4y, straight-line, full-month, salvage USD 3,000.00"
std::string terms_text(const books::Terms& terms) {
  std::vector<std::string> parts{books::name(terms.method),
                                 std::string(books::name(terms.convention))};
  if (!terms.life.is_none()) {
    parts.insert(parts.begin(), fmt::format("over {}", format(terms.life)));
  }
  const Money salvage = salvage_of(terms);
  if (!salvage.is_zero()) parts.push_back(fmt::format("salvage {}", format(salvage)));
  return joined(parts);
}

void add_paid(std::vector<std::string>& parts, const std::optional<money::Foreign>& paid) {
  if (paid) parts.push_back(format(*paid));
}

void add_serial(std::vector<std::string>& parts, const books::PurchaseStep& step) {
  if (!step.serial.empty()) parts.push_back(fmt::format("serial number '{}'", step.serial));
}

// What passed in that book: its cost, and what was written off of it.
struct Passed {
  std::int64_t cost = 0;
  std::int64_t off = 0;
};
Passed passed_of(const std::vector<Portion>& portions, Book book) {
  Passed passed;
  for (const Portion& portion : portions) {
    if (portion.book != book) continue;
    passed.cost += portion.cost;
    passed.off += portion.accumulated + portion.deducted + portion.impaired;
  }
  return passed;
}

// --- steps of a purchase -------------------------------------------------------------------------

Told told_of_order(const books::PurchaseStep& step) {
  Told told{.what = "ordered"};
  if (!step.costs.empty()) told.amount = step.costs.front().amount;
  std::vector<std::string> parts;
  if (!step.vendor.empty()) parts.push_back("from " + step.vendor);
  add_serial(parts, step);
  if (step.expected) parts.push_back(fmt::format("expected on {}", format(*step.expected)));
  told.details = joined(parts);
  return told;
}

Result<Told> told_of_costs(const books::PurchaseStep& step) {
  Told told{.what = "acquired"};
  std::vector<std::string> parts;
  for (const books::PurchaseCost& cost : step.costs) {
    PURSER_ASSIGN(told.amount, money::add(told.amount.value_or(Money::zero(cost.amount.currency())),
                                          cost.amount));
    const bool alone = step.costs.size() == 1;
    if (!alone || cost.kind != books::CostKind::kPrice) {
      parts.push_back(alone ? std::string(books::name(cost.kind))
                            : fmt::format("{} {}", books::name(cost.kind), format(cost.amount)));
    }
    add_paid(parts, cost.paid);
  }
  if (!step.vendor.empty()) parts.push_back("from " + step.vendor);
  add_serial(parts, step);
  told.details = joined(parts);
  return told;
}

// Its terms are those that it stands by.
Told told_of_service_begun(const books::PurchaseStep& step, const History& history) {
  const bool at_once = step.kind == books::StepKind::kAddition;
  Told told{.what = at_once ? "added" : "placed in service"};
  std::vector<std::string> parts;
  for (const books::PurchaseCost& cost : step.costs) {
    told.amount = cost.amount;
    add_paid(parts, cost.paid);
  }
  if (history.stands) {
    if (!told.amount) told.amount = history.stands->terms.cost;
    parts.push_back(terms_text(history.stands->terms));
  }
  add_serial(parts, step);
  told.details = joined(parts);
  return told;
}

// --- events --------------------------------------------------------------------------------------

struct EventWords {
  const Happened& happened;
  const History& history;
  const books::Event& event;
  Book book;  // in which amounts are told

  Result<Told> operator()(const books::Disposal& what) const {
    std::vector<std::string> parts;
    for (const auto& [its, gone] : happened.gone) {
      parts.push_back(its == Book::kFinancial ? gain_text(gone.gain)
                                              : fmt::format("in the {} book {}", books::name(its),
                                                            gain_text(gone.gain)));
    }
    add_paid(parts, what.paid);
    return Told{std::string(books::name(books::leaving_of(what))), what.proceeds, joined(parts)};
  }
  Result<Told> operator()(const books::Improvement& what) const {
    return Told{what.cost.is_negative() ? "credited" : "improved", what.cost,
                what.paid ? format(*what.paid) : ""};
  }
  Result<Told> operator()(const books::Repair& what) const {
    return Told{"repaired", what.cost, what.paid ? format(*what.paid) : ""};
  }
  Result<Told> operator()(const books::Estimate& what) const {
    std::vector<std::string> parts;
    if (what.life) parts.push_back(fmt::format("life {}", format(*what.life)));
    if (what.salvage) parts.push_back(fmt::format("salvage {}", format(*what.salvage)));
    if (what.method) parts.push_back(books::name(*what.method));
    return Told{"estimated", std::nullopt, joined(parts)};
  }
  Result<Told> operator()(const books::Impairment& what) const {
    return measured("impaired", fmt::format("to {}", format(what.recoverable)));
  }
  Result<Told> operator()(const books::Revaluation& what) const {
    return measured("revalued", fmt::format("to {}", format(what.fair_value)));
  }
  Result<Told> operator()(const books::Move& what) const {
    return Told{"moved", std::nullopt, place_text(what)};
  }
  Result<Told> operator()(const books::Measurement& what) const {
    return Told{"measured", std::nullopt, watts_text(what)};
  }
  Result<Told> operator()(const books::Pause&) const { return Told{"paused"}; }
  Result<Told> operator()(const books::Resume&) const { return Told{"resumed"}; }
  Result<Told> operator()(const books::Opening& what) const {
    return what.part_of.empty() ? passed("taken over", "from other books", what.portions)
                                : passed("split off", "of '" + what.part_of + "'", what.portions);
  }
  Result<Told> operator()(const books::Split& what) const {
    return passed("split", "'" + what.part + "' goes on by itself", what.portions, -1);
  }
  Result<Told> operator()(const books::Merge& what) const {
    return passed("merged", "with '" + what.merged + "'", what.portions);
  }
  Result<Told> operator()(const books::Merged& what) const {
    return passed("merged", "a part of '" + what.into + "' from then on", what.portions, -1);
  }
  Result<Told> operator()(const books::Reinstatement&) const { return Told{"reinstated"}; }

 private:
  Result<Told> measured(std::string what, std::string to) const {
    Told told{.what = std::move(what), .details = std::move(to)};
    if (happened.undone || !history.stands) return told;
    PURSER_ASSIGN(const books::Course course, history.stands->course(book));
    const books::Measured* const moved = course.measured(event.id);
    if (moved == nullptr) return told;
    told.amount = Money(moved->carried_after - moved->carried_before, history.stands->currency());
    return told;
  }
  Result<Told> passed(std::string what, std::string with, const std::vector<Portion>& portions,
                      std::int64_t sign = 1) const {
    Told told{.what = std::move(what), .details = std::move(with)};
    if (!history.stands) return told;
    const Passed its = passed_of(portions, book);
    const money::Currency currency = history.stands->currency();
    told.amount = Money(sign * its.cost, currency);
    told.details += fmt::format(", {} of it written off", format(Money(its.off, currency)));
    return told;
  }
};

// --- all of it -----------------------------------------------------------------------------------

struct HappenedWords {
  const Happened& happened;
  const History& history;
  std::optional<Book> book;

  Result<Told> operator()(const books::IntoBook& what) const {
    Told told{.what = "added", .amount = what.cost};
    std::vector<std::string> parts;
    if (what.book != Book::kFinancial) {
      parts.push_back(fmt::format("to the {} book", books::name(what.book)));
    }
    if (what.terms) parts.push_back(terms_text(*what.terms));
    told.details = joined(parts);
    return told;
  }
  Result<Told> operator()(const books::PurchaseStep& step) const {
    if (step.kind == books::StepKind::kOrder) return told_of_order(step);
    if (step.kind == books::StepKind::kCosts) return told_of_costs(step);
    return told_of_service_begun(step, history);
  }
  Result<Told> operator()(const books::Event& event) const {
    const Book its = event.book.value_or(book.value_or(Book::kFinancial));
    PURSER_ASSIGN(Told told, std::visit(EventWords{happened, history, event, its}, event.what));
    if (event.book && *event.book != Book::kFinancial) {
      told.details += fmt::format("{}in the {} book", told.details.empty() ? "" : ", ",
                                  books::name(*event.book));
    }
    return told;
  }
  Result<Told> operator()(const books::Service& service) const {
    std::vector<std::string> parts;
    if (!service.note.empty()) parts.push_back(service.note);
    add_paid(parts, service.paid);
    if (service.downtime.count() != 0) {
      parts.push_back(fmt::format("{} down", humanize(service.downtime)));
    }
    if (service.next_due) parts.push_back(fmt::format("next due {}", format(*service.next_due)));
    return Told{"service", service.cost, joined(parts)};
  }
  Result<Told> operator()(const books::Cover& cover) const {
    return Told{"covered", std::nullopt,
                fmt::format("{} until {}{}", books::name(cover.kind), format(cover.until),
                            cover.note.empty() ? "" : ", " + cover.note)};
  }
  Result<Told> operator()(const books::Condition& condition) const {
    std::vector<std::string> parts;
    const auto add = [&](const std::optional<std::int64_t>& count, std::string_view unit) {
      if (count) parts.push_back(fmt::format("{} {}", *count, unit));
    };
    add(condition.hours, "hours");
    add(condition.celsius, "°C");
    add(condition.ecc_errors, "ECC errors");
    add(condition.xid_errors, "XIDs");
    if (condition.work_permille) {
      parts.push_back(fmt::format("{}.{}% of its work when new", *condition.work_permille / 10,
                                  *condition.work_permille % 10));
    }
    return Told{"condition", std::nullopt, joined(parts)};
  }
};

bool concerns(const Happened& happened, Book book) {
  if (const auto* added = std::get_if<books::IntoBook>(&happened.what)) return added->book == book;
  const auto* const event = std::get_if<books::Event>(&happened.what);
  return event == nullptr || event->concerns(book);
}

Json json_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json gone_json(const Happened& happened) {
  Json json = Json::object();
  for (const auto& [book, gone] : happened.gone) {
    Json its = Json::object();
    its.set("cost", gone.cost)
        .set("accumulated", gone.accumulated)
        .set("impaired", gone.impaired)
        .set("carrying_amount", gone.carrying)
        .set("proceeds", gone.proceeds)
        .set("gain", gone.gain);
    json.set(books::name(book), its);
  }
  return json;
}

}  // namespace

// What is numbered by others: of an event, a step of a purchase or a service.
std::string document_of(const Happened& happened) {
  if (const auto* event = std::get_if<books::Event>(&happened.what)) return event->document;
  if (const auto* step = std::get_if<books::PurchaseStep>(&happened.what)) return step->document;
  const auto* const service = std::get_if<books::Service>(&happened.what);
  return service != nullptr ? service->document : std::string();
}

Result<std::optional<Told>> told_of(const Happened& happened, const History& history,
                                    std::optional<Book> book) {
  if (book && !concerns(happened, *book)) return std::nullopt;
  PURSER_ASSIGN(Told told, std::visit(HappenedWords{happened, history, book}, happened.what));
  if (happened.effective != happened.on) told.counts_from = happened.effective;
  told.undone = happened.undone;
  told.document = document_of(happened);
  return told;
}

Json json_of(const Happened& happened, const Told& told) {
  Json json = Json::object();
  json.set("on", happened.on)
      .set("what", told.what)
      .set("amount", told.amount)
      .set("details", told.details)
      .set("document", json_or_null(told.document))
      .set("counts_from", told.counts_from)
      .set("recorded", happened.recorded)
      .set("who", json_or_null(happened.who));
  Json undone;
  if (told.undone) {
    undone = Json::object();
    undone.set("recorded", told.undone->recorded).set("who", json_or_null(told.undone->who));
  }
  json.set("undone", undone).set("key", json_or_null(happened.key));
  if (const auto* event = std::get_if<books::Event>(&happened.what)) {
    json.set("event", books::name(event->what)).set("id", event->id);
  }
  if (const auto* service = std::get_if<books::Service>(&happened.what)) {
    json.set("downtime_seconds", seconds(service->downtime)).set("next_due", service->next_due);
  }
  if (const auto* cover = std::get_if<books::Cover>(&happened.what)) {
    json.set("cover", books::name(cover->kind)).set("until", cover->until);
  }
  if (!happened.gone.empty()) json.set("gone", gone_json(happened));
  return json;
}

Json json_of(const books::LoggedService& logged) {
  const books::Service& service = logged.service;
  Json json = Json::object();
  json.set("asset", service.asset)
      .set("on", service.on)
      .set("cost", service.cost)
      .set("downtime_seconds", seconds(service.downtime))
      .set("next_due", service.next_due)
      .set("note", service.note)
      .set("document", json_or_null(service.document))
      .set("recorded", logged.recorded)
      .set("who", json_or_null(logged.who));
  return json;
}

}  // namespace purser::cli
