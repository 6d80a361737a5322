#include "src/lint/log_operators.h"

#include <algorithm>

#include "src/text/regex.h"
#include "src/text/time_layout.h"

namespace invar::lint {
namespace {

using Words = std::optional<std::vector<std::string>>;

constexpr std::string_view kTypes[] = {
    "add", "assign_keys", "container", "copy", "csv_parser", "drop_output", "file_input", "file_output", "filter", "flatten", "generate_input", "journald_input",
    "json_array_parser", "json_parser", "key_value_parser", "move", "namedpipe", "noop", "recombine", "regex_parser", "regex_replace", "remove", "retain", "router",
    "sanitize_utf8", "scope_name_parser", "severity_parser", "stdin", "stdout", "syslog_input", "syslog_parser", "tcp_input", "time_parser", "trace_parser",
    "udp_input", "unquote", "uri_parser", "windows_eventlog_input"};
static_assert(std::is_sorted(std::begin(kTypes), std::end(kTypes)));

Words says(std::string message) { return std::vector{std::move(message)}; }

/// An object's member that is a known text; nullopt otherwise, also when the object is not known whole.
std::optional<std::string> text_in(const Value& object, std::string_view name) {
  const Value* member = object.is(ValueType::kObject) ? object.find(name) : nullptr;
  return member && member->is(ValueType::kString) ? std::optional(member->as_string()) : std::nullopt;
}
const Value* object_in(const Value& object, std::string_view name) {
  const Value* member = object.is(ValueType::kObject) ? object.find(name) : nullptr;
  return member && member->is(ValueType::kObject) ? member : nullptr;
}
bool lacks(const Value& object, std::string_view name) { return !object.find(name) || text_in(object, name) == ""; }

/// A path into an entry: `attributes.time`, `body`, `resource["k8s.pod.name"]`.
bool is_path(std::string_view path, bool rootable) {
  const std::string_view root = path.substr(0, path.find_first_of(".["));
  if (root == "body") return true;
  return (root == "attributes" || root == "resource") && (rootable || root.size() < path.size());
}

Words path_refusal(const std::string& type, const Value& op) {
  for (const std::string_view name : {"parse_from", "parse_to", "field", "from", "to", "combine_field", "source_identifier"}) {
    const auto path = text_in(op, name);
    if (path && !path->empty() && !path->starts_with('[') && !is_path(*path, name == "parse_to" || type == "remove"))
      return says("unmarshal to " + type + ": decoding failed due to the following error(s):\n\n'" + std::string(name) + "' " +
                  (is_path(*path, true) ? *path + " cannot be referenced without subfield" : "unrecognized prefix"));
  }
  return std::nullopt;
}

/// Calls `refuses(type, op)` for each operator that is known to be an object with a type.
template <class Refuses>
Words first_refusal(const Value& operators, Refuses refuses) {
  if (!operators.is(ValueType::kArray)) return std::nullopt;
  for (size_t i = 0; i < operators.size(); ++i) {
    const Value op = operators.at(i);
    if (!op.is(ValueType::kObject)) continue;
    if (Words words = refuses(op)) return words;
  }
  return std::nullopt;
}

Words regex_refusal(const Value& op, bool named) {
  const auto text = text_in(op, "regex");
  if (!text || text->empty()) return std::nullopt;
  const auto regex = Regex::compile(*text);
  if (!regex) return says("compiling regex: " + regex.error().what);
  const auto& names = regex->group_names();
  if (named && std::all_of(names.begin(), names.end(), [](const std::string& name) { return name.empty(); })) return says("no named capture groups in regex pattern");
  return std::nullopt;
}

Words time_refusal(const Value& parser) {
  if (lacks(parser, "parse_from")) return says("missing required parameter 'parse_from'");
  const std::string type = text_in(parser, "layout_type").value_or(parser.find("layout_type") ? "?" : "strptime");
  if (lacks(parser, "layout") && type != "native" && type != "?") return says("missing required configuration parameter `layout`");
  if (type != "strptime" && type != "gotime" && type != "epoch" && type != "native" && type != "?" && !type.empty()) return says("unsupported layout_type " + type);
  const auto layout = text_in(parser, "layout");
  if (type == "epoch" && layout) {
    for (const std::string_view known : {"s", "ms", "us", "ns", "s.ms", "s.us", "s.ns"})
      if (*layout == known) return std::nullopt;
    return says("invalid `layout` for `epoch` type");
  }
  const auto location = text_in(parser, "location");
  if (location && !location->empty() && !TimeZone::load(*location)) return says("invalid 'location': failed to load location " + *location + ": unknown time zone " + *location);
  return std::nullopt;
}

Words severity_refusal(const Value& parser) { return lacks(parser, "parse_from") ? says("missing required field 'parse_from'") : std::nullopt; }

Words word_refusal(const Value& op, std::string_view name, std::initializer_list<std::string_view> words, std::string message) {
  const auto text = text_in(op, name);
  return !text || std::find(words.begin(), words.end(), *text) != words.end() ? std::nullopt : says(std::move(message));
}

Words required(const Value& op, std::string_view name, std::string message) { return lacks(op, name) ? says(std::move(message)) : std::nullopt; }

Words csv_refusal(const Value& op) {
  const bool header = !lacks(op, "header"), attribute = !lacks(op, "header_attribute");
  if (!header && !attribute) return says("missing required field 'header' or 'header_attribute'");
  if (header && attribute) return says("only one header parameter can be set: 'header' or 'header_attribute'");
  return std::nullopt;
}

Words recombine_refusal(const Value& op) {
  const bool first = !lacks(op, "is_first_entry"), last = !lacks(op, "is_last_entry");
  if (first && last) return says("only one of is_first_entry and is_last_entry can be set");
  if (!first && !last) return says("one of is_first_entry and is_last_entry must be set");
  if (auto words = required(op, "combine_field", "missing required argument 'combine_field'")) return words;
  return word_refusal(op, "overwrite_with", {"newest", "oldest", ""}, "invalid value '" + text_in(op, "overwrite_with").value_or("") + "' for parameter 'overwrite_with'");
}

Words syslog_refusal(const Value& op) {
  if (auto words = required(op, "protocol", "missing field 'protocol'")) return words;
  std::string protocol = text_in(op, "protocol").value_or("rfc5424");
  for (char& c : protocol) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return protocol == "rfc5424" || protocol == "rfc3164" || protocol == "none" ? std::nullopt : says("unsupported protocol version: " + protocol);
}

Words own_refusal(const std::string& type, const Value& op) {
  if (type == "regex_parser") return lacks(op, "regex") ? says("missing required field 'regex'") : regex_refusal(op, true);
  if (type == "regex_replace") return regex_refusal(op, false);
  if (type == "container")
    return word_refusal(op, "format", {"", "docker", "crio", "containerd"}, "operator config has an invalid `format` field.");
  if (type == "csv_parser") return csv_refusal(op);
  if (type == "key_value_parser") return op.find("delimiter") && lacks(op, "delimiter") ? says("delimiter is a required parameter") : std::nullopt;
  if (type == "syslog_parser") return syslog_refusal(op);
  if (type == "recombine") return recombine_refusal(op);
  if (type == "time_parser") return time_refusal(op);
  if (type == "severity_parser") return severity_refusal(op);
  if (type == "remove") return required(op, "field", "remove: field is empty");
  if (type == "move" || type == "copy") return lacks(op, "from") ? says("copy: missing from field") : required(op, "to", "copy: missing to field");
  if (type == "retain") return op.find("fields") ? std::nullopt : says("retain: 'fields' is empty");
  return std::nullopt;
}

}  // namespace

Words broken_operator(const Value& operators) {
  return first_refusal(operators, [](const Value& op) -> Words {
    const Value* type = op.find("type");
    if (!type) return says("missing required field 'type'");
    if (!type->is(ValueType::kString)) return std::nullopt;
    if (!std::binary_search(std::begin(kTypes), std::end(kTypes), std::string_view(type->as_string()))) return says("unsupported type '" + type->as_string() + "'");
    return path_refusal(type->as_string(), op);
  });
}

Words unbuildable_operator(const Value& operators) {
  if (broken_operator(operators)) return std::nullopt;
  return first_refusal(operators, [](const Value& op) -> Words {
    const auto type = text_in(op, "type");
    if (!type) return std::nullopt;
    if (auto words = word_refusal(op, "on_error", {"send", "send_quiet", "drop", "drop_quiet"}, "operator config has an invalid `on_error` field.")) return words;
    if (const Value* timestamp = object_in(op, "timestamp"))
      if (auto words = time_refusal(*timestamp)) return words;
    if (const Value* severity = object_in(op, "severity"))
      if (auto words = severity_refusal(*severity)) return words;
    return own_refusal(*type, op);
  });
}

}  // namespace invar::lint
