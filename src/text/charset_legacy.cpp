#include <algorithm>
#include <cstring>

#include "src/text/charset_decoders.h"

namespace invar::charset_decoders {
namespace {

using charset_tables::Bytes;
using charset_tables::Pairs;
constexpr char32_t kBroken = 0xFFFD;

/// What stands at the front of a text.
struct Rune {
  char32_t rune = kBroken;
  size_t size = 1;  // bytes it takes
};

unsigned byte_at(std::string_view text, size_t at) { return static_cast<unsigned char>(text[at]); }
bool within(unsigned byte, unsigned first, unsigned last) { return byte >= first && byte <= last; }

char32_t in_table(const Pairs& table, size_t index) {
  return index < table.size() && table[index] != 0 ? table[index] : kBroken;
}

std::string byte_for(const Bytes& table, char32_t rune) {
  const auto found = std::find(table.begin(), table.end(), rune);
  return {static_cast<char>(found - table.begin())};
}

class SingleByte final : public Charset {
 public:
  explicit SingleByte(const Bytes& table) : Charset(byte_for(table, '\n'), byte_for(table, '\r')) {
    for (size_t byte = 0; byte < table.size(); ++byte) {
      char* const begin = encoded_[byte].bytes;
      encoded_[byte].size = static_cast<uint8_t>(put_rune(begin, table[byte]) - begin);
      keeps_ascii_ = keeps_ascii_ && (byte >= 0x80 || table[byte] == byte);
    }
  }
  bool is_plain(std::string_view text) const override { return keeps_ascii_ && is_ascii(text); }
  char* decode(std::string_view text, char* to) const override {
    for (const char c : text) {
      const Encoded& encoded = encoded_[static_cast<unsigned char>(c)];
      to[0] = encoded.bytes[0];
      to[1] = encoded.bytes[1];
      to[2] = encoded.bytes[2];
      to += encoded.size;
    }
    return to;
  }

 private:
  struct Encoded {
    char bytes[4] = {};  // a byte stands for no rune beyond U+FFFF
    uint8_t size = 1;
  };
  std::array<Encoded, 256> encoded_;
  bool keeps_ascii_ = true;
};

/// Bytes below 0x80 stand for themselves when they are not the second of a pair; how the others go together, `Rules` knows: `Rune next(std::string_view text) const`.
template <class Rules>
class MultiByte final : public Charset {
 public:
  explicit MultiByte(Rules rules) : Charset("\n", "\r"), rules_(std::move(rules)) {}
  bool is_plain(std::string_view text) const override { return is_ascii(text); }
  char* decode(std::string_view text, char* to) const override {
    while (!text.empty()) {
      if (byte_at(text, 0) < 0x80) {
        *to++ = text.front();
        text.remove_prefix(1);
        continue;
      }
      const Rune next = rules_.next(text);
      to = put_rune(to, next.rune);
      if constexpr (requires { rules_.mark(text); })
        if (const char32_t mark = rules_.mark(text)) to = put_rune(to, mark);
      text.remove_prefix(next.size);
    }
    return to;
  }

 private:
  Rules rules_;
};

struct ShiftJis {
  Pairs jis0208;
  Rune next(std::string_view text) const {
    unsigned lead = byte_at(text, 0);
    if (within(lead, 0xA1, 0xDF)) return {lead + (0xFF61 - 0xA1), 1};
    if (lead == 0x80) return {0x80, 1};
    if (lead == 0xA0 || lead >= 0xFD || text.size() < 2) return {};
    unsigned trail = byte_at(text, 1);
    if (trail < 0x40 || trail == 0x7F) return {};  // stands for itself
    if (trail >= 0xFD) return {kBroken, 2};
    unsigned row = 2 * (lead - (lead <= 0x9F ? 0x70 : 0xB0)) - 0x21;
    if (trail < 0x9F) {
      --row;
      trail -= trail < 0x7F ? 0x40 : 0x41;
    } else {
      trail -= 0x9F;
    }
    return {in_table(jis0208, row * 94 + trail), 2};
  }
};

struct EucJp {
  Pairs jis0208, jis0212;
  Rune next(std::string_view text) const {
    const unsigned lead = byte_at(text, 0);
    if (lead == 0x8E) return katakana(text);
    if (lead == 0x8F) return supplementary(text);
    if (!within(lead, 0xA1, 0xFE) || text.size() < 2 || !within(byte_at(text, 1), 0xA1, 0xFE)) return {};
    return {in_table(jis0208, (lead - 0xA1) * 94 + (byte_at(text, 1) - 0xA1)), 2};
  }

