#include "src/components/loki/shared/positions_file.h"

#include "src/base/quote.h"
#include "src/io/file.h"
#include "src/text/yaml.h"

namespace invar {
namespace {

Error wrong_type(const yaml::Node& node, std::string_view go_type) {
  std::string what = "yaml: unmarshal errors:\n  line " + std::to_string(node.line) + ": cannot unmarshal ";
  what.append(yaml::kind_word(node));
  if (node.kind == yaml::Node::Kind::kScalar) what.append(" `").append(node.scalar.substr(0, 10)).append("`");
  return {what.append(" into ").append(go_type), "bad_yaml"};
}

/// The mapping under `positions`; nullptr when there is nothing.
Result<const yaml::Node*> positions_of(const yaml::Node& document, std::string_view file_type, std::string_view map_type) {
  if (document.is_null()) return nullptr;
  if (!document.is_mapping()) return wrong_type(document, file_type);
  const yaml::Node* positions = document.find("positions");
  if (!positions || positions->is_null()) return nullptr;
  if (!positions->is_mapping()) return wrong_type(*positions, map_type);
  return positions;
}

bool scalar_field(const yaml::Node& key, std::string_view name, SharedText& into) {
  const yaml::Node* field = key.find(name);
  if (!field || field->is_null()) return true;
  if (field->kind != yaml::Node::Kind::kScalar) return false;
  into = field->scalar;
  return true;
}

}  // namespace

Result<PositionMap> read_positions_file(std::string_view text) {
  const auto document = yaml::parse(text);
  if (!document) return document.error();
  const auto positions = positions_of(*document, "positions.File", "map[positions.Entry]string");
  if (!positions) return positions.error();
  PositionMap result;
  if (!*positions) return result;
  const auto& items = (*positions)->items;
  for (size_t i = 0; i + 1 < items.size(); i += 2) {
    PositionKey key;
    if (!items[i].is_mapping()) return wrong_type(items[i], "positions.Entry");
    if (!scalar_field(items[i], "path", key.path) || !scalar_field(items[i], "labels", key.labels))
      return wrong_type(items[i], "string");
    if (items[i + 1].kind != yaml::Node::Kind::kScalar) return wrong_type(items[i + 1], "string");
    result.insert_or_assign(std::move(key), items[i + 1].is_null() ? "" : items[i + 1].scalar);
  }
  return result;
}

Result<PositionMap> load_positions_file(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return text.error().reason == "not_found" || text.error().reason == "not_a_directory" ? Result<PositionMap>(PositionMap()) : text.error();
  auto positions = read_positions_file(*text);
  if (!positions) return Error{"invalid yaml positions file [" + path + "]: " + positions.error().what, "bad_yaml"};
  return positions;
}

Result<PositionMap> read_legacy_positions_file(std::string_view text) {
  const auto document = yaml::parse(text);
  if (!document) return document.error();
  const auto positions = positions_of(*document, "positions.LegacyFile", "map[string]string");
  if (!positions) return positions.error();
  // Alloy reads this file strictly: other keys make it invalid.
  for (size_t i = 0; document->is_mapping() && i + 1 < document->items.size(); i += 2)
    if (document->items[i].scalar != "positions") return Error{"yaml: unknown field " + document->items[i].scalar, "bad_yaml"};
  PositionMap result;
  if (!*positions) return result;
  const auto& items = (*positions)->items;
  for (size_t i = 0; i + 1 < items.size(); i += 2) {
    if (items[i].kind != yaml::Node::Kind::kScalar) return wrong_type(items[i], "string");
    if (items[i + 1].kind != yaml::Node::Kind::kScalar) return wrong_type(items[i + 1], "string");
    result.insert_or_assign(PositionKey{items[i].scalar, "{}"}, items[i + 1].scalar);
  }
  return result;
}

std::string write_positions_file(const PositionMap& positions) {
  yaml::Node entries = yaml::Node::mapping();
  for (const auto& [key, value] : positions) {
    if (!is_valid_utf8(key.path) || !is_valid_utf8(key.labels) || !is_valid_utf8(value)) continue;
    yaml::Node entry = yaml::Node::mapping();
    entry.add(yaml::Node::text("path"), yaml::Node::text(key.path.str()));
    entry.add(yaml::Node::text("labels"), yaml::Node::text(key.labels.str()));
    entries.add(std::move(entry), yaml::Node::text(value));
  }
  yaml::Node document = yaml::Node::mapping();
  document.add(yaml::Node::text("positions"), std::move(entries));
  auto text = yaml::emit(document);
  return text ? std::move(*text) : std::string("positions: {}\n");
}

}  // namespace invar
