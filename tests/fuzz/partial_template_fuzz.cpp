// Any bytes as a template that Helm renders, with data known in part: no crash, parts in their order, and text that comes out as it is written.
#include <cstdint>
#include <cstdlib>

#include "src/base/clock.h"
#include "src/text/gotemplate/partial.h"

namespace {

class Known final : public invar::OpenScope {
 public:
  Found find(uint32_t map, std::string_view name) override {
    using Kind = Found::Kind;
    if (name == "Values" || name == "m") return {.kind = Kind::kMap, .map = map + 1};
    if (name == "Release" || name == "u") return {.kind = Kind::kUnknown};
    if (name == "t") return {.kind = Kind::kText, .text = "text"};
    if (name == "n") return {.kind = Kind::kNumber, .number = 1e6};
    if (name == "b") return {.kind = Kind::kBool, .boolean = true};
    return {};
  }
  bool is_filled(uint32_t map) override { return map % 2 == 1; }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  size_t end = 0;
  for (const invar::TemplateAction& action : invar::template_actions(text)) {
    if (action.begin < end || action.end <= action.begin || action.end > size) std::abort();
    end = action.end;
  }
  Known values;
  const invar::TemplateRendering rendering = invar::render_as_helm(text, values, invar::SystemClock::instance());
  end = 0;
  for (const invar::TemplatePart& part : rendering.parts) {
    if (part.begin < end || part.end < part.begin || part.end > size || part.same_end > size) std::abort();
    end = part.end;
    if (part.kind == invar::TemplatePart::Kind::kText && part.text != text.substr(part.begin, part.end - part.begin)) std::abort();
    if (part.same_end && part.text != text.substr(part.same_begin, part.same_end - part.same_begin)) std::abort();
  }
  if (rendering.failure && (rendering.failure->what.empty() || rendering.failure->at > size)) std::abort();
  return 0;
}
