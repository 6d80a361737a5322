#include "src/text/json.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_map>
#include <vector>

#include "src/base/check.h"
#include "src/base/quote.h"
#include "src/text/json_mend.h"
#include "src/text/literal_search.h"

namespace invar::json {

double Value::as_number() const {
  const uint64_t word = tape_->words[at_ + 1];
  switch (tape_->type(at_)) {
    case 'l': return static_cast<double>(static_cast<int64_t>(word));
    case 'u': return static_cast<double>(word);
    default: {
      double out;
      std::memcpy(&out, &word, sizeof out);
      return out;
    }
  }
}

bool Value::member(std::string_view key, Value& out) const {
  if (kind() != Kind::kObject) return false;
  bool found = false;
  for (Members members(*this); members.next();) {
    if (members.key() != key) continue;
    out = members.value();
    found = true;
  }
  return found;
}

bool Value::element(int64_t index, Value& out) const {
  if (kind() != Kind::kArray) return false;
  if (index < 0) {
    int64_t size = 0;
    for (Elements elements(*this); elements.next();) ++size;
    index += size;
  }
  for (Elements elements(*this); index >= 0 && elements.next(); --index) {
    if (index > 0) continue;
    out = elements.value();
    return true;
  }
  return false;
}

namespace {

constexpr size_t kFewMembers = 24;

// Writes members with the last value of each key, at the place of its last occurrence.
void append_object(const Value& object, std::string& out) {
  struct Member {
    std::string_view key;
    Value value;
  };
  std::vector<Member> all;
  for (Members members(object); members.next();) all.push_back({members.key(), members.value()});
  std::vector<bool> hidden(all.size(), false);
  if (all.size() <= kFewMembers) {
    for (size_t i = 0; i < all.size(); ++i)
      for (size_t later = i + 1; later < all.size(); ++later)
        if (all[later].key == all[i].key) hidden[i] = true;
  } else {
    std::unordered_map<std::string_view, size_t> last;
    for (size_t i = 0; i < all.size(); ++i) last[all[i].key] = i;
    for (size_t i = 0; i < all.size(); ++i) hidden[i] = last[all[i].key] != i;
  }
  out += '{';
  bool first = true;
  for (size_t i = 0; i < all.size(); ++i) {
    if (hidden[i]) continue;
    if (!first) out += ',';
    first = false;
    append_string(out, all[i].key);
    out += ':';
    all[i].value.append_json(out);
  }
  out += '}';
}

}  // namespace

void Value::append_json(std::string& out) const {
  switch (kind()) {
    case Kind::kNull: out += "null"; break;
    case Kind::kBool: out += as_bool() ? "true" : "false"; break;
    case Kind::kNumber: append_number(out, as_number()); break;
    case Kind::kString: append_string(out, as_string()); break;
    case Kind::kObject: append_object(*this, out); break;
    case Kind::kArray: {
      out += '[';
      bool first = true;
      for (Elements elements(*this); elements.next(); first = false) {
        if (!first) out += ',';
        elements.value().append_json(out);
      }
      out += ']';
      break;
    }
  }
}

void append_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text[0]);
    size_t length = 1;
    if (byte < 0x80) {
      if (byte == '"' || byte == '\\') {
        out += '\\';
        out += text[0];
      } else if (byte == '\n') {
        out += "\\n";
      } else if (byte == '\r') {
        out += "\\r";
      } else if (byte == '\t') {
        out += "\\t";
      } else if (byte < ' ' || byte == '<' || byte == '>' || byte == '&') {
        out += "\\u00";
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
      } else {
        out += text[0];
      }
    } else {
      const char32_t rune = decode_rune(text, length);
      if (rune == 0xFFFD && length == 1)
        out += "\\ufffd";
      else if (rune == 0x2028 || rune == 0x2029)
        out += rune == 0x2028 ? "\\u2028" : "\\u2029";
      else
        out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  out += '"';
}

void append_number(std::string& out, double number) {
  const double magnitude = std::fabs(number);
  const bool exponent = magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21);
  if (!exponent) {
    out += format_float(number);
    return;
  }
  char buffer[32];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific).ptr);
}

struct Parser::State {
  simdjson::dom::parser parser;
  std::unique_ptr<simdjson::dom::parser> deep;  // for texts nested deeper than usual
  std::string scratch;
  std::string mended;
  Tape tape;

  bool take(simdjson::dom::parser& by) {
    tape.words = by.doc.tape.get();
    tape.strings = reinterpret_cast<const char*>(by.doc.string_buf.get());
    return true;
  }

  // Gives simdjson the padding it wants.
  const char* padded(std::string_view text, Tail tail) {
    if (tail == Tail::kPadded) return text.data();
    if (scratch.size() < text.size() + kPadding) scratch.resize(2 * text.size() + kPadding);
    std::memcpy(scratch.data(), text.data(), text.size());
    return scratch.data();
  }

