// Any bytes as a line for stage.luhn: what comes out is UTF-8, and has no number left that would be replaced again.
#include "src/base/check.h"
#include "src/base/quote.h"
#include "src/components/loki/process/luhn_text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar;
  using namespace loki_process;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const char* delimiters : {"", "- "}) {
    const LuhnRules rules{.replacement = "*", .min_length = 6, .delimiters = delimiters};
    std::string once, twice;
    if (!replace_luhn_numbers(text, rules, once)) continue;
    INVAR_CHECK(is_valid_utf8(once));
    if (replace_luhn_numbers(once, rules, twice)) INVAR_CHECK(once == twice);
  }
  return 0;
}
