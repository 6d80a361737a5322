// Any bytes as a URL: no crash; a URL that was read prints, hides its password, and yields a path fit for a request line.
#include "src/base/check.h"
#include "src/text/url.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view trimmed = trim_space(text);
  INVAR_CHECK(trimmed.size() <= text.size() && trim_space(trimmed) == trimmed);
  const auto url = parse_url(text);
  if (!url) {
    INVAR_CHECK(url.error().what.starts_with("parse \""));
    return 0;
  }
  for (const unsigned char c : url->escaped_path()) INVAR_CHECK(c > ' ' && c < 0x7f);
  INVAR_CHECK(url->hostname().size() + url->port().size() <= url->host.size());
  INVAR_CHECK(url->password || url->text() == url->text(true));
  return 0;
}
