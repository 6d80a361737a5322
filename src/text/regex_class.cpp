#include "src/text/regex_class.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "src/base/quote.h"

namespace invar::regex {
namespace {

constexpr char32_t kMaxRune = 0x10FFFF;
constexpr char32_t kLongS = 0x17F;   // folds to s
constexpr char32_t kKelvin = 0x212A;  // folds to k

struct Range {
  char32_t lo, hi;
};

void append_rune_escape(std::string& out, char32_t rune) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  if (rune < 0x80 && is_alnum(rune)) {
    out += static_cast<char>(rune);
    return;
  }
  out += "\\x{";
  bool started = false;
  for (int shift = 20; shift >= 0; shift -= 4) {
    const unsigned digit = rune >> shift & 15;
    started = started || digit != 0 || shift == 0;
    if (started) out += kHex[digit];
  }
  out += '}';
}

// A class being put together: its ranges (folded where that touches ASCII), and its items as RE2 writes them.
class Builder {
 public:
  explicit Builder(bool fold) : fold_(fold) {}

  void add(char32_t lo, char32_t hi) {
    append_rune_escape(items_, lo);
    if (hi != lo) {
      items_ += '-';
      append_rune_escape(items_, hi);
    }
    add_folded(lo, hi);
  }

  // One of the groups of `[:word:]` and \w: ASCII ranges; `written` is understood by RE2, folding included.
  void add_group(const std::vector<Range>& group, bool negative, std::string_view written) {
    items_ += written;
    if (!negative) {
      for (const Range& range : group) add_folded(range.lo, range.hi);
      return;
    }
    Builder positive(fold_);
    for (const Range& range : group) positive.add_folded(range.lo, range.hi);
    for (const Range& range : positive.complement()) ranges_.push_back(range);
  }

  void add_opaque(std::string_view written) {
    items_ += written;
    opaque_ = true;
  }

  CharSet finish(bool negative) {
    CharSet set;
    set.opaque = opaque_;
    const auto ranges = negative ? complement() : merged();
    for (const Range& range : ranges) {
      for (char32_t rune = range.lo; rune <= range.hi && rune < 128; ++rune) set.ascii[rune >> 6] |= uint64_t{1} << (rune & 63);
      if (range.hi < 128) continue;
      const bool all = range.lo <= 128 && range.hi == kMaxRune;
      set.beyond = all ? CharSet::Beyond::kAll : CharSet::Beyond::kSome;
    }
    if (opaque_) set.beyond = CharSet::Beyond::kSome;
    if (items_.empty()) items_ = negative ? "" : "^\\x{0}-\\x{10FFFF}";
    set.re2 = std::string(negative ? "[^" : "[") + items_ + "]";
    if (set.re2 == "[^]") set.re2 = "(?s:.)";
    if (fold_) set.re2 = "(?i:" + set.re2 + ")";
    return set;
  }

 private:
  void add_folded(char32_t lo, char32_t hi) {
    ranges_.push_back({lo, hi});
    if (!fold_) return;
    const auto touch = [&](char32_t from, char32_t to, int32_t shift) {
      const char32_t begin = std::max(lo, from), end = std::min(hi, to);
      if (begin <= end) ranges_.push_back({begin + static_cast<char32_t>(shift), end + static_cast<char32_t>(shift)});
    };
    touch('a', 'z', -32);
    touch('A', 'Z', 32);
    const auto has = [&](char32_t rune) { return lo <= rune && rune <= hi; };
    if (has('s') || has('S') || has(kLongS)) add_plain({'s', 'S', kLongS});
    if (has('k') || has('K') || has(kKelvin)) add_plain({'k', 'K', kKelvin});
    // Other runes have case partners too; only whether there are any matters here.
  }

  void add_plain(std::initializer_list<char32_t> runes) {
    for (const char32_t rune : runes) ranges_.push_back({rune, rune});
  }

  std::vector<Range> merged() const {
    std::vector<Range> sorted = ranges_;
    std::sort(sorted.begin(), sorted.end(), [](const Range& a, const Range& b) { return a.lo < b.lo; });
    std::vector<Range> out;
    for (const Range& range : sorted) {
      if (!out.empty() && range.lo <= out.back().hi + 1)
        out.back().hi = std::max(out.back().hi, range.hi);
      else
        out.push_back(range);
    }
    return out;
  }

