#pragma once

#include <cstddef>

namespace invar {

/// How many columns of a terminal a printable rune takes: 2 for wide ones (CJK, most emoji), 0 for those that combine with the one before.
size_t display_width(char32_t rune);

}  // namespace invar
