#include "src/text/json.h"

#include <cmath>

#include "src/base/quote.h"
#include "src/text/gotemplate/base64.h"
#include "src/text/gotemplate/builder.h"
#include "src/text/gotemplate/format.h"

namespace invar::gotemplate {
namespace {

using Values = std::span<Value>;

// encoding/json of values.

class JsonWriter {
 public:
  JsonWriter(Run& run, std::string& out, bool escapes_html) : run_(run), out_(out), escapes_html_(escapes_html) {}

  void write(const Value& value) {
    run_.stack().check();
    run_.step();
    if (out_.size() > Memory::kLimit) throw Exhausted{"memory"};
    switch (value.kind()) {
      case Kind::kInvalid: out_ += "null"; break;
      case Kind::kBool: out_ += value.boolean() ? "true" : "false"; break;
      case Kind::kInt: out_ += std::to_string(value.integer); break;
      case Kind::kUint: out_ += std::to_string(value.natural); break;
      case Kind::kFloat: write_float(value.number); break;
      case Kind::kComplex: throw Failure{"json: unsupported type: complex128"};
      case Kind::kString: write_text(value.text()); break;
      case Kind::kSlice: write_list(value); break;
      case Kind::kMap: write_map(value); break;
      case Kind::kStruct:
      case Kind::kPointer: write_other(value); break;
    }
  }

 private:
  void write_float(double number) {
    if (!std::isfinite(number)) throw Failure{"json: unsupported value: " + format_number(number, 'g', -1)};
    json::append_standard_number(out_, number);
  }

  void write_text(std::string_view text) {
    static constexpr char kHex[] = "0123456789abcdef";
    out_ += '"';
    for (size_t length; !text.empty(); text.remove_prefix(length)) {
      const char32_t rune = decode_rune(text, length);
      if (rune == '"' || rune == '\\') {
        (out_ += '\\') += static_cast<char>(rune);
      } else if (rune == 0xFFFD && length == 1) {
        out_ += "\\ufffd";
      } else if (rune == 0x2028 || rune == 0x2029) {
        out_ += rune == 0x2028 ? "\\u2028" : "\\u2029";
      } else if (rune < ' ' || (escapes_html_ && (rune == '<' || rune == '>' || rune == '&'))) {
        static constexpr std::string_view kShort = "\b\f\n\r\t", kNames = "bfnrt";
        const size_t at = kShort.find(static_cast<char>(rune));
        if (at != std::string_view::npos)
          (out_ += '\\') += kNames[at];
        else
          ((out_ += "\\u00") += kHex[rune >> 4]) += kHex[rune & 15];
      } else {
        out_ += text.substr(0, length);
      }
    }
    out_ += '"';
  }

  void write_list(const Value& value) {
    if (!value.list) {
      out_ += "null";
      return;
    }
    if (value.is(Type::kBytes)) {
      std::string bytes;
      for (const Value& item : items_of(value)) bytes += static_cast<char>(item.integer);
      ((out_ += '"') += encode_base64(bytes)) += '"';
      return;
    }
    out_ += '[';
    bool first = true;
    for (const Value& item : items_of(value)) {
      if (!first) out_ += ',';
      first = false;
      write(item);
    }
    out_ += ']';
  }

  void write_map(const Value& value) {
    if (!value.dict) {
      out_ += "null";
      return;
    }
    out_ += '{';
    bool first = true;
    for (const auto& entry : entries_of(value)) {
      if (!first) out_ += ',';
      first = false;
      write_text(entry.key);
      out_ += ':';
      write(entry.value);
    }
    out_ += '}';
  }

  void write_other(const Value& value) {
    if (value.is(Type::kCertificate)) {
      out_ += "{\"Cert\":";
      write_text(value.certificate->cert);
      out_ += ",\"Key\":";
      write_text(value.certificate->key);
      out_ += '}';
      return;
    }
    std::string text;
    if (value.is(Type::kTime)) {
      static const TimeLayout kLayout("2006-01-02T15:04:05.999999999Z07:00");
      static const TimeZone kUtc;
      kLayout.format(text, value.time->instant, value.time->zone ? *value.time->zone : kUtc);
    } else if (!append_string(text, value) || value.is(Type::kLocation)) {
      out_ += "{}";
      return;
    }
    write_text(text);
  }

