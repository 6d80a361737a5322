// Any bytes as a YAML text that Alloy text may stand in, read in each way: no crash; every place is one of a text that is kept, and every edit changes
// bytes that are there.
#include <cstdint>
#include <cstdlib>

#include "src/lint/linter.h"
#include "src/lint/yaml_documents.h"

namespace {

using namespace invar;
using namespace invar::lint;

void check(const Span& span, const Document& document) {
  bool kept = false;
  for (const SourcePtr& source : document.sources) kept |= source.get() == span.source;
  if (!kept || span.begin > span.end || span.end > span.source->text().size()) std::abort();
}

void check(const YamlReading& reading) {
  if (reading.outcome != YamlOutcome::kRead && reading.why.empty()) std::abort();
  for (const Document& document : reading.documents)
    for (const Finding& finding : lint_document(document, {}).findings) check(finding.span, document);

  for (const Document& document : reading.documents) {
    for (const Finding& finding : document.findings) {
      check(finding.span, document);
      if (finding.message.empty() || finding.message.find('\n') != std::string::npos) std::abort();
      if (finding.fix)
        for (const Edit& edit : finding.fix->edits) check(edit.span, document);
    }
    for (const Snippet& snippet : document.snippets) {
      if (snippet.text.files.size() != 1) std::abort();
      for (const SourceMap::Piece& piece : snippet.map.pieces()) {
        check(piece.origin, document);
        if (piece.end > snippet.text.files[0]->text().size()) std::abort();
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto source = std::make_shared<const Source>("x.yaml", text);
  check(read_yaml(source, {}));
  check(read_yaml(source, {.kind = YamlKind::kHelmValues}));
  check(read_yaml(source, {.kind = YamlKind::kManifests}));
  YamlOptions set{.kind = YamlKind::kHelmValues};
  set.set.push_back({text.substr(0, text.find('\n'))});
  check(read_values({source, source}, set));
  return 0;
}
