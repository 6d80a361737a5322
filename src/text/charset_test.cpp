#include "src/text/charset.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>

namespace invar {
namespace {

std::string decoded(std::string_view charset, std::string_view text) {
  const auto found = Charset::find(charset);
  REQUIRE_MESSAGE(found, std::string(charset));
  std::string out(text.size() * Charset::kGrowth, '\0');
  out.resize(static_cast<size_t>((*found)->decode(text, out.data()) - out.data()));
  if ((*found)->is_plain(text)) CHECK(out == text);
  return out;
}

/// FNV-1a over all texts that `each` calls its argument with, decoded, 0xFF behind each.
class Digest {
 public:
  explicit Digest(const Charset& charset) : charset_(charset) {}
  void add(std::initializer_list<unsigned> bytes) {
    char text[8];
    size_t size = 0;
    for (const unsigned byte : bytes) text[size++] = static_cast<char>(byte);
    char out[8 * Charset::kGrowth];
    const char* const end = charset_.decode({text, size}, out);
    for (const char* at = out; at < end; ++at) mix(static_cast<unsigned char>(*at));
    mix(0xFF);
  }
  uint64_t value() const { return state_; }

 private:
  void mix(unsigned byte) { state_ = (state_ ^ byte) * 0x100000001B3; }
  const Charset& charset_;
  uint64_t state_ = 0xCBF29CE484222325;
};

void each_pair(const std::function<void(unsigned, unsigned)>& with) {
  for (unsigned a = 0; a < 256; ++a)
    for (unsigned b = 0; b < 256; ++b) with(a, b);
}

uint64_t digest_of(std::string_view name) {
  Digest digest(**Charset::find(name));
  for (unsigned a = 0; a < 256; ++a) {
    digest.add({a});
    for (unsigned b = 0; b < 256; ++b) digest.add({a, b});
  }
  if (name == "euc-jp") each_pair([&](unsigned a, unsigned b) { digest.add({0x8F, a, b}); });
  if (name == "hz-gb-2312") each_pair([&](unsigned a, unsigned b) { digest.add({'~', '{', a, b}); });
  if (name == "iso-2022-jp") {
    each_pair([&](unsigned a, unsigned b) { digest.add({0x1B, '$', 'B', a, b}); });
    each_pair([&](unsigned a, unsigned b) { digest.add({0x1B, '$', '(', 'D', a, b}); });
    each_pair([&](unsigned a, unsigned b) { digest.add({0x1B, '(', 'I', a, b}); });
  }
  if (name == "gb18030")
    for (unsigned a = 0x81; a < 0xFF; ++a)
      for (unsigned b = 0x30; b < 0x3A; ++b)
        for (unsigned c = 0x81; c < 0xFF; ++c)
          for (unsigned d = 0x30; d < 0x3A; ++d) digest.add({a, b, c, d});
  return digest.value();
}

// Recorded from golang.org/x/text v0.41.0, which Alloy decodes with.
struct Recorded {
  std::string_view charset;
  uint64_t digest;
};
constexpr Recorded kRecorded[] = {
    {"us-ascii", 0x62CE83EEC17BB825},
    {"utf-8", 0x5092B705DB480325},
    {"utf-16le", 0x415FC40B3914B065},
    {"utf-16be", 0x2AF8FD7E91A28825},
    {"iso-8859-1", 0x137867A23E9613A5},
    {"iso-8859-2", 0x86120BF43B680990},
    {"iso-8859-3", 0x512A0E26FF4EC9E3},
    {"iso-8859-4", 0x4D18CB292AB8C745},
    {"iso-8859-5", 0x760AE0CB693E56D1},
    {"iso-8859-6", 0xC2024E54E313637E},
    {"iso-8859-7", 0x6E79C0A8CA298035},
    {"iso-8859-8", 0x06ADE7BBACE8E5F7},
    {"iso-8859-9", 0x8131338574B0D3AC},
    {"iso-8859-10", 0xCA837F16EC9CDBBD},
    {"iso-8859-13", 0x7A2B601C451EDFFF},
    {"iso-8859-14", 0x1D7D5FA2583A56C1},
    {"iso-8859-15", 0x96BDF61C292F8C6A},
    {"iso-8859-16", 0x1FD8BE4D0B7C47DC},
    {"windows-874", 0x63B914405388EEFD},
    {"windows-1250", 0x48C083073EC3AE3A},
    {"windows-1251", 0x3E128FA5B6E49D14},
    {"windows-1252", 0xFD7CA19F195CC251},
    {"windows-1253", 0xAD73BCEEE091AAE1},
    {"windows-1254", 0x3FCDD315B1305389},
    {"windows-1255", 0x2E6B138804745314},
    {"windows-1256", 0x5C0A6F011B1BE17F},
    {"windows-1257", 0x7B82AADA4FDF94FF},
    {"windows-1258", 0x34752BB7E2880558},
    {"koi8-r", 0x45DC9F8E7DCB3A43},
    {"koi8-u", 0x2F0EDAC7BAFEB5C3},
    {"macintosh", 0xCF884F62F80F79EF},
    {"ibm037", 0x96790636AFC3DD73},
    {"ibm437", 0xF33BECB8125055AB},
    {"ibm850", 0x51EB142063A916AD},
    {"ibm852", 0x2536CCEBC8D403C2},
    {"ibm855", 0xE8517738380C96E7},
    {"ibm00858", 0xC1ED1B2A23D52618},
    {"ibm860", 0x524EBD388D10CF19},
    {"ibm862", 0x30EE21003FA72141},
    {"ibm863", 0x43A409899851C195},
    {"ibm865", 0xC5EA5995E008512B},
    {"ibm866", 0x332A373BD67BD1A6},
    {"ibm1047", 0x4C1708D426C34445},
    {"ibm01140", 0x8F3CA605E81711F5},
    {"shift_jis", 0xF5B1F213052C4417},
    {"euc-jp", 0xD5C37568E0997A60},
    {"iso-2022-jp", 0x7DCD2695F384713A},
    {"gbk", 0x653B0FFF615A2D99},
    {"gb18030", 0xFC2F1AF60E61F05C},
    {"hz-gb-2312", 0x01DCE124AF75A633},
    {"big5", 0xDBBAD11F4F6D6677},
    {"euc-kr", 0x9B3E7D94FEE1CAF0},
};

TEST_CASE("every byte and every pair of bytes is decoded as x/text does") {
  for (const Recorded& recorded : kRecorded) {
    INFO(recorded.charset);
    CHECK(digest_of(recorded.charset) == recorded.digest);
  }
}

TEST_CASE("text in some encodings, whole and broken") {
  struct Row {
    std::string_view charset, text, utf8;
  };
  using namespace std::string_view_literals;
  for (const Row& row : {
           Row{"latin1", "caf\xE9", "café"},
           Row{"ISO-8859-2", "za\xBF\xF3\xB3\xE6", "zażółć"},
           Row{"windows-1252", "\x80 100, \x81", "€ 100, \uFFFD"},
           Row{"us-ascii", "gr\xFCn", "gr\uFFFDn"},
           Row{"utf-8", "a\xE2\x82z\xED\xA0\x80\xF0\x9F\x98\x80", "a\uFFFDz\uFFFD\uFFFD\uFFFD\U0001F600"},
           Row{"utf-16le", "a\0=\xD8\0\xDE\0\xD8z\0q"sv, "a\U0001F600\uFFFDz\uFFFD"},
           Row{"Shift_JIS", "\x93\xFA\x96\x7B \xB1", "日本 ｱ"},
           Row{"Shift_JIS", "\x93", "\uFFFD"},
           Row{"Shift_JIS", "\x93\n", "\uFFFD\n"},
           Row{"EUC-JP", "\xC6\xFC\xCB\xDC\x8E\xB1\x8F\xB0\xA1", "日本ｱ丂"},
           Row{"iso-2022-jp", "\x1B$BF|K\\\x1B(B ok", "日本 ok"},
           Row{"gbk", "\xC4\xE3\xBA\xC3 \x80", "你好 €"},
           Row{"gb18030", "\x81\x30\x81\x30\x90\x30\x81\x30", "\u0080\U00010000"},
           Row{"hz-gb-2312", "~{VPND~} ~~", "中文 ~"},
           Row{"big5", "\xA7\x41\xA6\x6E\x88\x62", "你好\u00CA\u0304"},
           Row{"euc-kr", "\xC7\xD1\xB1\xDB\x81\x41", "한글갂"},
           Row{"koi8-r", "\xF0\xD2\xC9", "При"},
           Row{"ibm037", "\xC8\x85\x93\x93\x96", "Hello"},
       }) {
    INFO(row.charset);
    CHECK(decoded(row.charset, row.text) == row.utf8);
  }
}

TEST_CASE("names are IANA's, in any case; what is no name is refused") {
  CHECK(*Charset::find(" LATIN1 ") == *Charset::find("iso_8859-1:1987"));
  CHECK(*Charset::find("gb2312") == *Charset::find("GBK"));
  for (const std::string_view name : {"", " ", "5", "cp1252", "utf-9", "iso-8859-1 l1"}) {
    INFO(name);
    const auto found = Charset::find(name);
    REQUIRE(!found);
    CHECK(found.error().what == "ianaindex: invalid encoding name");
  }
}

TEST_CASE("line ends as they are encoded") {
  using namespace std::string_view_literals;
  CHECK(Charset::utf16_little_endian().newline() == "\n\0"sv);
  CHECK(Charset::utf16_big_endian().carriage_return() == "\0\r"sv);
  CHECK((*Charset::find("ibm037"))->newline() == "\x25");
  CHECK((*Charset::find("big5"))->newline() == "\n");
}

}  // namespace
}  // namespace invar
