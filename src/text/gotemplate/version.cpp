#include "src/text/gotemplate/version.h"

#include <algorithm>
#include <array>
#include <vector>

#include "src/base/quote.h"
#include "src/text/number.h"
#include "src/text/regex.h"

namespace invar::gotemplate {
namespace {

constexpr size_t kMaxVersion = 256, kMaxConstraint = 512, kMaxGroups = 32;
#define INVAR_VERSION_TAIL "(-([0-9A-Za-z\\-]+(\\.[0-9A-Za-z\\-]+)*))?(\\+([0-9A-Za-z\\-]+(\\.[0-9A-Za-z\\-]+)*))?"
#define INVAR_CONSTRAINT_VERSION "v?([0-9|x|X|\\*]+)(\\.[0-9|x|X|\\*]+)?(\\.[0-9|x|X|\\*]+)?" INVAR_VERSION_TAIL
#define INVAR_OPERATORS "=||!=|>|<|>=|=>|<=|=<|~|~>|\\^"

/// The expressions semver reads with.
struct Expressions {
  Regex version = *Regex::compile("^v?([0-9]+)(\\.[0-9]+)?(\\.[0-9]+)?" INVAR_VERSION_TAIL "$");
  Regex constraint = *Regex::compile("^\\s*(" INVAR_OPERATORS ")\\s*(" INVAR_CONSTRAINT_VERSION ")\\s*$");
  Regex range = *Regex::compile("\\s*(" INVAR_CONSTRAINT_VERSION ")\\s+-\\s+(" INVAR_CONSTRAINT_VERSION ")\\s*");
  Regex each = *Regex::compile("(" INVAR_OPERATORS ")\\s*(" INVAR_CONSTRAINT_VERSION ")");
  Regex valid = *Regex::compile("^(\\s*(" INVAR_OPERATORS ")\\s*(" INVAR_CONSTRAINT_VERSION ")\\s*)((?:\\s+|,\\s*)(" INVAR_OPERATORS
                                ")\\s*(" INVAR_CONSTRAINT_VERSION ")\\s*)*$");
};
#undef INVAR_VERSION_TAIL
#undef INVAR_CONSTRAINT_VERSION
#undef INVAR_OPERATORS

const Expressions& expressions() {
  static const Expressions kExpressions;
  return kExpressions;
}

bool read_segment(std::string_view text, uint64_t& out, std::string& error) {
  if (text.starts_with('.')) text.remove_prefix(1);
  if (text.empty()) return out = 0, true;
  const auto number = parse_uint(text);
  if (!number) return error = "error parsing version segment: " + number.error().what, false;
  out = *number;
  return true;
}

std::string_view take_part(std::string_view& rest) {
  const size_t dot = rest.find('.');
  const std::string_view part = rest.substr(0, dot);
  rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  return part;
}

/// Only digits of more than one must not begin with 0; all else that can be wrong the expression has refused.
bool has_padded_number(std::string_view prerelease) {
  while (!prerelease.empty()) {
    const std::string_view part = take_part(prerelease);
    if (part.size() > 1 && part[0] == '0' && part.find_first_not_of("0123456789") == std::string_view::npos) return true;
  }
  return false;
}

int compare_numbers(uint64_t a, uint64_t b) { return a < b ? -1 : a > b ? 1 : 0; }

int compare_part(std::string_view a, std::string_view b) {
  if (a == b) return 0;
  if (a.empty()) return -1;
  if (b.empty()) return 1;
  const auto x = parse_uint(a), y = parse_uint(b);
  if (!x && !y) return a > b ? 1 : -1;
  // As semver has it: a word against a number.
  if (!y) return -1;
  if (!x) return 1;
  return *x > *y ? 1 : -1;
}

int compare_prereleases(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    const std::string_view x = take_part(a), y = take_part(b);
    if (const int order = compare_part(x, y)) return order;
  }
  return 0;
}

/// One condition, such as >=1.2.x.
struct Constraint {
  std::string operation;
  std::string text;  // that `version` has views of
  Version version;
  bool minor_open = false, patch_open = false, open = false;  // 1.x, 1.2.x; any of them
};

bool is_x(std::string_view text) { return text == "x" || text == "*" || text == "X"; }

bool parse_constraint(std::string_view text, Constraint& out, std::string& error) {
  std::array<std::string_view, 7> m;
  if (!expressions().constraint.find(text, m)) return error = "improper constraint: " + quoted(text), false;
  const auto bare = [](std::string_view part) { return part.starts_with('.') ? part.substr(1) : part; };
  out.operation = m[1];
  const std::string prerelease(m[6]);
  if (is_x(m[3]) || m[3].empty()) {
    out.text = "0.0.0" + prerelease;
    out.open = true;
  } else if (is_x(bare(m[4])) || m[4].empty()) {
    out.text = std::string(m[3]) + ".0.0" + prerelease;
    out.minor_open = out.open = true;
  } else if (is_x(bare(m[5])) || m[5].empty()) {
    out.text = std::string(m[3]) + std::string(m[4]) + ".0" + prerelease;
    out.patch_open = out.open = true;
  } else {
    out.text = m[2];
  }
  if (parse_version(out.text, out.version, error)) return true;
  error = "constraint parser error";
  return false;
}

bool meets_tilde(const Version& v, const Constraint& c) {
  const Version& k = c.version;
  if (compare_versions(v, k) < 0) return false;
  if (k.major == 0 && k.minor == 0 && k.patch == 0 && !c.minor_open && !c.patch_open) return true;
  return v.major == k.major && (v.minor == k.minor || c.minor_open);
}

bool meets_caret(const Version& v, const Constraint& c) {
  const Version& k = c.version;
  if (compare_versions(v, k) < 0) return false;
  if (k.major > 0 || c.minor_open) return v.major == k.major;
  if (v.major > 0) return false;
  if (k.minor > 0 || c.patch_open) return v.minor == k.minor;
  return v.minor == 0 && k.patch == v.patch;
}

bool differs(const Version& v, const Constraint& c) {
  const Version& k = c.version;
  if (c.open) {
    if (k.major != v.major) return true;
    if (k.minor != v.minor && !c.minor_open) return true;
    if (c.minor_open) return false;
    if (k.patch != v.patch && !c.patch_open) return true;
    if (c.patch_open) return (!v.pre.empty() || !k.pre.empty()) && compare_prereleases(v.pre, k.pre) != 0;
  }
  return compare_versions(v, k) != 0;
}

bool is_greater(const Version& v, const Constraint& c) {
  const Version& k = c.version;
  if (!c.open) return compare_versions(v, k) == 1;
  if (v.major != k.major) return v.major > k.major;
  if (c.minor_open) return false;
  if (c.patch_open) return v.minor > k.minor;
  return compare_versions(v, k) == 1;
}

bool is_at_most(const Version& v, const Constraint& c) {
  const Version& k = c.version;
  if (!c.open) return compare_versions(v, k) <= 0;
  return v.major <= k.major && !(v.major == k.major && v.minor > k.minor && !c.minor_open);
}

bool meets(const Version& v, const Constraint& c, bool with_prereleases) {
  if (!v.pre.empty() && !with_prereleases) return false;
  const std::string& op = c.operation;
  if (op.empty() || op == "=") return c.open ? meets_tilde(v, c) : compare_versions(v, c.version) == 0;
  if (op == "!=") return differs(v, c);
  if (op == ">") return is_greater(v, c);
  if (op == "<") return compare_versions(v, c.version) < 0;
  if (op == ">=" || op == "=>") return compare_versions(v, c.version) >= 0;
  if (op == "<=" || op == "=<") return is_at_most(v, c);
  return op == "^" ? meets_caret(v, c) : meets_tilde(v, c);
}

/// "1.2 - 3.4" becomes ">= 1.2, <= 3.4 ".
std::string rewrite_ranges(std::string_view text) {
  std::string out(text);
  std::array<std::string_view, 12> m;
  RegexMatches ranges(expressions().range, text);
  while (ranges.next(m)) {
    const size_t at = out.find(m[0]);
    if (at != std::string::npos) out.replace(at, m[0].size(), ">= " + std::string(m[1]) + ", <= " + std::string(m[11]) + " ");
  }
  return out;
}

/// All conditions between two ||.
bool parse_group(std::string_view text, std::vector<Constraint>& out, std::string& error) {
  if (!expressions().valid.matches(text)) return error = "improper constraint: " + quoted(text), false;
  std::array<std::string_view, 1> m;
  RegexMatches conditions(expressions().each, text);
  std::vector<std::string_view> found;
  while (conditions.next(m)) found.push_back(m[0]);
  if (found.empty()) found.push_back(text);
  out.resize(found.size());  // not to grow any more: versions have views of their constraint's text
  for (size_t i = 0; i < found.size(); ++i)
    if (!parse_constraint(found[i], out[i], error)) return false;
  return true;
}

}  // namespace

