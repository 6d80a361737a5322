#include "src/lint/forms.h"

#include <algorithm>

#include "src/text/number.h"

namespace invar::lint {
namespace {

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
char lowered(char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); }

bool is_dashed_uuid(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return text.size() == 36;
}

/// In small letters, sorted.
constexpr std::string_view kEncodings[] = {
    "", "437", "850", "852", "855", "860", "862", "863", "865", "866", "ansi_x3.4-1968", "ansi_x3.4-1986", "arabic", "ascii", "asmo-708", "big5", "ccsid00858",
    "ccsid01140", "cp00858", "cp01140", "cp037", "cp367", "cp437", "cp819", "cp850", "cp852", "cp855", "cp860", "cp862", "cp863", "cp865", "cp866", "cp936",
    "csascii", "csbig5", "cseuckr", "cseucpkdfmtjapanese", "csgb18030", "csgbk", "csibm00858", "csibm01140", "csibm037", "csibm1047", "csibm855", "csibm860",
    "csibm863", "csibm865", "csibm866", "csiso2022jp", "csiso885913", "csiso885914", "csiso885915", "csiso885916", "csiso88596e", "csiso88596i", "csiso88598e",
    "csiso88598i", "csisolatin1", "csisolatin2", "csisolatin3", "csisolatin4", "csisolatin5", "csisolatin6", "csisolatinarabic", "csisolatincyrillic",
    "csisolatingreek", "csisolatinhebrew", "cskoi8r", "cskoi8u", "csmacintosh", "cspc850multilingual", "cspc862latinhebrew", "cspc8codepage437", "cspcp852",
    "csshiftjis", "csutf16", "csutf16be", "csutf16le", "csutf8", "cswindows1250", "cswindows1251", "cswindows1252", "cswindows1253", "cswindows1254",
    "cswindows1255", "cswindows1256", "cswindows1257", "cswindows1258", "cswindows874", "cyrillic", "ebcdic-cp-ca", "ebcdic-cp-nl", "ebcdic-cp-us",
    "ebcdic-cp-wt", "ebcdic-us-37+euro", "ecma-114", "ecma-118", "elot_928", "euc-jp", "euc-kr", "extended_unix_code_packed_format_for_japanese", "gb18030",
    "gbk", "greek", "greek8", "hebrew", "hz-gb-2312", "ibm-1047", "ibm00858", "ibm01140", "ibm037", "ibm1047", "ibm367", "ibm437", "ibm819", "ibm850", "ibm852",
    "ibm855", "ibm860", "ibm862", "ibm863", "ibm865", "ibm866", "iso-2022-jp", "iso-8859-1", "iso-8859-10", "iso-8859-13", "iso-8859-14", "iso-8859-15",
    "iso-8859-16", "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-5", "iso-8859-6", "iso-8859-6-e", "iso-8859-6-i", "iso-8859-7", "iso-8859-8",
    "iso-8859-8-e", "iso-8859-8-i", "iso-8859-9", "iso-celtic", "iso-ir-100", "iso-ir-101", "iso-ir-109", "iso-ir-110", "iso-ir-126", "iso-ir-127",
    "iso-ir-138", "iso-ir-144", "iso-ir-148", "iso-ir-157", "iso-ir-199", "iso-ir-226", "iso-ir-6", "iso646-us", "iso_646.irv:1991", "iso_8859-1",
    "iso_8859-10:1992", "iso_8859-14", "iso_8859-14:1998", "iso_8859-15", "iso_8859-16", "iso_8859-16:2001", "iso_8859-1:1987", "iso_8859-2",
    "iso_8859-2:1987", "iso_8859-3", "iso_8859-3:1988", "iso_8859-4", "iso_8859-4:1988", "iso_8859-5", "iso_8859-5:1988", "iso_8859-6", "iso_8859-6-e",
    "iso_8859-6-i", "iso_8859-6:1987", "iso_8859-7", "iso_8859-7:1987", "iso_8859-8", "iso_8859-8-e", "iso_8859-8-i", "iso_8859-8:1988", "iso_8859-9",
    "iso_8859-9:1989", "koi8-r", "koi8-u", "l1", "l10", "l2", "l3", "l4", "l5", "l6", "l8", "latin-9", "latin1", "latin10", "latin2", "latin3", "latin4",
    "latin5", "latin6", "latin8", "mac", "macintosh", "ms936", "ms_kanji", "nop", "pc-multilingual-850+euro", "shift_jis", "us", "us-ascii", "utf-16",
    "utf-16be", "utf-16le", "utf-8", "utf-8-raw", "utf16", "utf8", "utf8-raw", "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254",
    "windows-1255", "windows-1256", "windows-1257", "windows-1258", "windows-874", "windows-936"};
static_assert(std::is_sorted(std::begin(kEncodings), std::end(kEncodings)));

}  // namespace

bool is_uuid(std::string_view text) {
  if (text.size() == 32) return std::all_of(text.begin(), text.end(), is_hex);
  if (text.size() == 45) {
    std::string head(text.substr(0, 9));
    std::transform(head.begin(), head.end(), head.begin(), lowered);
    return head == "urn:uuid:" && is_dashed_uuid(text.substr(9));
  }
  return is_dashed_uuid(text.size() == 38 ? text.substr(1, 36) : text);
}

std::string host_port_error(std::string_view text) {
  const auto error = [&](std::string_view why) { return "address " + std::string(text) + ": " + std::string(why); };
  const size_t last = text.rfind(':');
  if (last == std::string_view::npos) return error("missing port in address");
  size_t host_end = last, rest_open = 0, rest_close = 0;
  if (text.front() == '[') {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) return error("missing ']' in address");
    if (close + 1 == text.size()) return error("missing port in address");
    if (close + 1 != last) return error(text[close + 1] == ':' ? "too many colons in address" : "missing port in address");
    host_end = close, rest_open = 1, rest_close = close + 1;
  } else if (text.substr(0, host_end).find(':') != std::string_view::npos) {
    return error("too many colons in address");
  }
  if (text.find('[', rest_open) != std::string_view::npos) return error("unexpected '[' in address");
  if (text.find(']', rest_close) != std::string_view::npos) return error("unexpected ']' in address");
  return {};
}

bool is_port(std::string_view text) {
  if (text.empty()) return true;  // any
  if (text.find_first_not_of("+-0123456789") != std::string_view::npos) return text.find_first_not_of("0123456789") == 0;
  const auto number = parse_int(text, 10);
  return number && *number >= 0 && *number <= 65535;
}

bool is_encoding(std::string_view name) {
  std::string small(name);
  std::transform(small.begin(), small.end(), small.begin(), lowered);
  const size_t begin = std::min(small.find_first_not_of(" \t"), small.size());
  small = small.substr(begin, small.find_last_not_of(" \t") + 1 - begin);
  return std::binary_search(std::begin(kEncodings), std::end(kEncodings), std::string_view(small));
}

bool is_plain_name(std::string_view name, bool with_colons) {
  const auto is_start = [&](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (with_colons && c == ':'); };
  for (size_t i = 0; i < name.size(); ++i)
    if (!is_start(name[i]) && (i == 0 || name[i] < '0' || name[i] > '9')) return false;
  return !name.empty();
}

}  // namespace invar::lint
