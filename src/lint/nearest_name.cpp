#include "src/lint/nearest_name.h"

#include "src/base/quote.h"

namespace invar::lint {

void suggest(Finding& finding, const Span& at, const std::vector<std::string>& candidates) {
  const std::string_view written = at.text();
  std::vector<std::string_view> names;
  for (const std::string& candidate : candidates)
    if (candidate != written) names.emplace_back(candidate);
  const auto nearest = nearest_name(written, names);
  if (!nearest) return;
  const std::string name(nearest->name);
  finding.help = "did you mean " + invar::quoted(name) + "?";
  finding.fix = Fix{"write " + name, nearest->certain, {{at, name}}};
}

}  // namespace invar::lint
