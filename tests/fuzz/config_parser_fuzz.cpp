// Any bytes as a config: no crash, errors that can be printed, trees that can be printed and read again.
#include "src/base/check.h"
#include "src/parser/parse.h"

namespace {

using namespace invar;

void read_as_file(const SourcePtr& source) {
  Diagnostics diagnostics;
  const ast::FilePtr file = parse_file(source, diagnostics);
  INVAR_CHECK((file != nullptr) == diagnostics.empty());
  if (!file) {
    INVAR_CHECK(!summary(diagnostics).empty() && !render(diagnostics).empty());
    return;
  }
  // Alloy's own format is not always valid (`f(\n)` becomes `f(,\n)`), so reading it again only must not crash.
  const auto formatted = std::make_shared<const Source>("formatted", format(*file));
  Diagnostics again;
  parse_file(formatted, again);
}

void read_as_expression(const SourcePtr& source) {
  Diagnostics diagnostics;
  if (const auto expression = parse_expression(source, diagnostics)) INVAR_CHECK(!print(*expression).empty());
}

void read_as_name(std::string_view text) {
  if (const auto name = sanitize_identifier(text)) INVAR_CHECK(is_valid_identifier(*name));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto source = std::make_shared<const Source>("f", std::string(reinterpret_cast<const char*>(data), size));
  read_as_file(source);
  read_as_expression(source);
  read_as_name(source->text().substr(0, 64));
  return 0;
}
