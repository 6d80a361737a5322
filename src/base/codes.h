#pragma once

#include <string_view>

/// The stable codes of findings, as far as more than one folder speaks of them. A rule of lint has its code in its own file; docs/reference/rules has a page
/// for each.
namespace invar::codes {

inline constexpr std::string_view kUnreadable = "INV001"; // a file that cannot be read or decoded
inline constexpr std::string_view kSyntax = "INV101";
inline constexpr std::string_view kName = "INV110";       // a component, block or attribute that does not exist
inline constexpr std::string_view kStability = "INV111";  // exists, but not at this stability level
inline constexpr std::string_view kMissing = "INV112";    // a required attribute, block or label
inline constexpr std::string_view kDuplicate = "INV113";
inline constexpr std::string_view kPlace = "INV114";      // a block or label where none may stand
inline constexpr std::string_view kReference = "INV115";  // nothing of that name can be referred to
inline constexpr std::string_view kCycle = "INV116";
inline constexpr std::string_view kDeprecated = "INV117";
inline constexpr std::string_view kType = "INV120";
inline constexpr std::string_view kFunction = "INV121";   // no such function, or not for these arguments
inline constexpr std::string_view kRefused = "INV125";    // the component would refuse the value when it is loaded
inline constexpr std::string_view kStart = "INV126";      // the component is loaded, and does not start
inline constexpr std::string_view kRegex = "INV130";
inline constexpr std::string_view kLanguage = "INV131";   // LogQL, template, JMESPath, OTTL, time layout inside a string

}  // namespace invar::codes
