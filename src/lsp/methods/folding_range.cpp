#include "src/lsp/json_text.h"
#include "src/lsp/method.h"
#include "src/lsp/outline.h"

namespace invar::methods_folding_range {
using namespace lsp;
namespace {

class Folds {
 public:
  explicit Folds(const LineTable& lines) : lines_(lines) {}

  /// From the line of one byte to that of another, when there is more than one.
  void add(uint32_t begin, uint32_t end, std::string_view kind = {}) {
    const uint32_t first = lines_.position(begin).line, last = lines_.position(end).line;
    if (first < last)
      all_.push_back(json_object({{"startLine", std::to_string(first)}, {"endLine", std::to_string(last)}, {"kind", kind.empty() ? "" : json_string(kind)}}));
  }
  std::string json() const { return json_array(all_); }

 private:
  const LineTable& lines_;
  std::vector<std::string> all_;
};

/// Blocks, values over several lines, and comments that stand together. YAML is folded by those who know all of it.
Answer answer(Session& session, const json::Value& params) {
  const DocumentPtr document = session.document_of(params);
  if (!document || document->language() != Document::Language::kAlloy) return {};
  const Outline outline(document->source()->text());
  Folds folds(document->lines());
  for (const OutlineStatement& statement : outline.statements) {
    if (statement.kind == OutlineStatement::Kind::kBlock) folds.add(statement.open, statement.close);
    if (statement.kind == OutlineStatement::Kind::kAttribute) folds.add(statement.extent.begin, statement.extent.end);
  }
  for (size_t i = 0; i < outline.comments.size();) {
    const uint32_t begin = outline.comments[i].begin;
    uint32_t end = outline.comments[i].end;
    while (++i < outline.comments.size() && document->lines().position(outline.comments[i].begin).line == document->lines().position(end).line + 1 &&
           outline.text.substr(end, outline.comments[i].begin - end).find_first_not_of(" \t\r\n") == std::string_view::npos)
      end = outline.comments[i].end;
    folds.add(begin, end, "comment");
  }
  return {folds.json()};
}

}  // namespace

extern const Method kMethod;
constinit const Method kMethod{"textDocument/foldingRange", "foldingRangeProvider", "true", answer};

}  // namespace invar::methods_folding_range
