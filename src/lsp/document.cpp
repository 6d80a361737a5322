#include "src/lsp/document.h"

#include <algorithm>

namespace invar::lsp {
namespace {

/// Alloy text that stands where another file is: a map leads into several only for values that are merged, which an editor never shows.
bool leads_to(const lint::SourceMap& map, const Source& document) {
  return std::any_of(map.pieces().begin(), map.pieces().end(), [&](const lint::SourceMap::Piece& piece) { return piece.origin.source == &document; });
}

AlloyText text_of(const lint::Snippet& snippet) {
  AlloyText text{.source = snippet.text.files.front(), .own_begin = snippet.own_begin, .map = snippet.map, .kind = snippet.kind, .place = snippet.place,
                 .beside = snippet.beside, .open_references = snippet.open_references};
  text.own_end = snippet.own_begin;
  for (const lint::SourceMap::Piece& piece : snippet.map.pieces()) text.own_end = std::max(text.own_end, piece.end);
  return text;
}

}  // namespace

std::optional<uint32_t> AlloyText::find(const Source& document, uint32_t offset) const {
  if (is_whole()) return offset;
  for (const lint::SourceMap::Piece& piece : map.pieces()) {
    if (piece.origin.source != &document || offset < piece.origin.begin || piece.origin.end < offset) continue;
    if (!piece.verbatim) return std::nullopt;
    // A line of a block ends behind its newline, where the indentation of the next one begins.
    const uint32_t at = piece.begin + (offset - piece.origin.begin);
    if (offset < piece.origin.end || at == 0 || source->text()[at - 1] != '\n') return at;
  }
  return std::nullopt;
}

std::optional<Span> AlloyText::origin(const Source& document, uint32_t begin, uint32_t end) const {
  if (is_whole()) return Span{&document, begin, std::min(end, static_cast<uint32_t>(document.text().size()))};
  const auto found = map.origin(begin, end);
  return found && found->source == &document ? found : std::nullopt;
}

std::optional<lint::Edit> AlloyText::carry_over(const Source& document, uint32_t begin, uint32_t end, std::string text) const {
  if (is_whole()) return lint::Edit{{&document, begin, end}, std::move(text)};
  auto carried = map.carry_over({{source.get(), begin, end}, std::move(text)});
  return carried && carried->span.source == &document ? std::move(carried) : std::nullopt;
}

Document::Document(std::string uri, std::string path, Language language, int64_t version, std::string text, Encoding encoding, const lint::YamlOptions& yaml)
    : uri_(std::move(uri)), path_(std::move(path)), language_(language), version_(version), source_(std::make_shared<const Source>(path_, std::move(text))),
      lines_(source_->text(), encoding), encoding_(encoding), yaml_(yaml) {}

DocumentPtr Document::with(uint32_t offset, std::string_view text) const {
  std::string whole(source_->text());
  whole.insert(offset, text);
  return std::make_shared<const Document>(uri_, path_, language_, version_, std::move(whole), encoding_, yaml_);
}

const std::vector<AlloyText>& Document::texts() const {
  if (!texts_) read_texts();
  return *texts_;
}

bool Document::holds_alloy() const { return texts(), holds_alloy_; }

void Document::read_texts() const {
  texts_.emplace();
  if (language_ == Language::kAlloy) {
    const auto size = static_cast<uint32_t>(source_->text().size());
    texts_->push_back({.source = source_, .own_end = size});
    return;
  }
  lint::YamlReading reading = lint::read_yaml(source_, yaml_);
  holds_alloy_ = reading.outcome == lint::YamlOutcome::kRead;
  read_ = std::move(reading.documents);
  for (const lint::Document& document : read_)
    for (const lint::Snippet& snippet : document.snippets)
      if (snippet.text.files.size() == 1 && leads_to(snippet.map, *source_)) texts_->push_back(text_of(snippet));
}

Document::Language language_of(std::string_view language_id, std::string_view path) {
  if (language_id.find("yaml") != std::string_view::npos || language_id == "helm") return Document::Language::kYaml;
  if (language_id == "alloy" || language_id == "river") return Document::Language::kAlloy;
  return path.ends_with(".yaml") || path.ends_with(".yml") ? Document::Language::kYaml : Document::Language::kAlloy;
}

}  // namespace invar::lsp
