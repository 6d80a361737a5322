// Any bytes as YAML: read or refused at a place of the text, and every scalar found again in it, byte for byte where that is claimed.
#include <cstdint>
#include <cstdlib>

#include "src/text/yaml_stream.h"

namespace {

using invar::yaml::Placed;

void check(std::string_view text, const Placed& node) {
  if (node.begin > node.end || node.end > text.size()) std::abort();
  for (const Placed* item : node.items) check(text, *item);
  if (!node.is_scalar()) return;
  uint32_t end = 0;
  for (const invar::yaml::Stretch& stretch : invar::yaml::stretches(text, node)) {
    if (stretch.begin != end || stretch.end <= stretch.begin || stretch.from > stretch.to || stretch.to > text.size()) std::abort();
    end = stretch.end;
    if (stretch.verbatim && text.substr(stretch.from, stretch.to - stretch.from) != std::string_view(node.text).substr(stretch.begin, stretch.end - stretch.begin))
      std::abort();
  }
  if (end != node.text.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = invar::yaml::Stream::read(text);
  if (const auto* refusal = std::get_if<invar::yaml::Refusal>(&read)) {
    if (refusal->what.empty() || refusal->offset > size) std::abort();
    return 0;
  }
  for (const Placed* document : std::get<invar::yaml::Stream>(read).documents()) {
    check(text, *document);
    for (const auto& [key, value] : invar::yaml::entries(*document))
      if (!key || !value) std::abort();
  }
  return 0;
}
