#include "src/lsp/config.h"

#include "src/lsp/json_text.h"

namespace invar::lsp {
namespace {

ModuleSource source_of(const std::vector<Config::Part>& parts) {
  ModuleSource source;
  for (const Config::Part& part : parts)
    if (part.mended.file) source.files.push_back(part.mended.file);
  return source;
}

}  // namespace

Config::Config(std::vector<Part> parts, const lint::Surroundings& around) : parts_(std::move(parts)), model_(source_of(parts_), around) {}

const Config::Part* Config::part_of(const Span& span) const {
  for (const Part& part : parts_)
    if (part.mended.source.get() == span.source) return &part;
  return nullptr;
}

std::optional<Span> Config::point_in(const AlloyText& text, uint32_t offset) const {
  for (const Part& part : parts_)
    if (part.mended.file && (part.text ? part.text->source : part.file) == text.source) return Span{part.mended.source.get(), offset, offset};
  return std::nullopt;
}

std::optional<Config::Location> Config::locate(const Span& span) const {
  const Part* part = part_of(span);
  if (!part) return std::nullopt;
  if (!part->text) return Location{part, {part->file.get(), span.begin, span.end}};
  if (span.begin < part->text->own_begin && span.end <= part->text->own_begin) return std::nullopt;
  const auto origin = part->text->origin(*part->file, span.begin, span.end);
  return origin ? std::optional(Location{part, *origin}) : std::nullopt;
}

std::string Config::location_json(const Location& location) const { return json_object({{"uri", json_string(location.part->uri)}, {"range", location.range()}}); }

std::optional<lint::Edit> Config::edit(const Span& span, std::string text) const {
  const Part* part = part_of(span);
  if (!part) return std::nullopt;
  if (!part->text) return lint::Edit{{part->file.get(), span.begin, span.end}, std::move(text)};
  return part->text->carry_over(*part->file, span.begin, span.end, std::move(text));
}

}  // namespace invar::lsp
