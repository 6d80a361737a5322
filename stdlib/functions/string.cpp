#include "src/base/quote.h"
#include "src/base/unicode.h"
#include "stdlib/functions/go/format.h"
#include "stdlib/functions/go/function.h"
#include "stdlib/functions/library.h"

namespace invar::functions_string {
namespace {

using Strings = std::vector<std::string>;

std::string format(std::string layout, Rest<Value> args) { return go_sprintf(layout, args.values); }

std::string join(Strings parts, std::string separator) {
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += separator;
    out += parts[i];
  }
  return out;
}

/// Calls `each` with every rune of a text and the bytes it was written as.
template <class F>
void for_each_rune(std::string_view text, F each) {
  for (size_t length; !text.empty(); text.remove_prefix(length)) {
    const char32_t rune = decode_rune(text, length);
    each(rune, text.substr(0, length));
  }
}

/// Far more than a config needs; nested calls could ask for any length.
constexpr size_t kMaxText = 64u << 20;

/// An empty `from` matches before every rune and at the end.
Result<std::string> replace(std::string text, std::string from, std::string to) {
  if (to.size() > 0 && text.size() + 1 > kMaxText / to.size()) return Error{"the text would become too long", {}};
  std::string out;
  if (from.empty()) {
    for_each_rune(text, [&](char32_t, std::string_view bytes) { out.append(to).append(bytes); });
    out += to;
    return out;
  }
  size_t at = 0;
  for (size_t found; (found = text.find(from, at)) != std::string::npos; at = found + from.size())
    out.append(text, at, found - at).append(to);
  out.append(text, at);
  return out;
}

Strings split(std::string text, std::string separator) {
  Strings parts;
  if (separator.empty()) {
    for_each_rune(text, [&](char32_t, std::string_view bytes) { parts.emplace_back(bytes); });
    return parts;
  }
  size_t at = 0;
  for (size_t found; (found = text.find(separator, at)) != std::string::npos; at = found + separator.size())
    parts.push_back(text.substr(at, found - at));
  parts.push_back(text.substr(at));
  return parts;
}

template <char32_t (*Map)(char32_t)>
std::string mapped(std::string text) {
  std::string out;
  for_each_rune(text, [&](char32_t rune, std::string_view) { append_rune(out, Map(rune)); });
  return out;
}

template <class Drop>
std::string trimmed(std::string_view text, Drop drop) {
  size_t begin = text.size(), end = 0, at = 0;
  for_each_rune(text, [&](char32_t rune, std::string_view bytes) {
    if (!drop(rune)) {
      begin = std::min(begin, at);
      end = at + bytes.size();
    }
    at += bytes.size();
  });
  return begin >= end ? std::string() : std::string(text.substr(begin, end - begin));
}

std::string trim(std::string text, std::string cutset) {
  std::u32string cut;
  for_each_rune(cutset, [&](char32_t rune, std::string_view) { cut += rune; });
  return trimmed(text, [&](char32_t rune) { return cut.find(rune) != std::u32string::npos; });
}

bool is_space(char32_t rune) {
  return (rune >= 9 && rune <= 13) || rune == ' ' || rune == 0x85 || rune == 0xA0 || rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200A) ||
         rune == 0x2028 || rune == 0x2029 || rune == 0x202F || rune == 0x205F || rune == 0x3000;
}

std::string trim_space(std::string text) { return trimmed(text, is_space); }

std::string trim_prefix(std::string text, std::string prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

std::string trim_suffix(std::string text, std::string suffix) {
  return text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text;
}

constexpr FunctionEntry kEntries[] = {
    {"format", "format(layout string, args... any) string", "Go's fmt.Sprintf: %s, %d, %v, %q, widths, precisions and argument indexes.",
     &function_value<&format>, "format"},
    {"join", "join(parts list(string), separator string) string", "The parts with the separator between them.", &function_value<&join>,
     "join"},
    {"replace", "replace(text string, from string, to string) string", "Every `from` in the text becomes `to`.",
     &function_value<&replace>, "replace"},
    {"split", "split(text string, separator string) list(string)", "The parts between separators; an empty separator gives characters.",
     &function_value<&split>, "split"},
    {"to_lower", "to_lower(text string) string", "In small letters.", &function_value<&mapped<&invar::to_lower>>, "to_lower"},
    {"to_upper", "to_upper(text string) string", "In capital letters.", &function_value<&mapped<&invar::to_upper>>, "to_upper"},
    {"trim", "trim(text string, characters string) string", "Without any of these characters at both ends.", &function_value<&trim>,
     "trim"},
    {"trim_prefix", "trim_prefix(text string, prefix string) string", "Without the prefix, where it begins with it.",
     &function_value<&trim_prefix>, "trim_prefix"},
    {"trim_space", "trim_space(text string) string", "Without white space at both ends.", &function_value<&trim_space>, "trim_space"},
    {"trim_suffix", "trim_suffix(text string, suffix string) string", "Without the suffix, where it ends with it.",
     &function_value<&trim_suffix>, "trim_suffix"},
};

}  // namespace

extern const FunctionNamespace kFunctions;
constinit const FunctionNamespace kFunctions{"string", kEntries};

}  // namespace invar::functions_string
