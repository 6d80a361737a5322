#include "src/text/ottl/strptime.h"

#include "src/base/quote.h"

namespace invar::ottl {
namespace {

constexpr std::string_view kDirectives = "YymoqbhBdegaAHlIpPMSLfsZzwijkDxFTXrRnt%c";
constexpr std::string_view kFractions = "Lfs";

/// The rune behind a percent sign; empty when none is, or a new line, which belongs to no directive.
std::string_view directive_at(std::string_view layout, size_t percent) {
  const std::string_view rest = layout.substr(percent + 1);
  if (rest.empty() || rest.front() == '\n') return {};
  size_t length;
  decode_rune(rest, length);
  return rest.substr(0, length);
}

/// The first place where a fraction of a second has something else before it than a point or a comma; empty when there is none.
std::string_view loose_fraction(std::string_view layout) {
  size_t before = 0;  // where the rune before `at` begins
  for (size_t at = 0; at < layout.size();) {
    const bool fraction = layout[at] == '%' && at + 1 < layout.size() && kFractions.find(layout[at + 1]) != std::string_view::npos;
    if (fraction && at > 0 && layout[at - 1] != '.' && layout[at - 1] != ',') return layout.substr(before, at + 2 - before);
    size_t length;
    decode_rune(layout.substr(at), length);
    before = at;
    at += length;
  }
  return {};
}

}  // namespace

std::optional<std::string> strptime_error(std::string_view layout) {
  if (layout.find_first_of("0123456789") != std::string_view::npos) return "format string should not contain decimals";
  if (const std::string_view fraction = loose_fraction(layout); !fraction.empty())
    return "invalid fractional seconds directive: '" + std::string(fraction) + "'. must be preceded with '.' or ','";
  std::string unknown;
  for (size_t at = layout.find('%'); at != std::string_view::npos;) {
    const std::string_view directive = directive_at(layout, at);
    if (!directive.empty() && (directive.size() > 1 || kDirectives.find(directive) == std::string_view::npos))
      unknown += std::string(unknown.empty() ? "" : " ") + "unsupported ctimefmt.toNative() directive: %" + std::string(directive);
    at = layout.find('%', at + 1 + directive.size());
  }
  if (unknown.empty()) return std::nullopt;
  return "invalid strptime format: [" + unknown + "]";
}

}  // namespace invar::ottl
