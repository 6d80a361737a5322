#include "src/text/gotemplate/strings.h"

#include <algorithm>

#include "src/base/quote.h"
#include "src/base/unicode.h"
#include "src/text/gotemplate/builder.h"
#include "src/text/regex.h"

namespace invar::gotemplate {
namespace {

bool contains_rune(std::string_view text, char32_t rune) {
  for (size_t length; !text.empty(); text.remove_prefix(length))
    if (decode_rune(text, length) == rune) return true;
  return false;
}

char32_t decode_last_rune(std::string_view text, size_t& length) {
  for (size_t begin = text.size() - 1, tries = 0; tries < 4; ++tries, --begin) {
    if ((static_cast<unsigned char>(text[begin]) & 0xC0) != 0x80) {
      const char32_t rune = decode_rune(text.substr(begin), length);
      if (begin + length == text.size()) return rune;
      break;
    }
    if (begin == 0) break;
  }
  length = 1;
  const auto last = static_cast<unsigned char>(text.back());
  return last < 0x80 ? last : 0xFFFD;
}

bool is_one_of(const char* pattern, char32_t rune) {
  // A class is compiled once; these are asked by functions nobody calls for every line.
  std::string text;
  append_rune(text, rune);
  const auto compiled = [](const char* source) { return *Regex::compile(source); };
  static const Regex kUpper = compiled("^\\p{Lu}$"), kLower = compiled("^\\p{Ll}$"), kTitle = compiled("^\\p{Lt}$"),
                     kPunctuation = compiled("^\\p{P}$"), kNumber = compiled("^\\p{N}$");
  switch (pattern[0]) {
    case 'u': return kUpper.matches(text);
    case 'l': return kLower.matches(text);
    case 't': return kTitle.matches(text);
    case 'p': return kPunctuation.matches(text);
    default: return kNumber.matches(text);
  }
}

template <class Change>
Value map_runes(Run& run, std::string_view text, Change&& change) {
  Builder out(run);
  for (size_t length; !text.empty(); text.remove_prefix(length)) append_rune(out.raw(), change(decode_rune(text, length)));
  return out.done();
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Texts without bytes beyond ASCII, whose letters from `first` on for 26 change their case.
Value change_ascii(Run& run, std::string_view text, char first) {
  const auto changes = [first](char c) { return static_cast<unsigned char>(c - first) < 26; };
  if (std::none_of(text.begin(), text.end(), changes)) return Value::of(text);
  char* const out = run.memory().bytes(text.size());
  for (size_t i = 0; i < text.size(); ++i) out[i] = changes(text[i]) ? static_cast<char>(text[i] ^ 0x20) : text[i];
  return Value::of(std::string_view(out, text.size()));
}

}  // namespace

std::string_view trim_left(std::string_view text, std::string_view cutset) {
  if (cutset.empty()) return text;
  for (size_t length; !text.empty() && contains_rune(cutset, decode_rune(text, length));) text.remove_prefix(length);
  return text;
}

std::string_view trim_right(std::string_view text, std::string_view cutset) {
  if (cutset.empty()) return text;
  for (size_t length; !text.empty() && contains_rune(cutset, decode_last_rune(text, length));) text.remove_suffix(length);
  return text;
}

Value replace_text(Run& run, std::string_view text, std::string_view old, std::string_view with, int64_t count) {
  if (old == with || count == 0) return Value::of(text);
  if (!old.empty() && text.find(old) == std::string_view::npos) return Value::of(text);
  Builder out(run);
  size_t begin = 0;
  for (int64_t i = 0; count < 0 || i < count; ++i) {
    size_t at = begin;
    if (old.empty()) {
      if (i > 0) {
        if (begin >= text.size()) break;
        size_t length;
        decode_rune(text.substr(begin), length);
        at += length;
      }
    } else if ((at = text.find(old, begin)) == std::string_view::npos) {
      break;
    }
    out.add(text.substr(begin, at - begin)).add(with);
    begin = at + old.size();
  }
  return out.add(text.substr(begin)).done();
}

Value split_text(Run& run, std::string_view text, std::string_view separator, int64_t count) {
  if (count == 0) return Value::of(Type::kListString);
  Value list = make_list(run.memory(), 0, Type::kListString);
  const auto last = [&] { return count > 0 && list.list->size + 1 == static_cast<uint64_t>(count); };
  if (separator.empty()) {
    for (size_t length; !text.empty() && !last(); text.remove_prefix(length)) {
      decode_rune(text, length);
      push(run.memory(), list, Value::of(text.substr(0, length)));
    }
    if (!text.empty()) push(run.memory(), list, Value::of(text));
    return list;
  }
  for (size_t at; !last() && (at = text.find(separator)) != std::string_view::npos; text.remove_prefix(at + separator.size()))
    push(run.memory(), list, Value::of(text.substr(0, at)));
  push(run.memory(), list, Value::of(text));
  return list;
}

Value upper_text(Run& run, std::string_view text) {
  return is_ascii(text) ? change_ascii(run, text, 'a') : map_runes(run, text, to_upper);
}
Value lower_text(Run& run, std::string_view text) {
  return is_ascii(text) ? change_ascii(run, text, 'A') : map_runes(run, text, to_lower);
}

bool is_space(char32_t rune) {
  if (rune < 0x100) return (rune >= '\t' && rune <= '\r') || rune == ' ' || rune == 0x85 || rune == 0xA0;
  return rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200A) || rune == 0x2028 || rune == 0x2029 || rune == 0x202F || rune == 0x205F ||
         rune == 0x3000;
}
bool is_upper(char32_t rune) { return rune < 0x80 ? rune >= 'A' && rune <= 'Z' : is_one_of("u", rune); }
bool is_lower(char32_t rune) { return rune < 0x80 ? rune >= 'a' && rune <= 'z' : is_one_of("l", rune); }
bool is_title(char32_t rune) { return rune >= 0x80 && is_one_of("t", rune); }
bool is_punctuation(char32_t rune) { return is_one_of("p", rune); }
bool is_number(char32_t rune) { return rune < 0x80 ? rune >= '0' && rune <= '9' : is_one_of("n", rune); }

char32_t to_title(char32_t rune) {
  if (rune >= 0x1C4 && rune <= 0x1CC) return 0x1C5 + (rune - 0x1C4) / 3 * 3;  // DŽ Dž dž ..
  if (rune >= 0x1F1 && rune <= 0x1F3) return 0x1F2;
  if ((rune >= 0x10D0 && rune <= 0x10FA) || (rune >= 0x10FD && rune <= 0x10FF)) return rune;  // Georgian has no title case
  return to_upper(rune);
}

}  // namespace invar::gotemplate
