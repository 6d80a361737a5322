#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "src/lint/config_model.h"
#include "src/lsp/document.h"
#include "src/lsp/mended_text.h"

namespace invar::lsp {

/// One config as it is while somebody types: an Alloy text, or the files of a directory that are one together. What is broken is not in its model.
class Config {
 public:
  struct Part {
    std::string uri;
    SourcePtr file;                    // what is in the editor, or on the disk
    LineTable lines;                   // of `file`
    MendedText mended;                 // of the text in it
    const AlloyText* text = nullptr;   // nullptr: `file` itself
    DocumentPtr document;              // keeps `text`; nullptr for files on the disk
  };
  Config(std::vector<Part> parts, const lint::Surroundings& around);

  const lint::ConfigModel& model() const { return model_; }
  const std::vector<Part>& parts() const { return parts_; }
  /// The part whose text stands at a place of the model; nullptr when there is none.
  const Part* part_of(const Span& span) const;

  /// The place of the model that an offset of a text is; nullopt when nothing of the text is in the model.
  std::optional<Span> point_in(const AlloyText& text, uint32_t offset) const;

  /// Where a span of the model stands, as LSP says it; nullopt when it is in no file.
  struct Location {
    const Part* part;
    Span span;  // of part->file
    std::string range() const { return part->lines.json(span.begin, span.end); }
  };
  std::optional<Location> locate(const Span& span) const;
  std::string location_json(const Location& location) const;
  /// A change at a span of the model; nullopt when it cannot be written there.
  std::optional<lint::Edit> edit(const Span& span, std::string text) const;

 private:
  std::vector<Part> parts_;
  lint::ConfigModel model_;
};

}  // namespace invar::lsp