 private:
  static Rune katakana(std::string_view text) {
    if (text.size() < 2 || byte_at(text, 1) < 0xA1 || byte_at(text, 1) == 0xFF) return {};
    if (byte_at(text, 1) > 0xDF) return {kBroken, 2};
    return {byte_at(text, 1) + (0xFF61 - 0xA1), 2};
  }
  Rune supplementary(std::string_view text) const {
    if (text.size() < 3) return {kBroken, text.size() == 2 && within(byte_at(text, 1), 0xA1, 0xFD) ? size_t{2} : size_t{1}};
    if (!within(byte_at(text, 1), 0xA1, 0xFE)) return {};
    if (!within(byte_at(text, 2), 0xA1, 0xFE)) return {kBroken, 2};
    return {in_table(jis0212, (byte_at(text, 1) - 0xA1) * 94 + (byte_at(text, 2) - 0xA1)), 3};
  }
};

struct EucKr {
  Pairs table;
  Rune next(std::string_view text) const {
    const unsigned lead = byte_at(text, 0);
    if (!within(lead, 0x81, 0xFE) || text.size() < 2) return {};
    const unsigned trail = byte_at(text, 1);
    size_t index = SIZE_MAX;
    if (lead < 0xC7) {
      const size_t row = 178 * (lead - 0x81);
      if (within(trail, 0x41, 0x5A)) index = row + trail - 0x41;
      else if (within(trail, 0x61, 0x7A)) index = row + trail - 0x61 + 26;
      else if (within(trail, 0x81, 0xFE)) index = row + trail - 0x81 + 52;
    } else if (within(trail, 0xA1, 0xFE)) {
      index = 178 * (0xC7 - 0x81) + (lead - 0xC7) * 94 + (trail - 0xA1);
    }
    const char32_t rune = in_table(table, index);
    return {rune, rune == kBroken && trail < 0x80 ? size_t{1} : size_t{2}};
  }
};

struct Big5 {
  Pairs table;
  Rune next(std::string_view text) const {
    const size_t index = index_of(text);
    if (index != SIZE_MAX) {
      if (is_marked(index)) return {index < 1150 ? U'\u00CA' : U'\u00EA', 2};
      return {in_table(table, index), 2};
    }
    const bool alone = !within(byte_at(text, 0), 0x81, 0xFE) || text.size() < 2 || byte_at(text, 1) < 0x40;
    return {kBroken, alone ? size_t{1} : size_t{2}};
  }
  /// Four pairs stand for a letter and a combining mark.
  char32_t mark(std::string_view text) const {
    const size_t index = index_of(text);
    if (!is_marked(index)) return 0;
    return index == 1133 || index == 1164 ? U'\u0304' : U'\u030C';
  }

 private:
  static bool is_marked(size_t index) { return index == 1133 || index == 1135 || index == 1164 || index == 1166; }
  static size_t index_of(std::string_view text) {
    if (!within(byte_at(text, 0), 0x81, 0xFE) || text.size() < 2) return SIZE_MAX;
    const size_t row = (byte_at(text, 0) - 0x81) * 157;
    const unsigned trail = byte_at(text, 1);
    if (within(trail, 0x40, 0x7E)) return row + trail - 0x40;
    return within(trail, 0xA1, 0xFE) ? row + trail - 0x62 : SIZE_MAX;
  }
};

struct Gbk {
  Pairs table;
  std::vector<char16_t> four_bytes;  // of GB18030; empty: GBK
  Rune next(std::string_view text) const {
    const unsigned lead = byte_at(text, 0);
    if (lead == 0x80) return {U'\u20AC', 1};
    if (lead == 0xFF || text.size() < 2) return {};
    const unsigned trail = byte_at(text, 1);
    const size_t row = (lead - 0x81) * 190;
    if (within(trail, 0x40, 0x7E)) return {in_table(table, row + trail - 0x40), 2};
    if (within(trail, 0x80, 0xFE)) return {in_table(table, row + trail - 0x41), 2};
    return !four_bytes.empty() && within(trail, 0x30, 0x3F) ? four(text) : Rune{};
  }

 private:
  Rune four(std::string_view text) const {
    if (text.size() < 4 || !within(byte_at(text, 2), 0x81, 0xFE) || !within(byte_at(text, 3), 0x30, 0x39)) return {};
    const size_t index =
        ((size_t{byte_at(text, 0)} - 0x81) * 10 + (byte_at(text, 1) - 0x30)) * 1260 + (byte_at(text, 2) - 0x81) * 10 + (byte_at(text, 3) - 0x30);
    if (index < four_bytes.size()) return {four_bytes[index], 4};
    constexpr size_t kBeyondPlane0 = 189000;
    if (index >= kBeyondPlane0 && index < kBeyondPlane0 + 0x100000) return {static_cast<char32_t>(index - kBeyondPlane0 + 0x10000), 4};
    return index < 39420 ? Rune{kBroken, 4} : Rune{};
  }
};

class HzGb2312 final : public Charset {
 public:
  explicit HzGb2312(Pairs gbk) : Charset("\n", "\r"), table_(std::move(gbk)) {}
  bool is_plain(std::string_view text) const override { return text.find('~') == text.npos && is_ascii(text); }
  char* decode(std::string_view text, char* to) const override {
    bool shifted = false;
    while (!text.empty()) {
      const unsigned first = byte_at(text, 0);
      if (first == '~' && text.size() > 1) {
        const char command = text[1];
        if (command == '{' || command == '}') shifted = command == '{';
        else if (command == '~') *to++ = '~';
        else if (command != '\n') to = put_rune(to, kBroken);
        text.remove_prefix(2);
        continue;
      }
      const Rune next = first >= 0x80 || first == '~' ? Rune{} : shifted ? pair(text) : Rune{first, 1};
      to = put_rune(to, next.rune);
      text.remove_prefix(next.size);
    }
    return to;
  }