  Run& run_;
  std::string& out_;
  bool escapes_html_;
};

/// json.Indent with two blanks.
std::string indented(std::string_view text) {
  std::string out;
  size_t depth = 0;
  bool in_text = false;
  const auto new_line = [&] { (out += '\n').append(depth * 2, ' '); };
  for (size_t i = 0; i < text.size(); ++i) {
    if (out.size() > Memory::kLimit) throw Exhausted{"memory"};
    const char c = text[i];
    if (in_text) {
      out += c;
      if (c == '\\')
        out += text[++i];
      else
        in_text = c != '"';
      continue;
    }
    switch (c) {
      case '"':
        in_text = true;
        out += c;
        break;
      case '{':
      case '[':
        out += c;
        if (text[i + 1] == '}' || text[i + 1] == ']') {
          out += text[++i];
        } else {
          ++depth;
          new_line();
        }
        break;
      case '}':
      case ']':
        --depth;
        new_line();
        out += c;
        break;
      case ',':
        out += c;
        new_line();
        break;
      case ':': out += ": "; break;
      default: out += c;
    }
  }
  return out;
}

std::string json_of(Run& run, const Value& value, bool escapes_html) {
  std::string out;
  JsonWriter(run, out, escapes_html).write(value);
  return out;
}

Value must_to_json(Run& run, Values a) { return run.text(json_of(run, a[0], true)); }
Value must_to_pretty_json(Run& run, Values a) { return run.text(indented(json_of(run, a[0], true))); }
Value to_raw_json(Run& run, Values a) { return run.text(json_of(run, a[0], false)); }

template <Function::Call call>
Value without_error(Run& run, Values a) {
  try {
    return call(run, a);
  } catch (const Failure&) {
    return Value::of(std::string_view());
  }
}

Value value_of(Run& run, const json::Value& from) {
  run.stack().check();
  run.step();
  switch (from.kind()) {
    case json::Kind::kNull: return Value::nil();
    case json::Kind::kBool: return Value::of(from.as_bool());
    case json::Kind::kNumber: return Value::of(from.as_number());
    case json::Kind::kString: return run.text(from.as_string());
    case json::Kind::kArray: {
      Value list = make_list(run.memory(), 0);
      for (json::Elements elements(from); elements.next();) push(run.memory(), list, value_of(run, elements.value()));
      return list;
    }
    case json::Kind::kObject: break;
  }
  const Value dict = make_dict(run.memory());
  for (json::Members members(from); members.next();) {
    run.step(1 + dict.dict->size / 64);
    dict.dict->set(run.memory(), run.memory().copy(members.key()), value_of(run, members.value()));
  }
  return dict;
}

Value must_from_json(Run& run, Values a) {
  json::Parser parser;
  if (parser.parse_any(a[0].text())) return value_of(run, parser.root());
  const std::string why = json::syntax_error(a[0].text());
  throw Failure{why.empty() ? "json: cannot unmarshal the value" : why};
}
Value from_json(Run& run, Values a) {
  json::Parser parser;
  return parser.parse_any(a[0].text()) ? value_of(run, parser.root()) : Value::nil();
}

constexpr Function kFunctions[] = {
    {"fromJson", "s", from_json},
    {"mustFromJson", "s", must_from_json},
    {"mustToJson", "a", must_to_json},
    {"mustToPrettyJson", "a", must_to_pretty_json},
    {"mustToRawJson", "a", to_raw_json},
    {"toJson", "a", without_error<must_to_json>},
    {"toPrettyJson", "a", without_error<must_to_pretty_json>},
    {"toRawJson", "a", to_raw_json},
};

}  // namespace

std::span<const Function> json_functions() { return kFunctions; }

}  // namespace invar::gotemplate
