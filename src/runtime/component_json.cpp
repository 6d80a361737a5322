#include "src/runtime/component_json.h"

#include <algorithm>
#include <array>

#include "src/base/quote.h"
#include "src/runtime/log_output.h"

namespace invar {
namespace {

/// As Go's json.Marshal writes a string: HTML characters escaped, invalid UTF-8 replaced.
void append_json_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    size_t length = 1;
    const char32_t rune = byte < 0x80 ? byte : decode_rune(text.substr(i), length);
    if (byte == '"' || byte == '\\')
      out.append(1, '\\').append(1, text[i]);
    else if (byte == '\n' || byte == '\r' || byte == '\t')
      out += byte == '\n' ? "\\n" : byte == '\r' ? "\\r" : "\\t";
    else if (byte < ' ' || byte == '<' || byte == '>' || byte == '&')
      out.append("\\u00").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
    else if (byte >= 0x80 && rune == 0xfffd && length == 1)
      out += "\\ufffd";
    else if (rune == 0x2028 || rune == 0x2029)
      out += rune == 0x2028 ? "\\u2028" : "\\u2029";
    else
      out += text.substr(i, length);
    i += length;
  }
  out += '"';
}

/// `,"key":`
void append_key(std::string& out, std::string_view key) {
  if (!out.ends_with('{') && !out.ends_with('[')) out += ',';
  append_json_string(out, key);
  out += ':';
}

void append_text(std::string& out, std::string_view key, std::string_view text) {
  append_key(out, key);
  append_json_string(out, text);
}

void append_texts(std::string& out, std::string_view key, const std::vector<std::string>& texts) {
  append_key(out, key);
  out += '[';
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, texts[i]);
  }
  out += ']';
}

/// What went through a module's untyped argument or export has lost its name: Alloy shows the Go type.
class Unnamed final : public Capsule {
 public:
  std::string_view type_name() const override { return "loki.logsReceiver"; }
};

Value without_names(const Value& value) {
  if (value.capsule_as<ReceiverCapsule>()) return Value::capsule(std::make_shared<const Unnamed>());
  if (value.is(ValueType::kArray) && !value.is_bytes()) {
    std::vector<Value> elements;
    for (const Value& element : value.elements()) elements.push_back(without_names(element));
    return Value::array(std::move(elements));
  }
  if (value.is(ValueType::kObject)) {
    Members members;
    for (const auto& [key, member] : value.members()) members.emplace(key, without_names(member));
    return Value::object(std::move(members));
  }
  return value;
}

std::string attribute_json(std::string_view name, const Value& value) {
  std::string out = "{";
  append_text(out, "name", name);
  append_text(out, "type", "attr");
  append_key(out, "value");
  return out + api_json(value) + "}";
}

void append_statement(std::string& list, const std::string& statement) {
  if (!list.ends_with('[')) list += ',';
  list += statement;
}

std::string untyped_body(const Members& members) {
  std::string list = "[";
  for (const auto& [name, value] : members) append_statement(list, attribute_json(name, without_names(value)));
  return list + "]";
}

std::string exports_json(const Schema* schema, const Value& exports) {
  std::string list = "[";
  if (schema && exports.is(ValueType::kObject))
    for (const Row& row : schema->rows)
      if (const Value* value = exports.find(row.name)) append_statement(list, attribute_json(row.name, *value));
  return list + "]";
}

std::string debug_block(const DebugBlock& block) {
  std::string out = "{", body = "[";
  append_text(out, "name", block.name);
  append_text(out, "type", "block");
  append_key(out, "body");
  for (const auto& [name, value] : block.attributes) append_statement(body, attribute_json(name, value));
  return out + body + "]}";
}

std::string debug_object(const DebugBlock& block) {
  std::string members = "[";
  for (const auto& [name, value] : block.attributes) {
    std::string member = "{";
    append_text(member, "key", name);
    append_key(member, "value");
    append_statement(members, member + api_json(value) + "}");
  }
  return R"({"type":"object","value":)" + members + "]}";
}

