#include "src/text/yaml.h"

#include <yaml.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <map>
#include <optional>

#include "src/base/quote.h"

namespace invar::yaml {
namespace {

constexpr size_t kMaxDepth = 100;
constexpr size_t kMaxNodes = 4'000'000;
constexpr size_t kLongestInteger = 20;  // of 64 bits, with its sign

// ---------------------------------------------------------------------------------------------------------------- reading

struct Parser {
  yaml_parser_t native;
  Parser() { yaml_parser_initialize(&native); }
  ~Parser() { yaml_parser_delete(&native); }
};

struct Event {
  yaml_event_t native{};
  ~Event() { yaml_event_delete(&native); }
};

Error parse_error(const yaml_parser_t& parser) {
  std::string what = "yaml: ";
  // go-yaml counts from the place of the problem; scanner errors are one line further, but for those of the first line.
  size_t line = parser.problem_mark.line;
  if (line == 0) line = parser.context_mark.line;
  else if (parser.error == YAML_SCANNER_ERROR) ++line;
  if (line != 0) what += "line " + std::to_string(line) + ": ";
  what += parser.problem ? parser.problem : "unknown problem parsing YAML content";
  return {std::move(what), "bad_yaml"};
}

/// go-yaml v3 names the place where the construct began, and no first lines.
Error parse_error_v3(const yaml_parser_t& parser) {
  const size_t line = parser.context_mark.line != 0 ? parser.context_mark.line : parser.problem_mark.line;
  std::string what = "yaml: ";
  if (line != 0) what += "line " + std::to_string(line + (parser.error == YAML_SCANNER_ERROR)) + ": ";
  what += parser.problem ? parser.problem : "unknown problem parsing YAML content";
  return {std::move(what), "bad_yaml"};
}

class TreeReader {
 public:
  enum class Version : uint8_t { k2, k3 };
  TreeReader(yaml_parser_t& parser, Version version, Aliases aliases) : parser_(parser), version_(version), aliases_(aliases) {}

  Result<Node> document() {
    while (true) {
      Event event;
      if (!yaml_parser_parse(&parser_, &event.native)) return syntax_error();
      const yaml_event_type_t type = event.native.type;
      if (type == YAML_STREAM_START_EVENT || type == YAML_DOCUMENT_START_EVENT) continue;
      if (type == YAML_STREAM_END_EVENT) return Node{};
      return node(event.native, 0);
    }
  }

 private:
  Result<Node> node(const yaml_event_t& event, size_t depth) {
    if (depth > kMaxDepth) return Error{"yaml: nested too deeply", "bad_yaml"};
    if (++nodes_ > kMaxNodes) return Error{"yaml: too many values", "bad_yaml"};
    Node result;
    result.line = static_cast<uint32_t>(event.start_mark.line) + 1;
    switch (event.type) {
      case YAML_SCALAR_EVENT:
        result.scalar.assign(reinterpret_cast<const char*>(event.data.scalar.value), event.data.scalar.length);
        result.quoted = event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
        return named(std::move(result), event.data.scalar.anchor, event.data.scalar.tag);
      case YAML_SEQUENCE_START_EVENT: {
        result.kind = Node::Kind::kSequence;
        open(event.data.sequence_start.anchor);
        auto whole = items(std::move(result), YAML_SEQUENCE_END_EVENT, depth);
        if (!whole) return whole;
        return named(std::move(*whole), event.data.sequence_start.anchor, event.data.sequence_start.tag);
      }
      case YAML_MAPPING_START_EVENT: {
        result.kind = Node::Kind::kMapping;
        open(event.data.mapping_start.anchor);
        auto whole = items(std::move(result), YAML_MAPPING_END_EVENT, depth);
        if (!whole) return whole;
        return named(std::move(*whole), event.data.mapping_start.anchor, event.data.mapping_start.tag);
      }
      default:
        if (aliases_ == Aliases::kRefused) return Error{"yaml: aliases are not supported", "bad_yaml"};
        return alias(text_of(event.data.alias.anchor));
    }
  }

  static std::string text_of(const yaml_char_t* text) { return text ? reinterpret_cast<const char*>(text) : ""; }
  Error syntax_error() const { return version_ == Version::k3 ? parse_error_v3(parser_) : parse_error(parser_); }

  /// What an anchor stands for is not known before its end.
  void open(const yaml_char_t* anchor) {
    if (anchor) anchors_.insert_or_assign(text_of(anchor), std::nullopt);
  }

  Node named(Node node, const yaml_char_t* anchor, const yaml_char_t* tag) {
    if (aliases_ == Aliases::kRefused) return node;
    node.tag = text_of(tag);
    if (anchor) anchors_.insert_or_assign(text_of(anchor), node);
    return node;
  }

