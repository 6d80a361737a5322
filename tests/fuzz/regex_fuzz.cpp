// A pattern, a newline, a text: every engine gives the answer of RE2, for the match, for all groups and for some of them.
#include <vector>

#include "src/base/check.h"
#include "src/text/regex.h"

namespace {

using namespace invar;
using Groups = std::vector<std::string_view>;

bool same(const Groups& a, const Groups& b) {
  for (size_t i = 0; i < a.size(); ++i)
    if (a[i].data() != b[i].data() || a[i].size() != b[i].size()) return false;
  return true;
}

void compare(const Regex& regex, std::string_view text) {
  const Regex reference = regex.by_reference();
  Groups groups(static_cast<size_t>(regex.group_count()) + 1), expected = groups;
  const bool found = regex.find(text, groups);
  INVAR_CHECK(found == reference.find(text, expected));
  INVAR_CHECK(found == regex.matches(text));
  if (!found) return;
  INVAR_CHECK(same(groups, expected));
  if (regex.group_count() < 2) return;
  const int last[] = {regex.group_count()};
  Groups few(2);
  INVAR_CHECK(regex.with_only(last).find(text, few));
  INVAR_CHECK(same(few, {groups.front(), groups.back()}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t newline = input.find('\n');
  if (newline == std::string_view::npos || newline > 100 || size > 1000) return 0;
  const std::string_view pattern = input.substr(0, newline), text = input.substr(newline + 1);
  const auto regex = Regex::compile(pattern);
  if (!regex) {
    INVAR_CHECK(regex.error().what.starts_with("error parsing regexp: "));
    return 0;
  }
  // RE2 20220601 itself takes `b|(?i)b` for `b`.
  if (pattern.find("(?") == std::string_view::npos || pattern.find('i') == std::string_view::npos) compare(*regex, text);
  if (const auto anchored = Regex::compile_anchored(pattern); anchored && pattern.find("(?") == std::string_view::npos)
    compare(*anchored, text);
  return 0;
}