  bool parse(std::string_view text, Tail tail, Dialect dialect) {
    if (text.empty()) return false;
    if (!has_negative_zero(text)) {
      const auto result = parser.parse(padded(text, tail), text.size(), false);
      if (result.error() == simdjson::SUCCESS) return take(parser);
    }
    return parse_mended(text, dialect);
  }

  bool parse_mended(std::string_view text, Dialect dialect) {
    bool holds_bytes = false;
    if (!mend(text, dialect, mended, holds_bytes)) return false;
    const size_t size = mended.size();
    mended.resize(size + kPadding);
    simdjson::dom::parser* by = &parser;
    auto error = parser.parse(mended.data(), size, false).error();
    if (error == simdjson::DEPTH_ERROR) {
      constexpr size_t kDepth = 10100;
      if (!deep) deep = std::make_unique<simdjson::dom::parser>();
      by = deep.get();
      if (by->allocate(std::max(size, by->capacity()), kDepth) != simdjson::SUCCESS) return false;
      error = by->parse(mended.data(), size, false).error();
    }
    if (error != simdjson::SUCCESS) return false;
    if (holds_bytes) restore_bytes(by->doc);
    return take(*by);
  }

  // simdjson reads -0 as the integer 0. True also for some -0 inside of strings, which only costs time.
  static bool has_negative_zero(std::string_view text) {
    const auto byte_at = [&](size_t at) { return at < text.size() ? text[at] : '\0'; };
    for (size_t at = 0; (at = find_literal(text, "-0", at)) != std::string_view::npos; at += 2) {
      const char before = at > 0 ? text[at - 1] : '\0';
      const char behind = byte_at(at + 2);
      const bool starts = before == ':' || before == '[' || before == ',' || before <= ' ';
      const bool ends = behind == ',' || behind == ']' || behind == '}' || behind <= ' ';
      if (starts && ends) return true;
    }
    return false;
  }

  // Turns the runes that mend() wrote for broken bytes back, in place: every string shrinks inside of its room.
  static void restore_bytes(simdjson::dom::document& document) {
    Tape tape{document.tape.get(), reinterpret_cast<const char*>(document.string_buf.get())};
    const uint64_t end = tape.payload(0);
    for (uint64_t at = 1; at + 1 < end;) {
      const char type = tape.type(at);
      if (type == '"') restore_string(const_cast<char*>(tape.strings) + tape.payload(at));
      at += type == 'l' || type == 'u' || type == 'd' ? 2 : 1;
    }
  }

  static void restore_string(char* string) {
    uint32_t length;
    std::memcpy(&length, string, sizeof length);
    char* const begin = string + sizeof length;
    char* to = begin;
    for (const char* from = begin; from < begin + length;) {
      const auto lead = static_cast<unsigned char>(*from);
      size_t size = 1;
      if (lead == 0xF4) {
        const char32_t rune = decode_rune(std::string_view(from, static_cast<size_t>(begin + length - from)), size);
        if (rune >= kByteRunes) {
          *to++ = static_cast<char>(rune - kByteRunes);
          from += size;
          continue;
        }
      }
      std::memmove(to, from, size);
      to += size;
      from += size;
    }
    length = static_cast<uint32_t>(to - begin);
    std::memcpy(string, &length, sizeof length);
  }
};

Parser::Parser() : state_(std::make_unique<State>()) {}
Parser::~Parser() = default;
Parser::Parser(Parser&&) noexcept = default;
Parser& Parser::operator=(Parser&&) noexcept = default;

Value Parser::root() const { return Value(&state_->tape, 1); }

bool Parser::parse_line(std::string_view line, Tail tail) {
  // Cheap refusal of lines that are not JSON at all.
  const size_t first = line.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (line[first] != '{' && line[first] != 'n')) return false;
  return state_->parse(line, tail, Dialect::kIterator);
}

bool Parser::parse_any(std::string_view text, Tail tail) { return state_->parse(text, tail, Dialect::kStandard); }

namespace {

// Go compares field names under Unicode's simple folding: besides case that is the long s.
bool is_field(std::string_view key, std::string_view lower) {
  for (const char wanted : lower) {
    if (key.empty()) return false;
    if (wanted == 's' && key.starts_with("\xc5\xbf")) {
      key.remove_prefix(2);
      continue;
    }
    const char c = key[0];
    if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != wanted) return false;
    key.remove_prefix(1);
  }
  return key.empty();
}

}  // namespace

bool Parser::parse_docker(std::string_view line, DockerLine& out, Tail tail) {
  out = {};
  const size_t first = line.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || line[first] != '{') return false;
  if (!state_->parse(line, tail, Dialect::kStandardTexts)) return false;
  for (Members members(root()); members.next();) {
    const std::string_view key = members.key();
    std::string_view* field = is_field(key, "log") ? &out.log : is_field(key, "stream") ? &out.stream : is_field(key, "time") ? &out.time : nullptr;
    if (field == nullptr || members.value().kind() == Kind::kNull) continue;
    if (members.value().kind() != Kind::kString) return false;
    *field = members.value().as_string();
  }
  return !out.log.empty();
}

}  // namespace invar::json
