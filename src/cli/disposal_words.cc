#include "cli/disposal_words.h"

#include <fmt/format.h>

#include "books/disposal.h"

namespace purser::cli {

using money::Money;

std::string gain_text(Money gain) {
  if (gain.is_zero()) return "neither gain nor loss";
  return gain.is_negative() ? fmt::format("a loss of {}", format(-gain))
                            : fmt::format("a gain of {}", format(gain));
}

Result<std::string> outcome_text(const books::Asset& asset, const books::Event& event) {
  const auto* const disposal = std::get_if<books::Disposal>(&event.what);
  if (disposal == nullptr) return std::string();
  PURSER_ASSIGN(const books::DisposalFigures financial,
                books::disposal_figures(asset, books::Book::kFinancial, event));
  std::string text = disposal->proceeds.is_zero()
                         ? std::string()
                         : fmt::format(" for {}", format(disposal->proceeds));
  text += ": " + gain_text(financial.gain);
  for (const books::MemoTerms& memo : asset.memo) {
    PURSER_ASSIGN(const books::DisposalFigures its,
                  books::disposal_figures(asset, memo.book, event));
    text += fmt::format(", in the {} book {}", books::name(memo.book), gain_text(its.gain));
  }
  return text;
}

}  // namespace purser::cli
