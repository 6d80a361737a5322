#include "src/lsp/mended_text.h"

#include <algorithm>

#include "src/lsp/outline.h"
#include "src/parser/parse.h"

namespace invar::lsp {
namespace {

constexpr int kMostRounds = 6;

/// True when there was something to blank.
bool blank(std::string& text, Extent extent) {
  bool changed = false;
  for (uint32_t i = extent.begin; i < std::min<size_t>(extent.end, text.size()); ++i) {
    if (text[i] == '\n' || text[i] == '\r' || text[i] == ' ') continue;
    text[i] = ' ';
    changed = true;
  }
  return changed;
}

/// Takes out what the tokens alone show to be broken; false when they show nothing.
bool blank_broken(std::string& text) {
  const std::string original = text;
  const Outline outline(original);
  bool changed = outline.unclosed > 0;
  for (const OutlineStatement& statement : outline.statements)
    if (statement.broken && statement.kind != OutlineStatement::Kind::kBlock) changed |= blank(text, statement.extent);
  for (const Extent& stray : outline.stray) changed |= blank(text, stray);
  if (outline.unclosed > 0) text += "\n" + std::string(outline.unclosed, '}') + "\n";
  return changed;
}

Extent line_around(const std::string& text, uint32_t offset) {
  const size_t at = std::min<size_t>(offset, text.size());
  const size_t begin = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
  return {static_cast<uint32_t>(begin == std::string::npos ? 0 : begin + 1), static_cast<uint32_t>(std::min(text.find('\n', at), text.size()))};
}

/// What has to go so that the parser does not stop at that byte: the attribute there or right before it, the head of a block with all of the block, or the line.
Extent culprit(const Outline& outline, const std::string& text, uint32_t offset) {
  const OutlineStatement* found = nullptr;
  for (const OutlineStatement& statement : outline.statements) {
    if (statement.extent.begin > offset) break;
    const bool here = statement.kind == OutlineStatement::Kind::kBlock ? offset <= statement.open : offset <= statement.reach;
    if (here) found = &statement;
  }
  return found ? found->extent : line_around(text, offset);
}

}  // namespace

MendedText mend(const SourcePtr& original) {
  std::string text(original->text());
  // Tokens are cheap; what is broken by them is not parsed in vain.
  SourcePtr source = blank_broken(text) ? std::make_shared<const Source>(original->name(), text) : original;
  for (int round = 0; round < kMostRounds; ++round) {
    Diagnostics left;
    if (ast::FilePtr file = parse_file(source, left)) return {source, std::move(file)};
    const Outline outline(source->text());
    bool changed = false;
    for (const Diagnostic& diagnostic : left.all()) changed |= blank(text, culprit(outline, text, diagnostic.span.begin));
    if (!changed) break;
    source = std::make_shared<const Source>(original->name(), text);
  }
  return {original, nullptr};
}

}  // namespace invar::lsp
