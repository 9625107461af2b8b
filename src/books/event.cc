#include "books/event.h"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace purser::books {

std::string_view name(const Happening& what) {
  const auto* const improvement = std::get_if<Improvement>(&what);
  if (improvement != nullptr && improvement->cost.is_negative()) return "credit";
  constexpr std::array<std::string_view, std::variant_size_v<Happening>> kNames{
      "disposal",    "improvement", "repair",      "estimate", "impairment",
      "revaluation", "move",        "measurement", "pause",    "resume",
      "opening",     "split",       "merge",       "merged",   "reinstatement"};
  return kNames[what.index()];
}

bool is_of_placement(const Happening& what) {
  return std::holds_alternative<Move>(what) || std::holds_alternative<Measurement>(what) ||
         std::holds_alternative<Pause>(what) || std::holds_alternative<Resume>(what);
}

const std::vector<Portion>* portions_of(const Happening& what) {
  return std::visit(
      [](const auto& one) -> const std::vector<Portion>* {
        if constexpr (requires { one.portions; }) {
          return &one.portions;
        } else {
          return nullptr;
        }
      },
      what);
}

std::vector<Portion>* portions_of(Happening& what) {
  return const_cast<std::vector<Portion>*>(portions_of(std::as_const(what)));
}

std::string_view partner_of(const Happening& what) {
  if (const auto* split = std::get_if<Split>(&what)) return split->part;
  if (const auto* merge = std::get_if<Merge>(&what)) return merge->merged;
  if (const auto* opening = std::get_if<Opening>(&what)) return opening->part_of;
  if (const auto* merged = std::get_if<Merged>(&what)) return merged->into;
  return {};
}

std::optional<Date> gone_since(std::span<const Event> events, std::optional<Date> gone) {
  for (const Event& event : events) {
    const bool leaves =
        std::holds_alternative<Disposal>(event.what) || std::holds_alternative<Merged>(event.what);
    if (leaves) gone = event.effective;
    if (std::holds_alternative<Reinstatement>(event.what)) gone.reset();
  }
  return gone;
}

const std::optional<money::Foreign>& paid_of(const Happening& what) {
  static const std::optional<money::Foreign> kNone;
  if (const auto* improvement = std::get_if<Improvement>(&what)) return improvement->paid;
  if (const auto* repair = std::get_if<Repair>(&what)) return repair->paid;
  if (const auto* disposal = std::get_if<Disposal>(&what)) return disposal->paid;
  return kNone;
}

std::string document_text(std::string_view document) {
  return fmt::format("document {}", document);
}

std::string with_document(std::string_view rule, std::string_view document) {
  return document.empty() ? std::string(rule)
                          : fmt::format("{}, {}", rule, document_text(document));
}

}  // namespace purser::books
