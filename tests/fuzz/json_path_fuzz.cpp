// A JSONPath, a line break, a document: both are read and answered without a crash.
#include <string_view>

#include "src/base/check.h"
#include "stdlib/functions/go/json_path.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t cut = input.find('\n');
  const auto path = json_path::parse(input.substr(0, cut));
  if (cut == std::string_view::npos) return 0;
  const auto document = json_path::parse_document(input.substr(cut + 1));
  if (path && document) {
    const auto found = json_path::find(*path, *document);
    INVAR_CHECK(!path->empty() || found.empty());
  }
  return 0;
}
