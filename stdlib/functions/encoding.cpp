#include "src/base/quote.h"
#include "stdlib/functions/go/base64.h"
#include "stdlib/functions/go/function.h"
#include "stdlib/functions/go/json.h"
#include "stdlib/functions/go/yaml.h"
#include "stdlib/functions/library.h"

namespace invar::functions_encoding {
namespace {

using enum Base64Alphabet;

Result<Value> from_json(std::string text) { return go_json_decode(text); }

Result<Value> from_yaml(std::string text) { return go_yaml_decode(text); }

Result<std::string> to_json(Value value) {
  if (!value.is(ValueType::kObject)) return Error{"jsonEncode only supports map", {}};
  return go_json_encode(value);
}

template <Base64Alphabet Alphabet>
Result<ByteText> from_base64(std::string text) {
  auto decoded = go_base64_decode(text, Alphabet);
  if (!decoded) return decoded.error();
  return ByteText{std::move(*decoded)};
}

template <Base64Alphabet Alphabet>
std::string to_base64(std::string text) { return go_base64_encode(text, Alphabet); }

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
}

std::string url_encode(std::string text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c)) out += c;
    else if (c == ' ') out += '+';
    else out.append({'%', kDigits[static_cast<uint8_t>(c) >> 4], kDigits[static_cast<uint8_t>(c) & 15]});
  }
  return out;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

Result<std::string> url_decode(std::string text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1, low = high < 0 ? -1 : hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return Error{"invalid URL escape " + quoted(text.substr(i, 3)), {}};
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

constexpr FunctionEntry kEntries[] = {
    {"from_URLbase64", "from_URLbase64(text string) string", "Decodes URL-safe base64.", &function_value<&from_base64<kUrl>>},
    {"from_base64", "from_base64(text string) string", "Decodes base64.", &function_value<&from_base64<kStandard>>, "base64_decode"},
    {"from_json", "from_json(text string) any", "Reads JSON: objects, lists, texts, numbers (always floats), bools, null.",
     &function_value<&from_json>, "json_decode"},
    {"from_yaml", "from_yaml(text string) any", "Reads the first document of a YAML text.", &function_value<&from_yaml>, "yaml_decode"},
    {"to_URLbase64", "to_URLbase64(text string) string", "Encodes as URL-safe base64.", &function_value<&to_base64<kUrl>>},
    {"to_base64", "to_base64(text string) string", "Encodes as base64.", &function_value<&to_base64<kStandard>>},
    {"to_json", "to_json(object object) string", "An object as JSON, keys sorted.", &function_value<&to_json>},
    {"url_decode", "url_decode(text string) string", "Reads a query-escaped text.", &function_value<&url_decode>},
    {"url_encode", "url_encode(text string) string", "Escapes a text for a URL's query.", &function_value<&url_encode>},
};

}  // namespace

extern const FunctionNamespace kFunctions;
constinit const FunctionNamespace kFunctions{"encoding", kEntries};

}  // namespace invar::functions_encoding