std::string debug_json(const std::vector<DebugBlock>& blocks) {
  std::string list = "[";
  for (auto at = blocks.begin(); at != blocks.end();) {
    if (!at->listed) {
      append_statement(list, debug_block(*at++));
      continue;
    }
    std::string out = "{", objects = "[";
    append_text(out, "name", at->name);
    append_text(out, "type", "attr");
    append_key(out, "value");
    for (const std::string& name = at->name; at != blocks.end() && at->listed && at->name == name; ++at) append_statement(objects, debug_object(*at));
    append_statement(list, out + R"({"type":"array","value":)" + objects + "]}}");
  }
  return list + "]";
}

bool can_be_observed(std::string_view component) {
  static constexpr std::array<std::string_view, 4> kNames{"loki.process", "loki.relabel", "loki.secretfilter", "loki.source.syslog"};
  return component.starts_with("discovery.") || std::find(kNames.begin(), kNames.end(), component) != kNames.end();
}

struct Body {
  std::string arguments = "[]", exports = "[]", debug_info = "[]";
};

Body body_of(const Module::View& view) {
  if (view.instance)
    return {view.instance->spec().arguments_json(*view.instance->plan()),
            exports_json(view.instance->spec().exports_schema, view.instance->exports()), debug_json(view.instance->node()->debug_info())};
  if (view.foreach) return {api_json(foreach_schema(), &view.foreach->args, &view.foreach->origins), "[]", "[]"};
  return {untyped_body(*view.arguments), view.exports->is(ValueType::kObject) ? untyped_body(view.exports->members()) : "[]", "[]"};
}

std::string json_of(const Module& module, const Module::View& view, const Body& body) {
  const std::string name = view.node->block->full_name();
  std::string out = "{";
  append_text(out, "name", name);
  append_text(out, "type", "block");
  append_text(out, "localID", view.node->id);
  append_text(out, "moduleID", module.id());
  if (!view.node->block->label.empty()) append_text(out, "label", view.node->block->label);
  append_texts(out, "referencesTo", view.references);
  append_texts(out, "referencedBy", view.referenced_by);
  append_texts(out, "dataFlowEdgesTo", view.data_flow_to);
  append_key(out, "health");
  out += '{';
  append_text(out, "state", health_word(view.health.state));
  append_text(out, "message", view.health.message);
  append_text(out, "updatedTime", rfc3339_text(view.health.updated_ns));
  out += '}';
  append_text(out, "original", "");
  append_key(out, "arguments");
  out += body.arguments;
  append_key(out, "exports");
  out += body.exports;
  append_key(out, "debugInfo");
  out += body.debug_info;
  std::vector<std::string> modules;
  for (const Module* body : view.bodies) modules.push_back(body->id());
  if (!modules.empty()) append_texts(out, "createdModuleIDs", modules);
  append_key(out, "liveDebuggingEnabled");
  return out + (can_be_observed(name) ? "true" : "false") + "}";
}

void list_unhealthy(const Module& module, std::string& out) {
  for (const Module::View& view : module.components()) {
    if (view.health.state == HealthState::kUnhealthy) {
      if (!out.empty()) out += ", ";
      out += view.node->block->full_name();
    }
    for (const Module* body : view.bodies) list_unhealthy(*body, out);
  }
}

}  // namespace

std::string components_json(const Module& module) {
  std::string list = "[";
  for (const Module::View& view : module.components()) append_statement(list, json_of(module, view, {}));
  return list + "]";
}

std::optional<std::string> component_json(const Module& module, std::string_view local_id) {
  for (const Module::View& view : module.components())
    if (view.node->id == local_id) return json_of(module, view, body_of(view));
  return std::nullopt;
}

std::string peers_json(const ClusterIdentity& cluster) {
  std::string out = "[{";
  append_text(out, "name", cluster.node_name);
  append_text(out, "addr", cluster.address);
  append_key(out, "isSelf");
  out += "true";
  append_text(out, "state", "participant");
  return out + "}]";
}

std::string unhealthy_components(const Module& module) {
  std::string names;
  list_unhealthy(module, names);
  return names;
}

}  // namespace invar
