#pragma once

#include "src/language/decode.h"
#include "src/parser/parse.h"
#include "src/text/duration.h"
#include "stdlib/functions/library.h"
#include "tests/conformance/language_values.h"

namespace invar {

/// A shown value in the notation of `result` (README: decode). `set`: written, so that an empty list or map is not nil.
inline Json typed_to_json(const Value& value, const TypeInfo& type, bool set) {
  if (value.is_null()) {
    if (type.kind == TypeKind::kList) return {{"list", nullptr}};
    if (type.kind == TypeKind::kMap) return {{"map", nullptr}};
    return nullptr;
  }
  switch (type.kind) {
    case TypeKind::kInt: return {{"int", value.number_text()}};
    case TypeKind::kUint: return {{"uint", value.number_text()}};
    case TypeKind::kFloat: return {{"float", format_float_general(value.as_float())}};
    case TypeKind::kBool: return value.as_bool();
    case TypeKind::kString: return value.as_string();
    case TypeKind::kDuration:
      return {{"duration_ns", std::to_string(*parse_duration(value.as_string()))}, {"text", value.as_string()}};
    case TypeKind::kText:
      if (value.is(ValueType::kCapsule)) return {{"capsule", value.as_capsule().type_name()}};
      return {{"text", value.as_string()}};
    case TypeKind::kSecret: return {{"secret", value.capsule_as<SecretCapsule>()->secret().reveal()}};
    case TypeKind::kOptionalSecret: {
      const OptionalSecret secret = value.capsule_as<OptionalSecretCapsule>()->secret();
      return {{"optional_secret", secret.value}, {"is_secret", secret.is_secret}};
    }
    case TypeKind::kBytes: return {{"bytes_b64", base64_of(value.as_bytes())}};
    case TypeKind::kList:
    case TypeKind::kArray: {
      if (value.size() == 0 && !set && type.kind == TypeKind::kList) return {{"list", nullptr}};
      Json elements = Json::array();
      for (const Value& element : value.elements()) elements.push_back(typed_to_json(element, *type.element, true));
      return elements;
    }
    case TypeKind::kMap: {
      if (value.size() == 0 && !set) return {{"map", nullptr}};
      Json members = Json::object();
      for (const auto& [key, member] : value.members()) members[key] = typed_to_json(member, *type.element, true);
      return {{"map", members}};
    }
    case TypeKind::kObject: {
      Json members = Json::object();
      for (const auto& [key, member] : value.members()) {
        const Row* row = find_row(*type.fields, key);
        members[key] = typed_to_json(member, *row->type, false);
      }
      return members;
    }
    case TypeKind::kCapsule: {
      // The recorder saw the Go type behind the interface.
      const std::string name(value.as_capsule().type_name());
      Json out{{"capsule", name == "loki.LogsReceiver" ? "*loki.logsReceiver" : name}};
      if (const auto members = value.to_object()) out["object"] = value_to_json(Value::object(*members))["v"];
      return out;
    }
    default: return value_to_json(value);
  }
}

/// Decoded arguments in the notation of `result`.
inline Json args_to_json(const Schema& schema, const void* args, const Origins* origins) {
  Json out = Json::object();
  for (const Row& row : schema.rows) {
    const std::string name(row.name);
    switch (row.kind) {
      case RowKind::kLabel: out["@label"] = row.show(args).as_string(); break;
      case RowKind::kSquash:
        if (row.size(args)) out.update(args_to_json(*row.schema, row.at(args, 0), origins));
        break;
      case RowKind::kAttr: {
        const Origins::Field* field = origins ? origins->field(name) : nullptr;
        out[name] = typed_to_json(row.show(args), *row.type, field ? !field->null : row.filled);
        break;
      }
      case RowKind::kBlock: {
        if (!row.schema) {
          out[name] = typed_to_json(row.show(args), *row.type, origins && origins->block(name));
          break;
        }
        Json blocks = Json::array();
        for (size_t i = 0; i < row.size(args); ++i)
          blocks.push_back(args_to_json(*row.schema, row.at(args, i), origins ? origins->block(name, i) : nullptr));
        if (row.repeat == Repeat::kOnce) out[name] = blocks.empty() ? Json() : blocks[0];
        else if (row.repeat == Repeat::kMany && blocks.empty()) out[name] = {{"list", nullptr}};
        else out[name] = blocks;
        break;
      }
      case RowKind::kEnum: {
        Json members = Json::array();
        for (size_t i = 0; i < row.size(args); ++i) {
          const auto& element = *static_cast<const EnumValue*>(row.at(args, i));
          Json member = Json::object();
          for (size_t k = 0; k < row.group->size(); ++k) member[std::string(row.group->at(k).name)] = nullptr;
          member[std::string(element.kind.name)] =
              args_to_json(*element.kind.schema, element.args.get(), origins ? origins->block(name, i) : nullptr);
          members.push_back(std::move(member));
        }
        out[name] = members.empty() ? Json{{"list", nullptr}} : members;
        break;
      }
    }
  }
  return out;
}

/// A case's block decoded into the schema and checked against it, as the vectors hold it.
inline Json decode_outcome(const ConformanceCase& c, const Schema& schema, const Members& variables) {
  Diagnostics diagnostics;
  const auto source = std::make_shared<Source>(c.data.at("file").get<std::string>(), text_of(c.data, "src").value());
  const ast::FilePtr file = parse_file(source, diagnostics);
  if (!file) return {{"parse", diagnostics_to_json(diagnostics)}};
  const ast::Block& block = *file->body.at(0).block();

  Json out = Json::object();
  Diagnostics checked;
  check_block(block, schema, checked);
  out["typecheck"] = diagnostics_to_json(checked);

  const Scope library(&stdlib_values());
  const Scope scope(library, variables);
  const auto args = schema.create();
  Origins origins;
  if (const auto failure = decode_body(block.body, span_of(block), schema, scope, args.get(), origins)) {
    out["error"] = failure->error();
    if (failure->diagnostic) {
      Diagnostics one;
      one.add(*failure->diagnostic);
      out["diags"] = diagnostics_to_json(one);
      out["printed"] = render(one);
    }
    return out;
  }
  out["result"] = args_to_json(schema, args.get(), &origins);
  out["api_json"] = Json::parse(api_json(schema, args.get(), &origins));
  return out;
}

/// What is recorded of the same keys; values of `any` without the text of floats.
inline Json recorded_outcome(const ConformanceCase& c) {
  Json out = Json::object();
  for (const char* key : {"typecheck", "error", "diags", "printed", "result", "api_json"})
    if (c.data.contains(key)) out[key] = without_float_text(c.data[key]);
  if (out.contains("diags"))
    for (Json& diagnostic : out["diags"]) diagnostic.erase("value");  // never printed
  return out;
}

}  // namespace invar
