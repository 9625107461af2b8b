// Words: trimming, nearest names for 'did you mean', and safe names.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace purser {

std::string_view trim(std::string_view text);

std::vector<std::string_view> split(std::string_view text, char separator);

// The candidate most like `name`, if any is near enough to be what was meant (Damerau-Levenshtein
// distance of at most a third of the length, the case of letters aside). Ties go to the earlier
// candidate.
std::optional<std::string> nearest_name(std::string_view name,
                                        std::span<const std::string> candidates);
// "; did you mean 'server'?" or nothing.
std::string did_you_mean(std::string_view name, std::span<const std::string> candidates);

// Lower-case letters, digits, '-', '_' and '.', starting with a letter or digit, 1 to 64
// characters: what budgets, models and runs may be called.
bool is_plain_name(std::string_view name);
// The same with capital letters too: what has a number on its label, such as IT-0001.
bool is_label(std::string_view name);

// With small letters for the capital ones of ASCII.
std::string lower_case(std::string_view text);

// Text as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
std::string json_quote(std::string_view text);

// Text as one word of a POSIX shell: as it is where nothing in it has a meaning there, otherwise
// in single quotes.
std::string shell_word(std::string_view text);

// Length in bytes of the UTF-8 sequence at the front of `text`, or 0 if it is not one.
std::size_t utf8_length(std::string_view text);

// How many terminal columns the text takes: UTF-8 code points, escape sequences not counted.
std::size_t display_width(std::string_view text);

}  // namespace purser
