// The schema of the books in parts. Behind the door: Books::migrations() gives all of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace purser::books {

// Their texts last as long as the program.
std::vector<store::Migration> migrations_from_12_on();  // to 13
std::vector<store::Migration> migrations_from_14_on();

}  // namespace purser::books
