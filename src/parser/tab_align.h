#pragma once

#include <string>
#include <string_view>

namespace invar {

/// Brackets a stretch of text that tab_aligned() and trimmed() leave as it is. Cannot occur in UTF-8.
inline constexpr char kVerbatim = '\xff';

/// Elastic tab stops as Go's text/tabwriter makes them for the printer (cells of at least one blank between them, leading empty cells
/// as tabs, empty columns of \v dropped): \t and \v end a cell, \n a line, \f a line and all columns.
std::string tab_aligned(std::string_view text);

/// Without blanks at line ends, and without the kVerbatim marks.
std::string trimmed(std::string_view text);

}  // namespace invar
