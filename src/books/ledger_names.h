// Names and sentences in the grammars of hledger and beancount. Behind the door.
//
// Every mapping is injective: what differs in the books differs in the export. What a grammar
// cannot hold is written as the hexadecimal digits of its bytes. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

namespace purser::books {

// One line of text that no comma, semicolon or bar can end: "a,b" is "a%2Cb".
std::string hledger_text(std::string_view text);
// Letters, digits and single blanks between them stay: "Assets:My Rack" is itself, "a;b" "a%3Bb".
std::string hledger_account(std::string_view account);

// With its quotes.
std::string beancount_string(std::string_view text);
// Components of ASCII letters, digits and '-' under one of beancount's five roots. Bytes outside
// become "--2F"; "X---" stands before what begins with no capital or digit; an account under
// another root goes under "Equity:X----Other".
std::string beancount_account(std::string_view account);

}  // namespace purser::books
