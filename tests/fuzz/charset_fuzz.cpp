// Any bytes in any encoding: no crash, valid UTF-8 in the room that was promised, and text that is said to be plain is left as it is.
#include <string>
#include <vector>

#include "src/base/check.h"
#include "src/base/quote.h"
#include "src/text/charset.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar;
  static constexpr std::string_view kNames[] = {"utf-8",     "utf-16le", "utf-16be",    "shift_jis", "euc-jp", "iso-2022-jp", "gbk",    "gb18030",
                                                "hz-gb-2312", "big5",     "euc-kr",      "us-ascii",  "ibm037", "windows-1255", "koi8-u", "macintosh"};
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] >= 0xF0) {
    const auto named = Charset::find(text);
    INVAR_CHECK(named || !named.error().what.empty());
    return 0;
  }
  const auto charset = Charset::find(kNames[data[0] % std::size(kNames)]);
  if (!charset) return 0;  // its tables are not installed here
  std::vector<char> room(text.size() * Charset::kGrowth);  // exactly: writing beyond it is found
  const char* const end = (*charset)->decode(text, room.data());
  INVAR_CHECK(end >= room.data() && static_cast<size_t>(end - room.data()) <= room.size());
  const std::string_view decoded(room.data(), static_cast<size_t>(end - room.data()));
  INVAR_CHECK(is_valid_utf8(decoded));
  INVAR_CHECK(!(*charset)->is_plain(text) || decoded == text);
  return 0;
}
