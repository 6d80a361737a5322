// A layout, a newline, a text: parsing with and without an error text agree; RFC 3339's fast form agrees with the general one; what was
// parsed prints and parses again to the same moment where the layout says everything.
#include <string>

#include "src/base/check.h"
#include "src/text/time_layout.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t newline = input.find('\n');
  if (newline == std::string_view::npos || size > 500) return 0;
  const std::string_view text = input.substr(newline + 1);
  const TimeZone utc;

  const TimeLayout layout(input.substr(0, newline));
  Instant instant;
  const bool parsed = layout.parse(text, utc, instant);
  const auto explained = layout.parse_or_explain(text, utc);
  INVAR_CHECK(parsed == explained.ok());
  if (parsed) INVAR_CHECK(*explained == instant);
  if (!parsed) INVAR_CHECK(!explained.error().what.empty());
  TimestampParser(input.substr(0, newline), std::nullopt).parse(text, 0, instant);

  const TimeLayout full("2006-01-02T15:04:05.999999999Z07:00");
  Instant fast, general;
  TimeLayout::Moment moment;
  const bool read = parse_rfc3339(text, fast);
  INVAR_CHECK(read == full.parse(text, utc, utc, moment));
  general = moment.instant;
  if (!read) return 0;
  INVAR_CHECK(fast == general);
  std::string printed;
  full.format(printed, fast, utc);
  if (printed.size() > 30 || printed[0] == '-') return 0;  // an offset led out of the years 0 to 9999
  INVAR_CHECK(parse_rfc3339(printed, general));
  INVAR_CHECK(fast == general);
  return 0;
}
