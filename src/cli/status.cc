#include "cli/status.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/files.h"
#include "cli/accounts.h"
#include "cli/report_file.h"
#include "cost/load.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using report::Align;
using report::Json;
using report::Table;
using report::TableStyle;

struct PricedAsset {
  std::string name;
  std::string site;
  std::optional<cost::RateCard> card;  // none: not in service today
  bool paused = false;
};

struct Overview {
  std::string workspace;
  Instant now{};
  std::vector<PricedAsset> assets;
  std::vector<budget::Standing> budgets;
  std::optional<meter::RunSummary> last_run;
  std::vector<std::string> next;  // command lines
};

Result<std::vector<PricedAsset>> priced_assets(const books::Books& books, Instant now) {
  std::vector<PricedAsset> priced;
  PURSER_ASSIGN(const auto assets, books.assets());
  for (const books::Asset& asset : assets) {
    PURSER_ASSIGN(const auto month, cost::load_month(books, asset, month_of(date_of(now))));
    const books::Placement placement = books::placement_on(asset, date_of(now));
    PricedAsset one{asset.name, placement.site, std::nullopt, placement.paused};
    const Interval& in_service = month.parts.in_service;
    if (in_service.start <= now && now < in_service.end) {
      PURSER_ASSIGN(one.card, cost::rate_card(month, date_of(now)));
    }
    priced.push_back(std::move(one));
  }
  return priced;
}

// "trained.onnx" or, where that is there, "trained-2.onnx": what writes it replaces nothing.
std::string free_name(std::string_view stem, std::string_view ending) {
  std::error_code ignored;
  std::string name = fmt::format("{}{}", stem, ending);
  for (int i = 2; fs::exists(name, ignored); ++i) name = fmt::format("{}-{}{}", stem, i, ending);
  return name;
}

// The last of "trained.onnx", "trained-2.onnx" … that is there; none: `otherwise`.
std::string last_name(std::string_view stem, std::string_view ending, std::string_view otherwise) {
  std::error_code ignored;
  std::string last(otherwise);
  std::string name = fmt::format("{}{}", stem, ending);
  for (int i = 2; fs::exists(name, ignored); ++i) {
    last = std::exchange(name, fmt::format("{}-{}{}", stem, i, ending));
  }
  return last;
}

// An earlier report is replaced, another file is not.
std::string report_name() {
  std::error_code ignored;
  const std::string usual = "report.html";
  return !fs::exists(usual, ignored) || is_report(usual) ? usual : free_name("report", ".html");
}

std::vector<std::string> first_training(std::string_view budget) {
  std::error_code ignored;
  std::vector<std::string> lines;
  if (!fs::exists("cnn.onnx", ignored)) {
    lines.emplace_back("purser model new cnn --input 1x28x28 --classes 10 -o cnn.onnx");
  }
  lines.push_back(fmt::format("purser train cnn.onnx --data fashion-mnist --budget {} -o {}",
                              budget, free_name("trained", ".onnx")));
  return lines;
}

// What somebody who follows the main job would do after what was done last. Names of files are
// those that are there, and free ones for what is written.
std::vector<std::string> next_steps(const Overview& status, money::Currency currency) {
  if (status.assets.empty()) {
    return {
        fmt::format("purser books site add home --tariff '{} 0.12/kWh' --pue 1.2", currency.code()),
        fmt::format("purser asset add server --site home --cost '{} 12,000.00' --life 48mo "
                    "--in-service {} --load-watts 250",
                    currency.code(), format(date_of(status.now)))};
  }
  const auto budget = std::ranges::find_if(status.budgets, [&](const budget::Standing& standing) {
    return standing.budget.amount.currency() == currency;
  });
  if (budget == status.budgets.end()) {
    return {fmt::format("purser budget set NAME '{} 1.00'", currency.code())};
  }
  if (!status.last_run) {
    return first_training(budget->budget.name);
  }
  const std::string& verb = status.last_run->run.verb;
  if (status.last_run->outcome == meter::Outcome::kRunning) return {"purser cost"};
  if (verb == "train") {
    return {fmt::format("purser optimize {} --data fashion-mnist --max-drop 0.5% -o {}",
                        last_name("trained", ".onnx", "TRAINED.onnx"),
                        free_name("small", ".onnx"))};
  }
  if (verb == "optimize") {
    return {fmt::format("purser serve {}", last_name("small", ".onnx", "MODEL.onnx"))};
  }
  return {"purser cost", "purser report -o " + report_name()};
}