  static size_t count(const Node& node) {
    size_t all = 1;
    for (const Node& item : node.items) all += count(item);
    return all;
  }

  Result<Node> alias(const std::string& anchor) {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) return Error{"yaml: unknown anchor '" + anchor + "' referenced", "bad_yaml"};
    if (!found->second) return Error{"yaml: anchor '" + anchor + "' value contains itself", "bad_yaml"};
    nodes_ += count(*found->second);
    if (nodes_ > kMaxNodes) return Error{"yaml: document contains excessive aliasing", "bad_yaml"};
    return *found->second;
  }

  Result<Node> items(Node owner, yaml_event_type_t end, size_t depth) {
    while (true) {
      Event event;
      if (!yaml_parser_parse(&parser_, &event.native)) return syntax_error();
      if (event.native.type == end) return owner;
      auto item = node(event.native, depth + 1);
      if (!item) return item;
      owner.items.push_back(std::move(*item));
    }
  }

  yaml_parser_t& parser_;
  const Version version_;
  const Aliases aliases_;
  size_t nodes_ = 0;
  std::map<std::string, std::optional<Node>> anchors_;
};

// ---------------------------------------------------------------------------------------------------------------- writing

bool reads_as_word(std::string_view s) {
  static constexpr std::array<std::string_view, 40> kWords{
      "y",   "Y",   "yes", "Yes", "YES", "true", "True", "TRUE", "on",   "On",    "ON",    "n",     "N",    "no",
      "No",  "NO",  "off", "Off", "OFF", "false", "False", "FALSE", "",   "~",     "null",  "Null",  "NULL", ".nan",
      ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", "<<"};
  return std::find(kWords.begin(), kWords.end(), s) != kWords.end();
}

bool all_of(std::string_view s, int (*is)(int)) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [&](unsigned char c) { return is(c) != 0; });
}

bool reads_as_integer(std::string_view s) {
  if (!s.empty() && (s[0] == '+' || s[0] == '-')) s.remove_prefix(1);
  if (s.starts_with("0x") || s.starts_with("0X")) return all_of(s.substr(2), std::isxdigit);
  if (s.starts_with("0b") || s.starts_with("0B")) return s.size() > 2 && s.find_first_not_of("01", 2) == s.npos;
  if (s.starts_with("0o") || s.starts_with("0O")) return s.size() > 2 && s.find_first_not_of("01234567", 2) == s.npos;
  return all_of(s, std::isdigit);
}

bool reads_as_float(std::string_view s) {
  if (!s.empty() && (s[0] == '+' || s[0] == '-')) s.remove_prefix(1);
  if (s.empty() || !(std::isdigit(static_cast<unsigned char>(s[0])) || s[0] == '.')) return false;
  double ignored;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), ignored);
  return error != std::errc::invalid_argument && end == s.data() + s.size();
}

bool is_base60(std::string_view s) {
  if (s.find(':') == s.npos) return false;
  return s.find_first_not_of("0123456789:+-._") == s.npos && std::isdigit(static_cast<unsigned char>(s.back()));
}

/// 2001-01-02, 2001-1-2T15:04:05Z and the like.
bool reads_as_time(std::string_view s) {
  if (s.size() < 8 || !all_of(s.substr(0, 4), std::isdigit) || s[4] != '-') return false;
  s.remove_prefix(5);
  const auto digits = [&](size_t most) {
    size_t n = 0;
    while (n < most && n < s.size() && std::isdigit(static_cast<unsigned char>(s[n]))) ++n;
    s.remove_prefix(n);
    return n > 0;
  };
  if (!digits(2) || !s.starts_with('-')) return false;
  s.remove_prefix(1);
  if (!digits(2)) return false;
  return s.empty() || s[0] == 'T' || s[0] == 't' || s[0] == ' ';
}

bool reads_as_string(std::string_view s) {
  if (reads_as_word(s)) return false;
  if (!std::isdigit(static_cast<unsigned char>(s[0])) && s[0] != '+' && s[0] != '-' && s[0] != '.') return true;
  std::string plain(s);
  std::erase(plain, '_');
  return !reads_as_integer(plain) && !reads_as_float(plain) && !reads_as_time(s) && !is_base60(s);
}

struct Emitter {
  yaml_emitter_t native;
  std::string out;
  Emitter() {
    yaml_emitter_initialize(&native);
    yaml_emitter_set_output(&native, &append, this);
    yaml_emitter_set_unicode(&native, 1);
    yaml_emitter_set_width(&native, -1);
    yaml_emitter_set_indent(&native, 2);
  }
  ~Emitter() { yaml_emitter_delete(&native); }