 private:
  Rune pair(std::string_view text) const {
    if (text.size() < 2) return {};
    const unsigned lead = byte_at(text, 0), trail = byte_at(text, 1);
    const bool valid = within(lead, 0x21, 0x7D) && within(trail, 0x21, 0x7E);
    const char32_t rune = valid ? in_table(table_, (lead - 1) * 190 + trail + 0x3F) : kBroken;
    return {rune, rune == kBroken && trail > 0x80 ? size_t{1} : size_t{2}};
  }
  Pairs table_;
};

class Iso2022Jp final : public Charset {
 public:
  Iso2022Jp(Pairs jis0208, Pairs jis0212) : Charset("\n", "\r"), jis0208_(std::move(jis0208)), jis0212_(std::move(jis0212)) {}
  bool is_plain(std::string_view text) const override { return text.find(kEscape) == text.npos && is_ascii(text); }
  char* decode(std::string_view text, char* to) const override {
    State state = State::kAscii;
    while (!text.empty()) {
      if (const size_t escape = take_escape(text, state); escape > 0) {
        text.remove_prefix(escape);
        continue;
      }
      const Rune next = character(text, state);
      to = put_rune(to, next.rune);
      text.remove_prefix(next.size);
    }
    return to;
  }

 private:
  static constexpr char kEscape = 0x1B;
  enum class State : uint8_t { kAscii, kKatakana, kJis0208, kJis0212 };

  /// The length of an escape sequence at the front; 0: there is none that counts.
  static size_t take_escape(std::string_view text, State& state) {
    struct Escape {
      std::string_view bytes;
      State state;
    };
    static constexpr Escape kEscapes[] = {{"\x1B$@", State::kJis0208}, {"\x1B$B", State::kJis0208}, {"\x1B$(D", State::kJis0212},
                                          {"\x1B(B", State::kAscii},   {"\x1B(J", State::kAscii},   {"\x1B(I", State::kKatakana}};
    for (const Escape& escape : kEscapes)
      if (text.starts_with(escape.bytes)) return state = escape.state, escape.bytes.size();
    return 0;
  }
  Rune character(std::string_view text, State& state) const {
    const unsigned first = byte_at(text, 0);
    if (first >= 0x80 || first == kEscape) return {};
    if (state == State::kAscii) return {first, 1};
    if (state == State::kKatakana) return within(first, 0x21, 0x5F) ? Rune{first + (0xFF61 - 0x21), 1} : Rune{};
    if (first == '\n') return state = State::kAscii, Rune{first, 1};
    if (text.size() < 2) return {};
    const auto row = static_cast<uint8_t>(first - 0x21), cell = static_cast<uint8_t>(byte_at(text, 1) - 0x21);
    return {in_table(state == State::kJis0208 ? jis0208_ : jis0212_, size_t{row} * 94 + cell), 2};
  }
  Pairs jis0208_, jis0212_;
};

}  // namespace

CharsetPtr single_byte(const Bytes& table) { return std::make_unique<SingleByte>(table); }
CharsetPtr shift_jis(Pairs jis0208) { return std::make_unique<MultiByte<ShiftJis>>(ShiftJis{std::move(jis0208)}); }
CharsetPtr euc_jp(Pairs jis0208, Pairs jis0212) { return std::make_unique<MultiByte<EucJp>>(EucJp{std::move(jis0208), std::move(jis0212)}); }
CharsetPtr iso_2022_jp(Pairs jis0208, Pairs jis0212) { return std::make_unique<Iso2022Jp>(std::move(jis0208), std::move(jis0212)); }
CharsetPtr gbk(Pairs gbk) { return std::make_unique<MultiByte<Gbk>>(Gbk{std::move(gbk), {}}); }
CharsetPtr gb18030(Pairs gbk) {
  auto rest = charset_tables::gb18030_rest(gbk);
  return std::make_unique<MultiByte<Gbk>>(Gbk{std::move(gbk), std::move(rest)});
}
CharsetPtr hz_gb_2312(Pairs gbk) { return std::make_unique<HzGb2312>(std::move(gbk)); }
CharsetPtr big5(Pairs big5) { return std::make_unique<MultiByte<Big5>>(Big5{std::move(big5)}); }
CharsetPtr euc_kr(Pairs euc_kr) { return std::make_unique<MultiByte<EucKr>>(EucKr{std::move(euc_kr)}); }

}  // namespace invar::charset_decoders
