#include "src/text/charset_tables.h"

#include <iconv.h>

#include <algorithm>
#include <cstring>
#include <unordered_set>
#include <utility>

namespace invar::charset_tables {
namespace {

constexpr char32_t kNone = 0xFFFD;

class GlibcCharset {
 public:
  static Result<GlibcCharset> open(const char* name) {
    const iconv_t opened = ::iconv_open("UTF-32LE", name);
    if (opened == reinterpret_cast<iconv_t>(-1))
      return Error{"the tables of " + std::string(name) + " are not installed; they come with glibc (Debian: libc6, or libc-gconv-modules-extra)", "no_tables"};
    return GlibcCharset(opened);
  }
  GlibcCharset(GlibcCharset&& other) noexcept : converter_(std::exchange(other.converter_, nullptr)) {}
  ~GlibcCharset() {
    if (converter_) ::iconv_close(converter_);
  }

  /// The one code point that `bytes` stand for; 0 when they stand for none or several.
  char32_t code_point(std::string_view bytes) {
    ::iconv(converter_, nullptr, nullptr, nullptr, nullptr);
    char in[4];
    std::memcpy(in, bytes.data(), bytes.size());
    char32_t out[4];
    char *from = in, *to = reinterpret_cast<char*>(out);
    size_t left = bytes.size(), room = sizeof(out);
    if (::iconv(converter_, &from, &left, &to, &room) == static_cast<size_t>(-1) || left > 0) return 0;
    ::iconv(converter_, nullptr, nullptr, &to, &room);  // what may be completed by a combining character
    return room == sizeof(out) - sizeof(char32_t) ? out[0] : 0;
  }
  char32_t code_point(std::initializer_list<unsigned> bytes) {
    std::string text;
    for (const unsigned byte : bytes) text.push_back(static_cast<char>(byte));
    return code_point(text);
  }

