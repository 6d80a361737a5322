// Any bytes as a stream selector with line filters: no crash; an error says something; what was read can be asked.
#include "src/base/check.h"
#include "src/text/selector.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto selector = Selector::parse(text);
  if (!selector) {
    INVAR_CHECK(!selector.error().what.empty());
    return 0;
  }
  INVAR_CHECK(!selector->matchers().empty());
  selector->matches_labels([](std::string_view name) { return name; });
  if (const auto filter = selector->line_filter()) filter->matches(text);
  return 0;
}
