#include "src/lint/helm/mapped_writer.h"

#include "src/base/quote.h"

namespace invar::lint {

void MappedWriter::add(std::string_view text, uint32_t begin, uint32_t end) {
  const auto at = static_cast<uint32_t>(out_.text.size()), size = static_cast<uint32_t>(text.size());
  const bool same = yaml_.substr(begin, end - begin) == text;
  if (same) map_.copy_to(out_.map, begin, end, at, size);
  else if (const auto origin = map_.origin(begin, end)) out_.map.add({.begin = at, .end = at + size, .origin = *origin});
  out_.text += text;
}

MappedText MappedWriter::decoded(const yaml::Placed& scalar) const {
  MappedText decoded{scalar.text, {}};
  for (const yaml::Stretch& stretch : yaml::stretches(yaml_, scalar))
    map_.copy_to(decoded.map, stretch.from, stretch.to, stretch.begin, stretch.end - stretch.begin);
  return decoded;
}

void MappedWriter::add_literal(const yaml::Placed& scalar) {
  const MappedText value = decoded(scalar);
  const std::string& text = value.text;
  const auto at = [&] { return static_cast<uint32_t>(out_.text.size()); };
  out_.text += '"';
  for (uint32_t i = 0; i < text.size();) {
    uint32_t same = 0;
    while (i + same < text.size() && text[i + same] != '"' && text[i + same] != '\\' && static_cast<unsigned char>(text[i + same]) >= ' ') ++same;
    if (same > 0) {
      value.map.copy_to(out_.map, i, i + same, at(), same);
      out_.text.append(text, i, same);
      i += same;
      continue;
    }
    const std::string escape = quoted(text.substr(i, 1));
    value.map.copy_to(out_.map, i, i + 1, at(), static_cast<uint32_t>(escape.size() - 2));
    out_.text.append(escape, 1, escape.size() - 2);
    ++i;
  }
  out_.text += '"';
}

}  // namespace invar::lint