 private:
  explicit GlibcCharset(iconv_t converter) : converter_(converter) {}
  iconv_t converter_;
};

/// A pair of bytes and what it stands for.
struct Pair {
  uint16_t bytes;
  uint16_t rune;
};

/// Characters that Big5 has twice; x/text reads the second places too, glibc does not.
constexpr Pair kBig5Doubles[] = {
    {0x8E69, 0x7BB8}, {0x8E6F, 0x7C06}, {0x8E7E, 0x7CCE}, {0x8EAB, 0x7DD2}, {0x8EB4, 0x7E1D}, {0x8ECD, 0x8005}, {0x8ED0, 0x8028}, {0x8F57, 0x83C1},
    {0x8F69, 0x84A8}, {0x8F6E, 0x840F}, {0x8FCB, 0x89A6}, {0x8FCC, 0x89A9}, {0x8FFE, 0x8D77}, {0x906D, 0x90FD}, {0x907A, 0x92B9}, {0x90DC, 0x975C},
    {0x90F1, 0x97FF}, {0x91BF, 0x9F16}, {0x9244, 0x8503}, {0x92AF, 0x5159}, {0x92B0, 0x515B}, {0x92B1, 0x515D}, {0x92B2, 0x515E}, {0x92C8, 0x936E},
    {0x92D1, 0x7479}, {0x9447, 0x6D67}, {0x94CA, 0x799B}, {0x95D9, 0x9097}, {0x9644, 0x975D}, {0x96ED, 0x701E}, {0x96FC, 0x5B28}, {0x9B76, 0x7201},
    {0x9B78, 0x77D7}, {0x9B7B, 0x7E87}, {0x9BC6, 0x99D6}, {0x9BDE, 0x91D4}, {0x9BEC, 0x60DE}, {0x9BF6, 0x6FB6}, {0x9C42, 0x8F36}, {0x9C53, 0x4FBB},
    {0x9C62, 0x71DF}, {0x9C68, 0x9104}, {0x9C6B, 0x9DF0}, {0x9C77, 0x83CF}, {0x9CBC, 0x5C10}, {0x9CBD, 0x79E3}, {0x9CD0, 0x5A67}, {0x9D57, 0x8F0B},
    {0x9D5A, 0x7B51}, {0x9DC4, 0x62D0}, {0x9EA9, 0x6062}, {0x9EEF, 0x75F9}, {0x9EFD, 0x6C4A}, {0x9F60, 0x9B2E}, {0x9F66, 0x9F17}, {0x9FCB, 0x50ED},
    {0x9FD8, 0x5F0C}, {0xA063, 0x880F}, {0xA077, 0x62CE}, {0xA0D5, 0x7468}, {0xA0DF, 0x7162}, {0xA0E4, 0x7250}, {0xC6CF, 0x5EF4}, {0xC6D3, 0x65E0},
    {0xC6D5, 0x7676}, {0xC6D7, 0x96B6}, {0xC6DE, 0x3003}, {0xC6DF, 0x4EDD}, {0xFA5F, 0x5029}, {0xFA66, 0x507D}, {0xFABD, 0x5305}, {0xFAC5, 0x5344},
    {0xFAD5, 0x537F}, {0xFB48, 0x5605}, {0xFBB8, 0x5A77}, {0xFBF3, 0x5E75}, {0xFBF9, 0x5ED0}, {0xFC4F, 0x5F58}, {0xFC6C, 0x60A4}, {0xFCB9, 0x6490},
    {0xFCE2, 0x6674}, {0xFCF1, 0x675E}, {0xFDB7, 0x6C9C}, {0xFDB8, 0x6E1D}, {0xFDBB, 0x6E2F}, {0xFDF1, 0x716E}, {0xFE52, 0x732A}, {0xFE6F, 0x745C},
    {0xFEAA, 0x74E9}, {0xFEDD, 0x7809},
};

/// What GB18030 of 2005 moved into the two-byte range; x/text follows that of 2000.
constexpr uint16_t kMovedIn2005[] = {0xA6D9, 0xA6DA, 0xA6DB, 0xA6DC, 0xA6DD, 0xA6DE, 0xA6DF, 0xA6EC, 0xA6ED, 0xA6F3, 0xA8BC, 0xFE51, 0xFE52,
                                     0xFE53, 0xFE59, 0xFE61, 0xFE66, 0xFE67, 0xFE6C, 0xFE6D, 0xFE76, 0xFE7E, 0xFE90, 0xFE91, 0xFEA0};

struct Range {
  uint16_t first;
  uint16_t last;
};

/// Code points for private use below U+E865 that GB18030 of 2000 writes as four bytes; the others have two.
constexpr Range kPrivateOfFour[] = {
    {0xE76C, 0xE76C}, {0xE7C8, 0xE7C8}, {0xE7E7, 0xE7F3}, {0xE815, 0xE815}, {0xE819, 0xE81D}, {0xE81F, 0xE825},
    {0xE827, 0xE82A}, {0xE82D, 0xE830}, {0xE833, 0xE83A}, {0xE83C, 0xE842}, {0xE844, 0xE853}, {0xE856, 0xE863}};
constexpr char32_t kFirstPrivate = 0xE000, kBehindTwoBytePrivate = 0xE865;

bool has_four_bytes(char32_t rune) {
  if (rune >= 0xD800 && rune < kFirstPrivate) return false;
  if (rune < kFirstPrivate || rune >= kBehindTwoBytePrivate) return true;
  return std::any_of(std::begin(kPrivateOfFour), std::end(kPrivateOfFour), [&](const Range& range) { return rune >= range.first && rune <= range.last; });
}

size_t gbk_index(unsigned bytes) {
  const unsigned trail = bytes & 0xFF;
  return ((bytes >> 8) - 0x81) * 190 + trail - (trail < 0x7F ? 0x40 : 0x41);
}

size_t big5_index(unsigned bytes) {
  const unsigned trail = bytes & 0xFF;
  return ((bytes >> 8) - 0x81) * 157 + trail - (trail < 0x7F ? 0x40 : 0x62);
}

bool is_private(char32_t rune) { return rune >= 0xE000 && rune < 0xF900; }

}  // namespace

Result<Bytes> bytes_of(const SingleByteSource& source) {
  auto charset = GlibcCharset::open(source.glibc_name);
  if (!charset) return charset.error();
  Bytes table;
  for (unsigned byte = 0; byte < table.size(); ++byte) {
    const char32_t rune = charset->code_point({byte});
    const bool hidden = source.without_c1 && byte >= 0x80 && byte < 0xA0;
    table[byte] = hidden || (rune == 0 && byte != 0) ? kNone : rune;
  }
  for (size_t i = 0; i + 1 < source.replaced_bytes.size(); i += 2) table[source.replaced_bytes[i]] = source.replaced_bytes[i + 1];
  return table;
}

/// As Shift_JIS has it, with Microsoft's extensions.
Result<Pairs> jis0208() {
  auto charset = GlibcCharset::open("CP932");
  if (!charset) return charset.error();
  Pairs table;
  for (unsigned row = 0; row < 120; ++row)
    for (unsigned cell = 0; cell < 94; ++cell) {
      const unsigned lead = row / 2 + (row < 62 ? 0x81 : 0xC1);
      const unsigned trail = row % 2 == 1 ? cell + 0x9F : cell + 0x40 + (cell >= 63 ? 1 : 0);
      const char32_t rune = charset->code_point({lead, trail});
      table.push_back(is_private(rune) ? 0 : rune);
    }
  return table;
}

Result<Pairs> jis0212() {
  auto charset = GlibcCharset::open("EUC-JP");
  if (!charset) return charset.error();
  Pairs table;
  for (unsigned row = 0xA1; row < 0xFF; ++row)
    for (unsigned cell = 0xA1; cell < 0xFF; ++cell) table.push_back(charset->code_point({0x8F, row, cell}));
  return table;
}

Result<Pairs> gbk() {
  auto charset = GlibcCharset::open("GB18030");
  if (!charset) return charset.error();
  Pairs table;
  for (unsigned lead = 0x81; lead < 0xFF; ++lead)
    for (unsigned cell = 0; cell < 190; ++cell) {
      const char32_t rune = charset->code_point({lead, cell + (cell < 63 ? 0x40 : 0x41)});
      table.push_back(is_private(rune) ? 0 : rune);
    }
  for (const unsigned bytes : kMovedIn2005) table[gbk_index(bytes)] = 0;
  table[gbk_index(0xA3A0)] = U'\u3000';
  return table;
}

/// Hong Kong's, but Taiwan's where it comes to symbols.
Result<Pairs> big5() {
  auto hong_kong = GlibcCharset::open("BIG5-HKSCS");
  if (!hong_kong) return hong_kong.error();
  auto taiwan = GlibcCharset::open("BIG5");
  if (!taiwan) return taiwan.error();
  Pairs table;
  for (unsigned lead = 0x81; lead < 0xFF; ++lead)
    for (unsigned cell = 0; cell < 157; ++cell) {
      GlibcCharset& charset = lead >= 0xA1 && lead <= 0xA3 ? *taiwan : *hong_kong;
      table.push_back(charset.code_point({lead, cell + (cell < 63 ? 0x40 : 0x62)}));
    }
  for (const Pair& pair : kBig5Doubles) table[big5_index(pair.bytes)] = pair.rune;
  for (unsigned control = 0; control < 32; ++control) table[big5_index(0xA3C0 + control)] = U'\u2400' + control;
  table[big5_index(0xA3E0)] = U'\u2421';
  return table;
}

Result<Pairs> euc_kr() {
  auto charset = GlibcCharset::open("UHC");
  if (!charset) return charset.error();
  Pairs table;
  for (unsigned lead = 0x81; lead < 0xC7; ++lead)
    for (unsigned cell = 0; cell < 178; ++cell) table.push_back(charset->code_point({lead, cell + (cell < 26 ? 0x41 : cell < 52 ? 0x47 : 0x4D)}));
  for (unsigned lead = 0xC7; lead < 0xFF; ++lead)
    for (unsigned cell = 0xA1; cell < 0xFF; ++cell) table.push_back(charset->code_point({lead, cell}));
  return table;
}

std::vector<char16_t> gb18030_rest(const Pairs& gbk) {
  const std::unordered_set<char32_t> written(gbk.begin(), gbk.end());
  std::vector<char16_t> rest;
  for (char32_t rune = 0x80; rune < 0x10000; ++rune)
    if (has_four_bytes(rune) && !written.contains(rune)) rest.push_back(static_cast<char16_t>(rune));
  return rest;
}

}  // namespace invar::charset_tables
