#include "src/text/charset.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <tuple>

#include "src/text/charset_decoders.h"

namespace invar {
namespace {

namespace tables = charset_tables;
using charset_decoders::CharsetPtr;

/// A charset from the tables it needs.
template <class... Tables, class... Sources>
Result<CharsetPtr> made(CharsetPtr (*make)(Tables...), Sources... sources) {
  std::optional<Error> missing;
  const auto check = [&](auto& table) {
    if (!table && !missing) missing = table.error();
  };
  auto read = std::tuple(sources()...);
  std::apply([&](auto&... table) { (check(table), ...); }, read);
  if (missing) return *missing;
  return std::apply([&](auto&... table) { return make(std::move(*table)...); }, read);
}

Result<CharsetPtr> make_utf8() { return charset_decoders::utf8(); }
Result<CharsetPtr> make_utf16_le() { return charset_decoders::utf16(charset_decoders::ByteOrder::kLittleEndian); }
Result<CharsetPtr> make_utf16_be() { return charset_decoders::utf16(charset_decoders::ByteOrder::kBigEndian); }
Result<CharsetPtr> make_shift_jis() { return made(charset_decoders::shift_jis, tables::jis0208); }
Result<CharsetPtr> make_euc_jp() { return made(charset_decoders::euc_jp, tables::jis0208, tables::jis0212); }
Result<CharsetPtr> make_iso_2022_jp() { return made(charset_decoders::iso_2022_jp, tables::jis0208, tables::jis0212); }
Result<CharsetPtr> make_gbk() { return made(charset_decoders::gbk, tables::gbk); }
Result<CharsetPtr> make_gb18030() { return made(charset_decoders::gb18030, tables::gbk); }
Result<CharsetPtr> make_hz() { return made(charset_decoders::hz_gb_2312, tables::gbk); }
Result<CharsetPtr> make_big5() { return made(charset_decoders::big5, tables::big5); }
Result<CharsetPtr> make_euc_kr() { return made(charset_decoders::euc_kr, tables::euc_kr); }

/// Names as IANA registers them, in small letters. The ones in `also` x/text knows but cannot decode (and Alloy crashes with); they are parts of the encoding.
struct Row {
  std::string_view names;
  tables::SingleByteSource single_byte = {};
  Result<CharsetPtr> (*make)() = nullptr;  // of others
  std::string_view also = {};
};

constexpr Row kRows[] = {
    {"us-ascii ansi_x3.4-1968 ansi_x3.4-1986 cp367 csascii ibm367 iso-ir-6 iso646-us iso_646.irv:1991 us", {"US-ASCII"}},
    {"utf-8 csutf8", {}, make_utf8},
    {"utf-16le csutf16le", {}, make_utf16_le},
    {"utf-16be csutf16be", {}, make_utf16_be},
    {"utf-16 csutf16", {}, make_utf16_be},  // without a byte order mark, which decides before this
    {"iso-8859-1 cp819 csisolatin1 ibm819 iso-ir-100 iso_8859-1 iso_8859-1:1987 l1 latin1", {"ISO-8859-1"}},
    {"iso-8859-2 csisolatin2 iso-ir-101 iso_8859-2 iso_8859-2:1987 l2 latin2", {"ISO-8859-2", true}},
    {"iso-8859-3 csisolatin3 iso-ir-109 iso_8859-3 iso_8859-3:1988 l3 latin3", {"ISO-8859-3", true}},
    {"iso-8859-4 csisolatin4 iso-ir-110 iso_8859-4 iso_8859-4:1988 l4 latin4", {"ISO-8859-4", true}},
    {"iso-8859-5 csisolatincyrillic cyrillic iso-ir-144 iso_8859-5 iso_8859-5:1988", {"ISO-8859-5", true}},
    {"iso-8859-6 arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6-e iso-8859-6-i iso-ir-127 iso_8859-6 iso_8859-6-e iso_8859-6-i "
     "iso_8859-6:1987",
     {"ISO-8859-6", true}},
    {"iso-8859-7 csisolatingreek ecma-118 elot_928 greek greek8 iso-ir-126 iso_8859-7 iso_8859-7:1987", {"ISO-8859-7", true}},
    {"iso-8859-8 csiso88598e csiso88598i csisolatinhebrew hebrew iso-8859-8-e iso-8859-8-i iso-ir-138 iso_8859-8 iso_8859-8-e iso_8859-8-i iso_8859-8:1988",
     {"ISO-8859-8", true}},
    {"iso-8859-9 csisolatin5 iso-ir-148 iso_8859-9 iso_8859-9:1989 l5 latin5", {"ISO-8859-9"}},
    {"iso-8859-10 csisolatin6 iso-ir-157 iso_8859-10:1992 l6 latin6", {"ISO-8859-10", true}},
    {"iso-8859-13 csiso885913", {"ISO-8859-13", true}},
    {"iso-8859-14 csiso885914 iso-celtic iso-ir-199 iso_8859-14 iso_8859-14:1998 l8 latin8", {"ISO-8859-14", true}},
    {"iso-8859-15 csiso885915 iso_8859-15 latin-9", {"ISO-8859-15", true}},
    {"iso-8859-16 csiso885916 iso-ir-226 iso_8859-16 iso_8859-16:2001 l10 latin10", {"ISO-8859-16", true}},
    {"windows-874 cswindows874", {"CP874"}, nullptr, "tis-620"},
    {"windows-1250 cswindows1250", {"CP1250"}},
    {"windows-1251 cswindows1251", {"CP1251"}},
    {"windows-1252 cswindows1252", {"CP1252"}},
    {"windows-1253 cswindows1253", {"CP1253"}},
    {"windows-1254 cswindows1254", {"CP1254"}},
    {"windows-1255 cswindows1255", {"CP1255", false, U"\u00CA\u05BA"}},
    {"windows-1256 cswindows1256", {"CP1256"}},
    {"windows-1257 cswindows1257", {"CP1257"}},
    {"windows-1258 cswindows1258", {"CP1258"}},
    {"koi8-r cskoi8r", {"KOI8-R"}},
    {"koi8-u cskoi8u", {"KOI8-U", false, U"\u00AE\u045E\u00BE\u040E"}},
    {"macintosh csmacintosh mac", {"MACINTOSH", false, U"\u00C6\u2206\u00F0\uF8FF"}},
    {"ibm037 cp037 csibm037 ebcdic-cp-ca ebcdic-cp-nl ebcdic-cp-us ebcdic-cp-wt", {"IBM037"}},
    {"ibm437 437 cp437 cspc8codepage437", {"IBM437"}},
    {"ibm850 850 cp850 cspc850multilingual", {"IBM850"}},
    {"ibm852 852 cp852 cspcp852", {"IBM852"}},
    {"ibm855 855 cp855 csibm855", {"IBM855"}},
    {"ibm00858 ccsid00858 cp00858 csibm00858 pc-multilingual-850+euro", {"CP858"}},
    {"ibm860 860 cp860 csibm860", {"IBM860"}},
    {"ibm862 862 cp862 cspc862latinhebrew", {"IBM862"}},
    {"ibm863 863 cp863 csibm863", {"IBM863"}},
    {"ibm865 865 cp865 csibm865", {"IBM865"}},
    {"ibm866 866 cp866 csibm866", {"IBM866"}},
    {"ibm1047 csibm1047 ibm-1047", {"IBM1047"}},
    {"ibm01140 ccsid01140 cp01140 csibm01140 ebcdic-us-37+euro", {"IBM1140"}},
    {"shift_jis csshiftjis ms_kanji", {}, make_shift_jis, "windows-31j"},
    {"euc-jp cseucpkdfmtjapanese extended_unix_code_packed_format_for_japanese", {}, make_euc_jp},
    {"iso-2022-jp csiso2022jp", {}, make_iso_2022_jp},
    {"gbk cp936 csgbk ms936 windows-936", {}, make_gbk, "gb2312 csgb2312 gb_2312-80"},
    {"gb18030 csgb18030", {}, make_gb18030},
    {"hz-gb-2312", {}, make_hz},
    {"big5 csbig5", {}, make_big5, "big5-hkscs"},
    {"euc-kr cseuckr", {}, make_euc_kr, "ks_c_5601-1987 ks_c_5601-1989 ksc_5601 korean iso-ir-149 csksc56011987"},
};

bool is_one_of(std::string_view name, std::string_view names) {
  while (!names.empty()) {
    const size_t end = std::min(names.find(' '), names.size());
    if (names.substr(0, end) == name) return true;
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return false;
}

std::string lower_trimmed(std::string_view name) {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  const size_t first = name.find_first_not_of(kBlanks);
  if (first == name.npos) return "";
  std::string lower(name.substr(first, name.find_last_not_of(kBlanks) - first + 1));
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c); });
  return lower;
}

const Row* row_named(std::string_view name) {
  const std::string lower = lower_trimmed(name);
  const auto found = std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& row) { return is_one_of(lower, row.names) || is_one_of(lower, row.also); });
  return lower.empty() || found == std::end(kRows) ? nullptr : found;
}

Result<CharsetPtr> make(const Row& row) {
  if (row.make) return row.make();
  const auto table = tables::bytes_of(row.single_byte);
  if (!table) return table.error();
  return charset_decoders::single_byte(*table);
}

}  // namespace

Result<const Charset*> Charset::find(std::string_view name) {
  const Row* const row = row_named(name);
  if (!row) return Error{"ianaindex: invalid encoding name", "encoding"};
  static std::mutex mutex;
  static std::map<const Row*, CharsetPtr> known;
  const std::lock_guard lock(mutex);
  CharsetPtr& charset = known[row];
  if (!charset) {
    auto fresh = make(*row);
    if (!fresh) return fresh.error();
    charset = std::move(*fresh);
  }
  return charset.get();
}

const Charset& Charset::utf16_little_endian() { return **find("utf-16le"); }
const Charset& Charset::utf16_big_endian() { return **find("utf-16be"); }

}  // namespace invar
