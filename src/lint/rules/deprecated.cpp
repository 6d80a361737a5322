#include "src/base/codes.h"
#include "src/language/catalog.h"
#include "src/lint/rule.h"

namespace invar::rules_deprecated {
using namespace lint;
namespace {

void mend(const ConfigModel&, Finding& finding) {
  const std::string_view written = finding.span.text();
  const std::string_view name = written.substr(0, written.find_first_of(". ("));
  const CatalogFunction* function = catalog_function(name);
  if (!function || function->use_instead.empty()) return;
  finding.help = "write " + std::string(function->use_instead);
  const Span at{finding.span.source, finding.span.begin, finding.span.begin + static_cast<uint32_t>(name.size())};
  finding.fix = Fix{finding.help, true, {{at, std::string(function->use_instead)}}};
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    codes::kDeprecated,
    "deprecated",
    FindingSeverity::kWarning,
    "The function has a successor, and will go away with a release of Alloy.",
    R"~(loki.write "w" {
  endpoint {
    url = env("LOKI_URL")
  }
}
)~",
    R"~(loki.write "w" {
  endpoint {
    url = sys.env("LOKI_URL")
  }
}
)~",
    "While an Alloy that has only the old name has to read the same file.",
    nullptr,
    "The name is one of the deprecated names of the language.",
    "the deprecated names of Alloy's manual",
    ExampleKind::kConfig,
    mend,
};

}  // namespace invar::rules_deprecated