  static int append(void* self, unsigned char* bytes, size_t size) {
    static_cast<Emitter*>(self)->out.append(reinterpret_cast<const char*>(bytes), size);
    return 1;
  }
  bool send(yaml_event_t& event) { return yaml_emitter_emit(&native, &event) != 0; }
  bool node(const Node& node);
  bool scalar(const std::string& text);
};

bool Emitter::scalar(const std::string& text) {
  yaml_scalar_style_t style = YAML_DOUBLE_QUOTED_SCALAR_STYLE;
  if (text.find('\n') != text.npos) style = YAML_LITERAL_SCALAR_STYLE;
  else if (reads_as_string(text)) style = YAML_PLAIN_SCALAR_STYLE;
  yaml_event_t event;
  yaml_scalar_event_initialize(&event, nullptr, nullptr, reinterpret_cast<const yaml_char_t*>(text.data()),
                               static_cast<int>(text.size()), 1, 1, style);
  return send(event);
}

bool Emitter::node(const Node& node) {
  yaml_event_t event;
  if (node.kind == Node::Kind::kScalar) return scalar(node.scalar);
  if (node.is_mapping())
    yaml_mapping_start_event_initialize(&event, nullptr, nullptr, 1, YAML_BLOCK_MAPPING_STYLE);
  else
    yaml_sequence_start_event_initialize(&event, nullptr, nullptr, 1, YAML_BLOCK_SEQUENCE_STYLE);
  if (!send(event)) return false;
  for (const Node& item : node.items)
    if (!this->node(item)) return false;
  if (node.is_mapping()) yaml_mapping_end_event_initialize(&event);
  else yaml_sequence_end_event_initialize(&event);
  return send(event);
}

}  // namespace

Node Node::text(std::string scalar) {
  Node node;
  node.scalar = std::move(scalar);
  return node;
}

bool Node::is_null() const {
  return kind == Kind::kScalar && !quoted && (scalar.empty() || scalar == "~" || scalar == "null" || scalar == "Null" || scalar == "NULL");
}

const Node* Node::find(std::string_view key) const {
  if (!is_mapping()) return nullptr;
  for (size_t i = 0; i + 1 < items.size(); i += 2)
    if (items[i].kind == Kind::kScalar && items[i].scalar == key) return &items[i + 1];
  return nullptr;
}

void Node::add(Node key, Node value) {
  items.push_back(std::move(key));
  items.push_back(std::move(value));
}

Result<Node> parse(std::string_view text, Aliases aliases) {
  Parser parser;
  yaml_parser_set_input_string(&parser.native, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  return TreeReader(parser.native, TreeReader::Version::k2, aliases).document();
}

Result<Node> parse_v3(std::string_view text) {
  Parser parser;
  yaml_parser_set_input_string(&parser.native, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  return TreeReader(parser.native, TreeReader::Version::k3, Aliases::kFollowed).document();
}

std::string_view plain_kind_word(std::string_view scalar) {
  constexpr std::array<std::string_view, 5> kNulls{"", "~", "null", "Null", "NULL"};
  if (std::find(kNulls.begin(), kNulls.end(), scalar) != kNulls.end()) return "!!null";
  if (scalar == "<<") return "!!merge";
  if (reads_as_word(scalar)) return scalar.find('.') == scalar.npos ? "!!bool" : "!!float";
  if (reads_as_string(scalar)) return "!!str";
  std::string number(scalar);
  std::erase(number, '_');
  if (reads_as_integer(number)) return number.size() <= kLongestInteger ? "!!int" : "!!float";
  if (reads_as_float(number)) return "!!float";
  return reads_as_time(scalar) ? "!!timestamp" : "!!str";
}

std::string kind_word(const Node& node) {
  constexpr std::string_view kLong = "tag:yaml.org,2002:";
  if (node.tag.starts_with(kLong)) return "!!" + node.tag.substr(kLong.size());
  if (node.kind != Node::Kind::kScalar) return node.is_mapping() ? "!!map" : "!!seq";
  if (!node.tag.empty()) return node.tag;
  const std::string_view word = node.quoted ? "!!str" : plain_kind_word(node.scalar);
  return std::string(word == "!!merge" ? "!!str" : word);
}

Result<std::string> emit(const Node& document) {
  Emitter emitter;
  yaml_event_t event;
  yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING);
  bool good = emitter.send(event);
  yaml_document_start_event_initialize(&event, nullptr, nullptr, nullptr, 1);
  good = good && emitter.send(event) && emitter.node(document);
  if (good) {
    yaml_document_end_event_initialize(&event, 1);
    good = emitter.send(event);
  }
  if (good) {
    yaml_stream_end_event_initialize(&event);
    good = emitter.send(event);
  }
  if (!good) return Error{std::string("yaml: ") + (emitter.native.problem ? emitter.native.problem : "not UTF-8"), "bad_yaml"};
  return std::move(emitter.out);
}

}  // namespace invar::yaml