  std::vector<Range> complement() const {
    std::vector<Range> out;
    char32_t next = 0;
    for (const Range& range : merged()) {
      if (range.lo > next) out.push_back({next, range.lo - 1});
      next = range.hi + 1;
    }
    if (next <= kMaxRune) out.push_back({next, kMaxRune});
    return out;
  }

  bool fold_;
  bool opaque_ = false;
  std::vector<Range> ranges_;
  std::string items_;
};

using Group = std::vector<Range>;

Group perl_group(char letter) {
  switch (letter) {
    case 'd': return {{'0', '9'}};
    case 's': return {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}};
    case 'w': return {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
    default: return {};
  }
}

Group posix_group(std::string_view name) {
  struct Named {
    std::string_view name;
    Group group;
  };
  static const std::vector<Named> kAll = {
      {"alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
      {"alpha", {{'A', 'Z'}, {'a', 'z'}}},
      {"ascii", {{0, 0x7F}}},
      {"blank", {{'\t', '\t'}, {' ', ' '}}},
      {"cntrl", {{0, 0x1F}, {0x7F, 0x7F}}},
      {"digit", {{'0', '9'}}},
      {"graph", {{'!', '~'}}},
      {"lower", {{'a', 'z'}}},
      {"print", {{' ', '~'}}},
      {"punct", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}},
      {"space", {{'\t', '\r'}, {' ', ' '}}},
      {"upper", {{'A', 'Z'}}},
      {"word", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
      {"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}},
  };
  for (const Named& named : kAll)
    if (named.name == name) return named.group;
  return {};
}

// Takes \d ... \W off.
bool take_perl_group(std::string_view& rest, Builder& builder) {
  if (rest.size() < 2 || rest[0] != '\\') return false;
  const char letter = rest[1];
  const Group group = perl_group(static_cast<char>(letter | 0x20));
  if (group.empty()) return false;
  builder.add_group(group, letter < 'a', rest.substr(0, 2));
  rest.remove_prefix(2);
  return true;
}

// Takes `[:alnum:]` off; false when there is none.
Result<bool> take_posix_group(std::string_view& rest, Builder& builder) {
  if (rest.size() <= 2 || !rest.starts_with("[:")) return false;
  const size_t end = rest.find(":]", 2);
  if (end == std::string_view::npos) return false;
  const std::string_view written = rest.substr(0, end + 2);
  std::string_view name = written.substr(2, end - 2);
  const bool negative = !name.empty() && name[0] == '^';
  if (negative) name.remove_prefix(1);
  const Group group = posix_group(name);
  if (group.empty()) return syntax_error("invalid character class range", written);
  builder.add_group(group, negative, written);
  rest.remove_prefix(written.size());
  return true;
}

// Go looks names up without regard to case, blanks, underscores and hyphens.
std::string canonical_name(std::string_view name) {
  std::string out;
  for (char c : name) {
    if (c == '_' || c == '-' || c == ' ') continue;
    if (out.empty()) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    } else if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c + 32);
    }
    out += c;
  }
  return out;
}

// The short name of a general category that is written out.
std::string_view category_name(std::string_view canonical) {
  static constexpr std::pair<std::string_view, std::string_view> kLong[] = {
      {"Other", "C"}, {"Control", "Cc"}, {"Cntrl", "Cc"}, {"Format", "Cf"}, {"Privateuse", "Co"}, {"Surrogate", "Cs"},
      {"Letter", "L"}, {"Lowercaseletter", "Ll"}, {"Modifierletter", "Lm"}, {"Otherletter", "Lo"}, {"Titlecaseletter", "Lt"},
      {"Uppercaseletter", "Lu"}, {"Mark", "M"}, {"Combiningmark", "M"}, {"Spacingmark", "Mc"}, {"Enclosingmark", "Me"},
      {"Nonspacingmark", "Mn"}, {"Number", "N"}, {"Decimalnumber", "Nd"}, {"Digit", "Nd"}, {"Letternumber", "Nl"},
      {"Othernumber", "No"}, {"Punctuation", "P"}, {"Punct", "P"}, {"Connectorpunctuation", "Pc"}, {"Dashpunctuation", "Pd"},
      {"Closepunctuation", "Pe"}, {"Finalpunctuation", "Pf"}, {"Initialpunctuation", "Pi"}, {"Otherpunctuation", "Po"},
      {"Openpunctuation", "Ps"}, {"Symbol", "S"}, {"Currencysymbol", "Sc"}, {"Modifiersymbol", "Sk"}, {"Mathsymbol", "Sm"},
      {"Othersymbol", "So"}, {"Separator", "Z"}, {"Lineseparator", "Zl"}, {"Paragraphseparator", "Zp"}, {"Spaceseparator", "Zs"}};
  for (const auto& [name, category] : kLong)
    if (name == canonical) return category;
  return canonical;
}

