// The register as a page to print: one file of HTML that needs no network and no script. Heads of
// columns stand on every sheet, no line is cut in two, and sheets are numbered.
#include <utility>

#include <fmt/format.h>

#include "cli/context.h"
#include "cli/register_sheet.h"

namespace purser::cli {
namespace {

using books::ClassMovements;
using books::Movements;
using books::Standing;
using money::Money;

constexpr std::string_view kStyle = R"css(
@page { size: A4 landscape; margin: 14mm 12mm 16mm;
  @bottom-right { content: "sheet " counter(page) " of " counter(pages); font: 8pt sans-serif; } }
:root { color-scheme: light; }
body { font: 10pt/1.35 "Liberation Sans", Arial, sans-serif; color: #111; background: #fff;
  max-width: 270mm; margin: 8mm auto; padding: 0 4mm; }
h1 { font-size: 15pt; margin: 0; }
h2 { font-size: 12pt; margin: 8mm 0 2mm; break-after: avoid; }
p { margin: 1mm 0; }
.note { color: #444; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 8.5pt; margin-top: 3mm; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { text-align: left; padding: 0.7mm 2mm 0.7mm 0; vertical-align: top; }
th { border-bottom: 0.3mm solid #111; }
td.amount, th.amount { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
tr.class td { font-weight: bold; padding-top: 3mm; break-after: avoid; }
tr.sum td { border-top: 0.2mm solid #111; font-weight: bold; break-before: avoid; }
.signatures { display: flex; gap: 12mm; margin-top: 14mm; break-inside: avoid; }
.signatures div { flex: 1; border-top: 0.2mm solid #111; padding-top: 1mm; font-size: 8.5pt; }
@media print { body { margin: 0; padding: 0; max-width: none; } .wide { overflow: visible; } }
)css";

std::string escaped(std::string_view text) {
  std::string html;
  for (const char one : text) {
    switch (one) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      default:
        html += one;
    }
  }
  return html;
}

std::string amount_cells(std::initializer_list<Money> amounts) {
  std::string html;
  for (const Money amount : amounts) {
    html += fmt::format("<td class=\"amount\">{}</td>", format(amount));
  }
  return html;
}

Result<std::string> movements_table(const ClassMovements& one) {
  PURSER_ASSIGN(const Movements carrying, carrying_of(one));
  std::string rows;
  for (const books::Movement& moved : movements_shown(one)) {
    rows += fmt::format("<tr{}><td>{}</td>{}</tr>\n",
                        moved.amount == &Movements::closing ? " class=\"sum\"" : "", moved.text,
                        amount_cells({one.cost.*moved.amount, one.accumulated.*moved.amount,
                                      carrying.*moved.amount}));
  }
  return fmt::format(
      "<table class=\"moved\"><thead><tr><th>{}</th><th class=\"amount\">cost</th>"
      "<th class=\"amount\">accumulated</th><th class=\"amount\">carrying amount</th></tr>"
      "</thead><tbody>\n{}</tbody></table>\n",
      escaped(one.asset_class), rows);
}

class PageSheet final : public RegisterSheet {
 public:
  explicit PageSheet(RegisterPage page) : page_(std::move(page)) {}

  Status take(const RegisterLine& line) override {
    std::string html = begun();
    const Standing& standing = line.standing;
    if (line.asset_class != class_) {
      html += end_of_class();
      class_ = line.asset_class;
      html += fmt::format("<tbody>\n<tr class=\"class\"><td colspan=\"9\">{}</td></tr>\n",
                          escaped(class_));
    }
    PURSER_TRY(of_class_.add(standing));
    PURSER_TRY(all_.add(standing));
    ++assets_;
    html += fmt::format(
        "<tr><td>{}{}</td><td>{}</td><td>{}{}</td><td>{}</td><td>{}</td><td>{}</td>{}</tr>\n",
        escaped(line.asset),
        line.serial.empty() ? std::string()
                            : fmt::format("<br><small>{}</small>", escaped(line.serial)),
        escaped(line.site), line.in_service ? format(*line.in_service) : "",
        line.disposed ? fmt::format(" until {}", format(*line.disposed)) : std::string(), line.life,
        escaped(line.method), line.convention,
        amount_cells({standing.cost, standing.accumulated, standing.carrying}));
    return print(html);
  }

  Status finish() override {
    std::string html = begun() + end_of_class();
    if (assets_ == 0) html += "<tbody><tr><td colspan=\"9\">No asset was in service.</td></tr>";
    if (classes_ > 1) {
      html += fmt::format("<tbody>\n{}</tbody>\n", sums("sum of all", all_));
    }
    html += "</table></div>\n";
    PURSER_ASSIGN(const std::string moved, movements());
    html += moved;
    html += fmt::format(
        "<p class=\"note\">{} asset{}. The journal was found sound: {} entr{}{}.</p>\n"
        "<div class=\"signatures\"><div>Prepared by, on</div><div>Checked by, on</div></div>\n"
        "</body></html>\n",
        assets_, assets_ == 1 ? "" : "s", page_.journal.entries,
        page_.journal.entries == 1 ? "y" : "ies",
        page_.journal.head.empty() ? "" : "; its head is " + page_.journal.head);
    return print(html);
  }

 private:
  // What stands before the first line, and once.
  std::string begun() {
    if (std::exchange(begun_, true)) return {};
    const std::string month = format(page_.month);
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'\">\n"
        "<title>Register of assets, {0}, {1} book, {2}</title>\n<style>{3}</style></head><body>\n"
        "<h1>{0}</h1>\n<p>Register of assets in the {1} book at the end of {2}, as posted.</p>\n"
        "<p class=\"note\">{2} is {4}.</p>\n"
        "<div class=\"wide\"><table class=\"register\"><thead><tr><th>asset</th><th>site</th>"
        "<th>in service</th><th>life</th><th>method</th><th>convention</th>"
        "<th class=\"amount\">cost</th><th class=\"amount\">accumulated</th>"
        "<th class=\"amount\">carrying amount</th></tr></thead>\n",
        escaped(page_.title), books::name(page_.book), month, kStyle,
        page_.closed ? "closed: these figures stay as they are"
                     : "open: these figures may still change");
  }

  static std::string sums(const std::string& name, const StandingSums& sums) {
    std::string html;
    for (const auto& [code, sum] : sums.by_currency()) {
      html += fmt::format("<tr class=\"sum\"><td colspan=\"6\">{}</td>{}</tr>\n", escaped(name),
                          amount_cells({sum.cost, sum.accumulated, sum.carrying}));
    }
    return html;
  }

  std::string end_of_class() {
    if (class_.empty()) return {};
    ++classes_;
    return sums("sum of " + class_, std::exchange(of_class_, {})) + "</tbody>\n";
  }

  Result<std::string> movements() const {
    if (page_.movements.empty()) return std::string();
    std::string html =
        fmt::format("<h2>From the first of {} to the end of {}</h2>\n<div class=\"wide\">",
                    format(page_.first), format(page_.month));
    PURSER_ASSIGN(const auto sums, sums_of_classes(page_.movements));
    for (const auto* tables : {&page_.movements, &sums}) {
      for (const ClassMovements& one : *tables) {
        PURSER_ASSIGN(const std::string table, movements_table(one));
        html += table;
      }
    }
    return html + "</div>\n";
  }

  RegisterPage page_;
  bool begun_ = false;
  std::string class_;
  StandingSums of_class_;
  StandingSums all_;
  std::int64_t assets_ = 0;
  int classes_ = 0;
};

}  // namespace

std::unique_ptr<RegisterSheet> page_sheet(RegisterPage page) {
  return std::make_unique<PageSheet>(std::move(page));
}

}  // namespace purser::cli