Result<Overview> look_around(const Context& context) {
  PURSER_ASSIGN(Accounts accounts, Accounts::open(context, Spool::kCollect));
  PURSER_ASSIGN(const auto snapshot, accounts.begin_snapshot());
  Overview status;
  status.workspace = accounts.workspace().root().string();
  status.now = context.clock().now();
  PURSER_ASSIGN(status.assets, priced_assets(accounts.books(), status.now));
  PURSER_ASSIGN(const auto budgets, accounts.budgets().budgets());
  for (const budget::Budget& budget : budgets) {
    PURSER_ASSIGN(auto standing,
                  budget::load_standing(accounts.books(), accounts.records(), accounts.budgets(),
                                        budget.name, status.now));
    status.budgets.push_back(std::move(standing));
  }
  PURSER_ASSIGN(auto runs, accounts.records().runs());
  if (!runs.empty()) status.last_run = std::move(runs.back());
  // A budget buys what is priced in its own currency.
  money::Currency currency = accounts.workspace().currency();
  for (const PricedAsset& asset : status.assets) {
    if (!asset.card) continue;
    currency = asset.card->capacity.currency();
    break;
  }
  status.next = next_steps(status, currency);
  return status;
}

std::string text_of(const Overview& status) {
  std::string text = fmt::format("Workspace {}\n\n", status.workspace);
  const TableStyle style = TableStyle::for_stdout();
  Table assets(
      {{"asset"}, {"site"}, {"an hour under load", Align::kDecimal}, {"idle", Align::kDecimal}});
  for (const PricedAsset& asset : status.assets) {
    assets.add_row({asset.name, asset.site.empty() ? "-" : asset.site,
                    asset.card ? money::format(asset.card->hour_at_load()) : "not in service",
                    asset.paused ? "paused"
                    : asset.card ? money::format(asset.card->hour_idle())
                                 : ""});
  }
  text += assets.empty() ? "No assets yet: nothing has a price.\n" : assets.render(style);
  Table budgets({{"budget"}, {"left", Align::kDecimal}, {"of", Align::kDecimal}});
  for (const budget::Standing& standing : status.budgets) {
    budgets.add_row({standing.budget.name, money::format(standing.remaining()),
                     money::format(standing.budget.amount)});
  }
  if (!budgets.empty()) text += "\n" + budgets.render(style);
  if (status.last_run) {
    const meter::RunSummary& last = *status.last_run;
    const std::string told = fmt::format(
        "\nLast run: {}, {}{}{}, {}, {} of device time, ended {}\n", last.run.name, last.run.verb,
        last.run.model.empty() ? "" : " of ", last.run.model, meter::name(last.outcome),
        humanize(last.device_time), format(std::chrono::floor<std::chrono::seconds>(last.ended)));
    text += report::fit_sentences(told, style);
  }
  text += "\nNext:\n";
  for (const std::string& line : status.next) text += "  " + line + "\n";
  return text;
}

std::string json_of(const Overview& status) {
  Json assets = Json::array();
  for (const PricedAsset& asset : status.assets) {
    Json json = Json::object();
    json.set("asset", asset.name).set("site", asset.site).set("paused", asset.paused);
    json.set("price_per_hour_at_load", asset.card ? Json(asset.card->hour_at_load()) : Json());
    assets.push(
        json.set("price_per_hour_idle", asset.card ? Json(asset.card->hour_idle()) : Json()));
  }
  Json budgets = Json::array();
  for (const budget::Standing& standing : status.budgets) {
    Json json = Json::object();
    json.set("budget", standing.budget.name).set("amount", standing.budget.amount);
    budgets.push(json.set("remaining", standing.remaining()));
  }
  Json last;
  if (status.last_run) {
    last = Json::object();
    last.set("run", status.last_run->run.name).set("verb", status.last_run->run.verb);
    last.set("model", status.last_run->run.model);
    last.set("outcome", meter::name(status.last_run->outcome));
    last.set("device_seconds", seconds(status.last_run->device_time));
    last.set("ended", status.last_run->ended);
  }
  Json json = Json::object();
  json.set("workspace", status.workspace).set("as_of", status.now).set("assets", assets);
  return json.set("budgets", budgets).set("last_run", last).set("next", status.next).text() + "\n";
}

}  // namespace

Result<std::string> status_screen(const Context& context) {
  PURSER_ASSIGN(const Overview status, look_around(context));
  return context.json() ? json_of(status) : text_of(status);
}

}  // namespace purser::cli
