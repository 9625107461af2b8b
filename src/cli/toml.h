// toml++ 3.3, as it can be used here: errors are values, not exceptions. Only what parses a file
// includes this.
#pragma once

#define TOML_EXCEPTIONS 0
// Without exceptions its parser asserts what it has just found untrue and noted as the error:
// `[*` would end a build with assertions.
#define TOML_ASSERT(condition) static_cast<void>(0)
#include <toml++/toml.h>
