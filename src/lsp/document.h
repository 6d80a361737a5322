#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "src/lint/yaml_documents.h"
#include "src/lsp/position.h"

namespace invar::lsp {

/// Alloy text of a document: all of it, or a piece that stands in YAML.
struct AlloyText {
  SourcePtr source;                // what is parsed, with what has to stand around it
  uint32_t own_begin = 0, own_end = 0;  // the part that is the author's
  lint::SourceMap map;             // to the document; empty: it is the document
  lint::SnippetKind kind = lint::SnippetKind::kConfig;
  std::string place;               // nodeLogs.extraDiscoveryRules
  std::set<std::string> beside;    // as of a lint::Snippet
  bool open_references = false;

  bool is_whole() const { return map.empty(); }
  /// Where a byte of the document stands in the text; nullopt when it is no part of it.
  std::optional<uint32_t> find(const Source& document, uint32_t offset) const;
  /// Where bytes of the text stand in the document.
  std::optional<Span> origin(const Source& document, uint32_t begin, uint32_t end) const;
  /// A change of the text as one of the document; nullopt when it cannot be written there.
  std::optional<lint::Edit> carry_over(const Source& document, uint32_t begin, uint32_t end, std::string text) const;
};

/// A text that a client has open. Immutable: a change makes another one.
class Document {
 public:
  enum class Language : uint8_t { kAlloy, kYaml };

  Document(std::string uri, std::string path, Language language, int64_t version, std::string text, Encoding encoding, const lint::YamlOptions& yaml);

  const std::string& uri() const { return uri_; }
  /// The path of the file, or the URI of what is none.
  const std::string& path() const { return path_; }
  bool is_file() const { return path_.starts_with('/'); }
  Language language() const { return language_; }
  int64_t version() const { return version_; }
  const SourcePtr& source() const { return source_; }
  const LineTable& lines() const { return lines_; }
  /// Its Alloy texts, in the order of the document. Read when they are first asked for.
  const std::vector<AlloyText>& texts() const;
  /// The same with a text put in: what it would be if that was typed.
  std::shared_ptr<const Document> with(uint32_t offset, std::string_view text) const;
  /// YAML of a kind that Alloy text stands in.
  bool holds_alloy() const;

 private:
  void read_texts() const;

  std::string uri_, path_;
  Language language_;
  int64_t version_;
  SourcePtr source_;
  LineTable lines_;
  Encoding encoding_;
  const lint::YamlOptions& yaml_;
  mutable std::optional<std::vector<AlloyText>> texts_;
  mutable bool holds_alloy_ = true;
  mutable std::vector<lint::Document> read_;  // keeps what maps point into
};
using DocumentPtr = std::shared_ptr<const Document>;

/// What a document is, by what its client and its name say.
Document::Language language_of(std::string_view language_id, std::string_view path);

}  // namespace invar::lsp
