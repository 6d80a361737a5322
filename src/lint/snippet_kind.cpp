#include "src/lint/snippet_kind.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "src/language/catalog.h"
#include "src/parser/parse.h"

namespace invar::lint {
namespace {

using enum SnippetKind;

/// What a block is by its name alone.
enum class BlockClass : uint8_t { kStage, kRule, kWriteRelabel, kComponent, kOther };

BlockClass class_of(const ast::Block& block) {
  const std::string name = block.full_name();
  if (block.name.front() == "stage") return BlockClass::kStage;
  if (name == "rule") return BlockClass::kRule;
  if (name == "write_relabel_config") return BlockClass::kWriteRelabel;
  if (name.find('.') != std::string::npos && catalog_component(name)) return BlockClass::kComponent;
  return BlockClass::kOther;
}

std::string_view class_name(BlockClass kind) {
  switch (kind) {
    case BlockClass::kStage: return "a stage";
    case BlockClass::kRule: return "a rule { } block";
    case BlockClass::kWriteRelabel: return "a write_relabel_config { } block";
    case BlockClass::kComponent: return "a whole component";
    case BlockClass::kOther: break;
  }
  return "";
}

std::optional<BlockClass> class_in(SnippetKind kind) {
  switch (kind) {
    case kStages: return BlockClass::kStage;
    case kDiscoveryRules:
    case kMetricRules:
    case kLogRules:
    case kProfileRules: return BlockClass::kRule;
    case kWriteRelabel: return BlockClass::kWriteRelabel;
    case kConfig:
    case kProcessor:
    case kModule: return BlockClass::kComponent;
    default: return std::nullopt;
  }
}

/// The statements that came out of the snippet: those of the innermost block around it.
const ast::Body& own_body(const ast::Body& body, uint32_t begin) {
  for (const ast::Statement& statement : body)
    if (const ast::Block* block = statement.block(); block && block->open_curly < begin && begin <= block->close_curly) return own_body(block->body, begin);
  return body;
}

}  // namespace

std::string_view expected_in(SnippetKind kind) {
  switch (kind) {
    case kStages: return "stages";
    case kDiscoveryRules:
    case kMetricRules:
    case kLogRules:
    case kProfileRules: return "rule { } blocks";
    case kWriteRelabel: return "write_relabel_config { } blocks";
    case kArguments:
    case kBody: return "attributes and blocks of a component";
    case kExpression: return "an expression";
    case kStatements: return "OTTL statements";
    default: return "components";
  }
}

std::optional<Finding> check_kind(Snippet& snippet, std::string_view expected_words) {
  const auto expected = class_in(snippet.kind);
  if (!expected || snippet.map.empty()) return std::nullopt;
  const SourcePtr source = snippet.text.files.front();
  Diagnostics diagnostics;
  const ast::FilePtr file = parse_file(source, diagnostics);
  if (!file) return std::nullopt;
  std::optional<Finding> finding;
  std::string kept(source->text());
  for (const ast::Statement& statement : own_body(file->body, snippet.own_begin)) {
    const ast::Block* block = statement.block();
    const BlockClass found = block ? class_of(*block) : BlockClass::kOther;
    if (found == BlockClass::kOther || found == *expected) continue;
    const auto origin = snippet.map.origin(block->name_span.begin, block->name_span.end);
    if (!origin) continue;
    if (!finding) {
      std::string message = std::string(class_name(found)) + " where " + std::string(expected_words);
      finding = Finding{"INV203", FindingSeverity::kError, *origin, std::move(message), {}, std::nullopt};
    }
    std::replace_if(kept.begin() + statement.span.begin, kept.begin() + statement.span.end, [](char byte) { return byte != '\n'; }, ' ');
  }
  if (finding) snippet.text.files = {std::make_shared<const Source>(source->name(), std::move(kept))};
  return finding;
}

}  // namespace invar::lint
