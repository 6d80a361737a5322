#include "src/text/nearest_name.h"

#include <algorithm>
#include <string>

#include "src/text/ascii.h"

namespace invar {
namespace {

/// Letters that were changed, added, left out or swapped.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

std::string without_style(std::string_view name) {
  std::string plain;
  for (const char byte : name)
    if (byte != '_' && byte != '-') plain += ascii::to_lower(byte);
  return plain;
}

/// One is the other with something before or behind it: `includeNamespaces`, `namespaces`.
bool is_part(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  return a.size() >= 5 && (b.starts_with(a) || b.ends_with(a));
}

}  // namespace

std::optional<Nearest> nearest_name(std::string_view name, const std::vector<std::string_view>& candidates) {
  constexpr size_t kFar = 1000;
  const std::string plain = without_style(name);
  const size_t allowed = std::max<size_t>(name.size() > 3 ? 2 : 1, name.size() / 5);
  std::string_view best;
  size_t best_distance = kFar, one_away = 0;
  for (const std::string_view candidate : candidates) {
    const std::string other = without_style(candidate);
    const size_t longer = std::max(name.size(), candidate.size()) - std::min(name.size(), candidate.size());
    size_t far = plain == other ? 0 : longer > allowed ? longer : distance(name, candidate);
    one_away += far <= 1;
    if (far > allowed) far = is_part(plain, other) ? allowed + 1 : kFar;
    if (far < best_distance) best = candidate, best_distance = far;
  }
  if (best_distance == kFar) return std::nullopt;
  return Nearest{best, best_distance <= 1 && one_away == 1};
}

}  // namespace invar
