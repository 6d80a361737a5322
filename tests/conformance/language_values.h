#pragma once

#include <cstring>

#include "src/base/diagnostics.h"
#include "src/base/quote.h"
#include "src/language/secret_value.h"
#include "src/language/target.h"
#include "src/language/value.h"
#include "tests/conformance/suite.h"

namespace invar {

/// A receiver as the recorder handed it to the evaluator: behind an `any`, so that messages name the type behind the interface.
class RecordedReceiver final : public Capsule {
 public:
  explicit RecordedReceiver(std::string text = ".receiver") : text_(std::move(text)) {}
  std::string_view type_name() const override { return "loki.logsReceiver"; }
  std::string text() const override { return text_; }

 private:
  std::string text_;
};

inline Value capsule_from(const Json& tagged, const Value& receiver) {
  const std::string kind = tagged.at("c");
  if (kind == "secret") return secret_value(Secret(tagged.at("v").get<std::string>()));
  if (kind == "optional_secret") return optional_secret_value({tagged.at("is_secret").get<bool>(), tagged.at("v").get<std::string>()});
  if (kind == "target") {
    std::vector<Target::Label> labels;
    for (const auto& [name, value] : tagged.at("v").items()) labels.emplace_back(name, value.get<std::string>());
    return Target(std::move(labels)).value();
  }
  return receiver;
}

/// A type-tagged value of the vectors (README: "Type-tagged values"). `receiver` stands for a loki_receiver.
inline Value value_from(const Json& tagged, const Value& receiver) {
  const std::string type = tagged.at("t");
  if (type == "bool") return Value::boolean(tagged.at("v"));
  if (type == "string") return Value::string(tagged.contains("b64") ? base64_decoded(tagged["b64"].get<std::string>()) : tagged.at("v").get<std::string>());
  if (type == "bytes") return Value::bytes(base64_decoded(tagged.at("b64").get<std::string>()));
  if (type == "number") {
    const std::string text = tagged.at("v"), kind = tagged.at("k");
    if (kind == "int") return Value::integer(std::stoll(text));
    if (kind == "uint") return Value::unsigned_integer(std::stoull(text));
    return Value::floating(std::stod(text));
  }
  if (type == "array") {
    std::vector<Value> elements;
    for (const Json& element : tagged.at("v")) elements.push_back(value_from(element, receiver));
    return Value::array(std::move(elements));
  }
  if (type == "object") {
    Members members;
    for (const auto& [key, member] : tagged.at("v").items()) members.emplace(key, value_from(member, receiver));
    return Value::object(std::move(members));
  }
  if (type == "capsule") return capsule_from(tagged, receiver);
  return Value();
}

inline Members variables_of(const ConformanceCase& c, const Value& receiver) {
  Members variables;
  for (const Json* vars : {c.file.contains("common_vars") ? &c.file["common_vars"] : nullptr, c.data.contains("vars") ? &c.data["vars"] : nullptr})
    if (vars)
      for (const auto& [name, tagged] : vars->items()) variables.insert_or_assign(name, value_from(tagged, receiver));
  return variables;
}

inline std::string base64_of(std::string_view bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t bits = 0;
    const size_t count = std::min<size_t>(3, bytes.size() - i);
    for (size_t j = 0; j < 3; ++j) bits = bits << 8 | (j < count ? static_cast<uint8_t>(bytes[i + j]) : 0u);
    for (size_t j = 0; j < 4; ++j) out += j <= count ? kLetters[bits >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

inline Json number_to_json(const Value& value) {
  if (value.number_kind() != NumberKind::kFloat)
    return {{"t", "number"}, {"k", value.number_kind() == NumberKind::kInt ? "int" : "uint"}, {"v", value.number_text()}};
  uint64_t bits;
  const double number = value.as_float();
  std::memcpy(&bits, &number, sizeof bits);
  char text[32];
  std::snprintf(text, sizeof text, "0x%016llx", static_cast<unsigned long long>(bits));
  return {{"t", "number"}, {"k", "float"}, {"bits", text}};
}

/// The same notation for a value of ours; floats by their bits only.
inline Json value_to_json(const Value& value) {
  switch (value.type()) {
    case ValueType::kNull: return {{"t", "null"}};
    case ValueType::kBool: return {{"t", "bool"}, {"v", value.as_bool()}};
    case ValueType::kNumber: return number_to_json(value);
    case ValueType::kString:
      if (!is_valid_utf8(value.as_string())) return {{"t", "string"}, {"b64", base64_of(value.as_string())}};
      return {{"t", "string"}, {"v", value.as_string()}};
    case ValueType::kArray: {
      if (value.is_bytes()) return {{"t", "bytes"}, {"b64", base64_of(value.as_bytes())}};
      Json elements = Json::array();
      for (const Value& element : value.elements()) elements.push_back(value_to_json(element));
      return {{"t", "array"}, {"v", elements}};
    }
    case ValueType::kObject: {
      Json members = Json::object();
      for (const auto& [key, member] : value.members()) members[key] = value_to_json(member);
      return {{"t", "object"}, {"v", members}};
    }
    case ValueType::kFunction: return {{"t", "function"}};
    case ValueType::kCapsule: break;
  }
  Json out{{"t", "capsule"}, {"describe", value.describe()}, {"c", "other"}};
  if (const auto secret = value.capsule_as<SecretCapsule>()) out.update({{"c", "secret"}, {"v", secret->secret().reveal()}});
  if (const auto optional = value.capsule_as<OptionalSecretCapsule>())
    out.update({{"c", "optional_secret"}, {"v", optional->secret().value}, {"is_secret", optional->secret().is_secret}});
  if (const auto members = value.to_object()) {
    out["c"] = "object";
    out["v"] = value_to_json(Value::object(*members))["v"];
  }
  return out;
}

/// A recorded value without what value_to_json leaves out.
inline Json without_float_text(Json value) {
  if (value.is_object() && (value.contains("bits") || value.value("t", Json()) == "bytes")) value.erase("v");
  if (value.is_structured())
    for (Json& inner : value) inner = without_float_text(std::move(inner));
  return value;
}

/// A diagnostic as the vectors hold it: `end` is the last byte, null for a point.
inline Json diagnostic_to_json(const Diagnostic& diagnostic) {
  const auto place = [&](uint32_t offset) {
    const Position at = diagnostic.span.source->position(offset);
    return Json{{"line", at.line}, {"col", at.column}, {"offset", at.offset}};
  };
  const Span& span = diagnostic.span;
  return {{"severity", diagnostic.severity == Severity::kError ? "error" : "warning"},
          {"message", diagnostic.message},
          {"start", span.known() ? place(span.begin) : Json()},
          {"end", span.known() && span.end > span.begin ? place(span.end - 1) : Json()}};
}

inline Json diagnostics_to_json(const Diagnostics& diagnostics) {
  Json all = Json::array();
  for (const Diagnostic& diagnostic : diagnostics.all()) all.push_back(diagnostic_to_json(diagnostic));
  return all;
}

}  // namespace invar
