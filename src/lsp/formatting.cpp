#include "src/lsp/formatting.h"

#include <algorithm>

#include "src/lsp/workspace_edit.h"
#include "src/parser/parse.h"
#include "src/parser/scanner.h"

namespace invar::lsp {
namespace {

using Piece = lint::SourceMap::Piece;

std::optional<std::string> formatted(const std::string& text) {
  Diagnostics ignored;
  const ast::FilePtr file = parse_file(std::make_shared<const Source>("", text), ignored);
  return file ? std::optional(format(*file)) : std::nullopt;
}

/// Where lines of a text begin inside of a token: a raw string's or a comment's, whose blanks are its own.
std::vector<bool> lines_inside_tokens(std::string_view text) {
  std::vector<bool> inside(static_cast<size_t>(std::count(text.begin(), text.end(), '\n')) + 1);
  std::vector<ScanError> errors;
  Scanner scanner(text, errors);
  size_t line = 0, counted = 0;
  for (Token token = scanner.next(); token.kind != ast::TokenKind::kEof; token = scanner.next()) {
    if (token.end < counted) continue;
    line += static_cast<size_t>(std::count(text.begin() + static_cast<ptrdiff_t>(counted), text.begin() + token.begin, '\n'));
    for (uint32_t i = token.begin; i < token.end; ++i)
      if (text[i] == '\n') inside[++line] = true;
    counted = token.end;
  }
  return inside;
}

/// The text as it stands in a literal block: without the newline at its end, lines indented.
std::string written(std::string_view text, uint16_t indent, const Indentation& indentation) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  const std::vector<bool> inside = lines_inside_tokens(text);
  std::string out;
  size_t line = 0;
  for (size_t begin = 0; begin <= text.size(); ++line) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view rest = text.substr(begin, end - begin);
    if (line > 0) out += '\n';
    if (line > 0 && !rest.empty()) out.append(indent, ' ');
    for (; indentation.blanks && !inside[line] && rest.starts_with('\t'); rest.remove_prefix(1)) out.append(indentation.width, ' ');
    out += rest;
    begin = end + 1;
  }
  return out;
}

/// The stretch of the document that is a literal block's text, when all of it is written as it is; nullopt otherwise.
std::optional<Span> literal_block(const AlloyText& text, const Source& document) {
  const auto& pieces = text.map.pieces();
  const bool plain = !pieces.empty() && pieces.front().begin == text.own_begin && std::all_of(pieces.begin(), pieces.end(), [&](const Piece& piece) {
    return piece.verbatim && piece.writing == lint::SourceMap::Writing::kBlock && piece.origin.source == &document;
  });
  if (!plain) return std::nullopt;
  for (size_t i = 1; i < pieces.size(); ++i)
    if (pieces[i].begin != pieces[i - 1].end || pieces[i].origin.begin < pieces[i - 1].origin.end) return std::nullopt;
  return Span{&document, pieces.front().origin.begin, pieces.back().origin.end};
}

std::optional<lint::Edit> block_edit(const AlloyText& text, const Source& document, const Indentation& indentation) {
  auto block = literal_block(text, document);
  if (!block || text.kind == lint::SnippetKind::kExpression || text.kind == lint::SnippetKind::kStatements) return std::nullopt;
  const auto result = formatted(std::string(text.source->text().substr(text.own_begin, text.own_end - text.own_begin)));
  if (!result) return std::nullopt;
  // Empty lines at its end are the block's own matter.
  while (block->end > block->begin && (block->text().ends_with('\n') || block->text().ends_with(' '))) --block->end;
  std::string now = written(*result, text.map.pieces().front().indent, indentation);
  if (now == block->text() || now.empty()) return std::nullopt;
  return smallest_edit(*block, now);
}

}  // namespace

std::vector<lint::Edit> format_edits(const Document& document, const Indentation& indentation) {
  std::vector<lint::Edit> edits;
  const Source& source = *document.source();
  for (const AlloyText& text : document.texts()) {
    if (!text.is_whole()) {
      // One text may be used twice, by an anchor.
      auto edit = block_edit(text, source, indentation);
      const auto is_there = [&](const lint::Edit& other) { return other.span == edit->span; };
      if (edit && std::none_of(edits.begin(), edits.end(), is_there)) edits.push_back(std::move(*edit));
    } else if (const auto now = formatted(std::string(source.text())); now && *now != source.text()) {
      edits.push_back(smallest_edit({&source, 0, static_cast<uint32_t>(source.text().size())}, *now));
    }
  }
  return edits;
}

}  // namespace invar::lsp