// Takes \pL, \p{Greek}, \P{^Lu} off; false when there is none. `rest` is behind nothing else.
Result<bool> take_unicode_group(std::string_view& rest, Builder& builder) {
  if (rest.size() < 2 || rest[0] != '\\' || (rest[1] != 'p' && rest[1] != 'P')) return false;
  bool negative = rest[1] == 'P';
  const std::string_view start = rest;
  std::string_view after = rest.substr(2);
  char32_t rune = 0;
  if (!after.empty())
    if (auto error = take_rune(after, rune)) return *error;
  std::string_view written = start.substr(0, start.size() - after.size());
  std::string_view name = written.substr(2);
  if (rune == '{') {
    const size_t end = start.find('}');
    if (end == std::string_view::npos) {
      if (auto error = check_utf8(start)) return *error;
      return syntax_error("invalid character class range", start);
    }
    written = start.substr(0, end + 1);
    name = start.substr(3, end - 3);
    if (auto error = check_utf8(name)) return *error;
  }
  if (!name.empty() && name[0] == '^') {
    negative = !negative;
    name.remove_prefix(1);
  }
  rest.remove_prefix(written.size());
  const std::string canonical = canonical_name(name);
  if (canonical == "Any") {
    if (negative)
      builder.add_group({{0, kMaxRune}}, true, "");
    else
      builder.add(0, kMaxRune);
    return true;
  }
  if (canonical == "Ascii") {
    builder.add_group({{0, 0x7F}}, negative, negative ? "[:^ascii:]" : "[:ascii:]");
    return true;
  }
  const std::string_view category = category_name(canonical);
  const std::string re2_text = std::string(negative ? "\\P{" : "\\p{") + std::string(category) + "}";
  RE2::Options options;
  options.set_log_errors(false);
  if (canonical.empty() || !RE2(re2_text, options).ok()) return syntax_error("invalid character class range", written);
  builder.add_opaque(re2_text);
  return true;
}

std::optional<Error> take_class_rune(std::string_view& rest, std::string_view whole_class, char32_t& rune) {
  if (rest.empty()) return syntax_error("missing closing ]", whole_class);
  return rest[0] == '\\' ? take_escape(rest, rune) : take_rune(rest, rune);
}

}  // namespace

Error syntax_error(std::string_view code, std::string_view expression) {
  return {"error parsing regexp: " + std::string(code) + ": `" + std::string(expression) + "`", "regex"};
}

bool is_alnum(char32_t rune) {
  return (rune >= '0' && rune <= '9') || (rune >= 'A' && rune <= 'Z') || (rune >= 'a' && rune <= 'z');
}

std::optional<Error> take_rune(std::string_view& rest, char32_t& rune) {
  size_t length;
  rune = decode_rune(rest, length);
  if (rune == 0xFFFD && length == 1) return syntax_error("invalid UTF-8", rest);
  rest.remove_prefix(length);
  return {};
}

std::optional<Error> check_utf8(std::string_view text) {
  while (!text.empty()) {
    char32_t rune;
    if (auto error = take_rune(text, rune)) return error;
  }
  return {};
}

