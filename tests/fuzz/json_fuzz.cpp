// Any bytes as a JSON line: padding or not makes no difference; what was read is written and read again to the same; Docker lines are
// read without a crash.
#include <string>

#include "src/base/check.h"
#include "src/base/quote.h"
#include "src/text/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar;
  static json::Parser parser;
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  json::Parser::DockerLine docker;
  if (parser.parse_docker(line, docker)) INVAR_CHECK(!docker.log.empty());
  parser.parse_any(line);

  const std::string padded = std::string(line) + std::string(json::kPadding, '\n');
  const bool read = parser.parse_line(line);
  std::string first, second, again;
  if (read) parser.root().append_json(first);
  INVAR_CHECK(parser.parse_line(std::string_view(padded).substr(0, size), json::Tail::kPadded) == read);
  if (!read) return 0;
  parser.root().append_json(second);
  INVAR_CHECK(first == second);

  // Broken bytes are written as U+FFFD: what is read back is another text.
  if (!is_valid_utf8(line)) return 0;
  INVAR_CHECK(parser.parse_line(first));
  parser.root().append_json(again);
  INVAR_CHECK(first == again);
  return 0;
}