void append_version(std::string& out, const Version& version) {
  out += std::to_string(version.major) + "." + std::to_string(version.minor) + "." + std::to_string(version.patch);
  if (!version.pre.empty()) (out += '-') += version.pre;
  if (!version.metadata.empty()) (out += '+') += version.metadata;
}

bool parse_version(std::string_view text, Version& out, std::string& error) {
  if (text.size() > kMaxVersion) return error = "version string is too long (max 256 bytes)", false;
  std::array<std::string_view, 9> m;
  if (!expressions().version.find(text, m)) return error = "invalid semantic version", false;
  out = {.pre = m[5], .metadata = m[8], .original = text};
  if (!read_segment(m[1], out.major, error) || !read_segment(m[2], out.minor, error) || !read_segment(m[3], out.patch, error)) return false;
  if (has_padded_number(out.pre)) return error = "version segment starts with 0", false;
  return true;
}

int compare_versions(const Version& a, const Version& b) {
  if (const int order = compare_numbers(a.major, b.major)) return order;
  if (const int order = compare_numbers(a.minor, b.minor)) return order;
  if (const int order = compare_numbers(a.patch, b.patch)) return order;
  if (a.pre.empty() || b.pre.empty()) return a.pre.empty() && b.pre.empty() ? 0 : a.pre.empty() ? 1 : -1;
  return compare_prereleases(a.pre, b.pre);
}

bool check_constraint(std::string_view text, const Version& version, bool& met, std::string& error) {
  if (text.size() > kMaxConstraint) return error = "constraint string is too long (max 512 bytes)", false;
  const std::string rewritten = rewrite_ranges(text);
  std::vector<std::string_view> parts;
  std::string_view rest = rewritten;
  for (size_t at; (at = rest.find("||")) != std::string_view::npos; rest.remove_prefix(at + 2)) parts.push_back(rest.substr(0, at));
  parts.push_back(rest);
  if (parts.size() > kMaxGroups) return error = "too many constraint groups (max 32)", false;
  met = false;
  for (const std::string_view part : parts) {
    std::vector<Constraint> group;
    if (!parse_group(part, group, error)) return false;
    const bool with_prereleases = std::any_of(group.begin(), group.end(), [](const Constraint& c) { return !c.version.pre.empty(); });
    met |= std::all_of(group.begin(), group.end(), [&](const Constraint& c) { return meets(version, c, with_prereleases); });
  }
  return true;
}

}  // namespace invar::gotemplate