namespace {

int hex_value(char32_t rune) {
  if (rune >= '0' && rune <= '9') return static_cast<int>(rune - '0');
  const char32_t lower = rune | 0x20;
  return lower >= 'a' && lower <= 'f' && rune < 0x80 ? static_cast<int>(lower - 'a' + 10) : -1;
}

// Behind `\x`. False when it is not a hexadecimal escape.
bool take_hex_escape(std::string_view& rest, char32_t& rune, std::optional<Error>& error) {
  if (rest.empty()) return false;
  char32_t c;
  if ((error = take_rune(rest, c))) return false;
  if (c != '{') {
    char32_t second = 0xFFFD;
    if (!rest.empty() && (error = take_rune(rest, second))) return false;
    if (hex_value(c) < 0 || hex_value(second) < 0) return false;
    rune = static_cast<char32_t>(hex_value(c) * 16 + hex_value(second));
    return true;
  }
  rune = 0;
  for (int digits = 0;; ++digits) {
    if (rest.empty() || (error = take_rune(rest, c))) return false;
    if (c == '}') return digits > 0;
    if (hex_value(c) < 0) return false;
    rune = rune * 16 + static_cast<char32_t>(hex_value(c));
    if (rune > kMaxRune) return false;
  }
}

}  // namespace

std::optional<Error> take_escape(std::string_view& rest, char32_t& rune) {
  const std::string_view start = rest;
  rest.remove_prefix(1);
  if (rest.empty()) return syntax_error("trailing backslash at end of expression", "");
  char32_t c;
  if (auto error = take_rune(rest, c)) return error;
  const auto octal = [&] { return !rest.empty() && rest[0] >= '0' && rest[0] <= '7'; };
  static constexpr std::pair<char, char> kPlain[] = {{'a', '\a'}, {'f', '\f'}, {'n', '\n'}, {'r', '\r'}, {'t', '\t'}, {'v', '\v'}};
  for (const auto& [letter, value] : kPlain) {
    if (c == static_cast<char32_t>(letter)) {
      rune = static_cast<char32_t>(value);
      return {};
    }
  }
  if (c == '0' || (c >= '1' && c <= '7' && octal())) {
    rune = c - '0';
    for (int i = 1; i < 3 && octal(); ++i, rest.remove_prefix(1)) rune = rune * 8 + static_cast<char32_t>(rest[0] - '0');
    return {};
  }
  if (c == 'x') {
    std::optional<Error> error;
    if (take_hex_escape(rest, rune, error)) return {};
    if (error) return error;
  } else if (c < 0x80 && !is_alnum(c)) {
    rune = c;
    return {};
  }
  return syntax_error("invalid escape sequence", start.substr(0, start.size() - rest.size()));
}

CharSet any_rune(bool with_newline) {
  CharSet set;
  set.ascii[0] = set.ascii[1] = ~uint64_t{0};
  if (!with_newline) set.ascii[0] &= ~(uint64_t{1} << '\n');
  set.beyond = CharSet::Beyond::kAll;
  set.re2 = with_newline ? "(?s:.)" : "[^\\n]";
  return set;
}

Result<CharSet> parse_bracket(std::string_view& rest, bool fold) {
  const std::string_view whole = rest;
  rest.remove_prefix(1);
  const bool negative = !rest.empty() && rest[0] == '^';
  if (negative) rest.remove_prefix(1);
  Builder builder(fold);
  for (bool first = true; rest.empty() || rest[0] != ']' || first; first = false) {
    const auto posix = take_posix_group(rest, builder);
    if (!posix) return posix.error();
    if (*posix) continue;
    const auto unicode = take_unicode_group(rest, builder);
    if (!unicode) return unicode.error();
    if (*unicode || take_perl_group(rest, builder)) continue;

    const std::string_view range = rest;
    char32_t lo;
    if (auto error = take_class_rune(rest, whole, lo)) return *error;
    char32_t hi = lo;
    if (rest.size() >= 2 && rest[0] == '-' && rest[1] != ']') {
      rest.remove_prefix(1);
      if (auto error = take_class_rune(rest, whole, hi)) return *error;
      if (hi < lo) return syntax_error("invalid character class range", range.substr(0, range.size() - rest.size()));
    }
    builder.add(lo, hi);
  }
  rest.remove_prefix(1);
  return builder.finish(negative);
}

Result<std::optional<CharSet>> parse_class_escape(std::string_view& rest, bool fold) {
  Builder builder(fold);
  const auto unicode = take_unicode_group(rest, builder);
  if (!unicode) return unicode.error();
  if (!*unicode && !take_perl_group(rest, builder)) return std::optional<CharSet>();
  return std::optional<CharSet>(builder.finish(false));
}

void append_literal(std::string& out, std::string_view text) {
  while (!text.empty()) {
    size_t length;
    append_rune_escape(out, decode_rune(text, length));
    text.remove_prefix(length);
  }
}

}  // namespace invar::regex
