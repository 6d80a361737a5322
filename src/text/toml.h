#pragma once

// toml++ without exceptions, and without its assertions: it states as one what texts decide (that a key begins with a character of keys), and says
// what is wrong with such a text a few lines later.
#define TOML_EXCEPTIONS 0
#define TOML_ASSERT(condition) static_cast<void>(0)
#include <toml++/toml.h>
