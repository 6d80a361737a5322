#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "src/language/catalog.h"
#include "src/runtime/component.h"

// Every built component's table is held against the recorded catalog: names, types, presence, repetition, defaults.

namespace invar {
namespace {

/// Blocks and attributes of Alloy's that a component here has not yet, as `component/block/name`.
const std::set<std::string, std::less<>> kNotYet = {};

/// Secrets by their text, so that they compare with the catalog's strings.
Value plain(const Value& value) {
  if (const auto secret = value.capsule_as<SecretCapsule>()) return Value::string(secret->secret().reveal());
  if (const auto secret = value.capsule_as<OptionalSecretCapsule>()) return Value::string(secret->secret().value);
  return value;
}

/// A nil pointer, list or map was recorded as null or as empty.
bool same_default(const Value& ours, const Value& recorded) {
  const auto empty = [](const Value& v) {
    return v.is_null() || ((v.is(ValueType::kArray) || v.is(ValueType::kObject)) && v.size() == 0);
  };
  // A component without rules holds an empty set of them, not a nil list.
  const bool no_rules = ours.is(ValueType::kCapsule) && ours.as_capsule().type_name() == "relabel.Rules";
  return plain(ours) == recorded || ((empty(ours) || no_rules) && empty(recorded)) ||
         (recorded.is_null() && plain(ours).is(ValueType::kString) && plain(ours).as_string().empty());
}

class Comparison {
 public:
  std::string differences;

  void compare(const Schema& ours, const Schema& recorded, const std::string& where) {
    const auto fresh = ours.create();
    compare(ours, fresh.get(), recorded, where);
  }

 private:
  /// `args` is what the decoder begins a written block with; inner blocks are made in it.
  void compare(const Schema& ours, void* args, const Schema& recorded, const std::string& where) {
    std::set<std::string, std::less<>> seen;
    walk(ours, args, recorded, where, seen);
    compare_order(ours, recorded, where);
    for (const Row& row : recorded.rows) {
      if (row.kind == RowKind::kAttr || row.kind == RowKind::kBlock) want(std::string(row.name), where, seen);
      for (size_t i = 0; row.kind == RowKind::kEnum && i < row.group->size(); ++i)
        want(std::string(row.name) + "." + std::string(row.group->at(i).name), where, seen);
    }
  }

  static void names_of(const Schema& schema, std::vector<std::string_view>& names) {
    for (const Row& row : schema.rows) {
      if (row.kind == RowKind::kSquash) names_of(*row.schema, names);
      else if (row.kind != RowKind::kLabel) names.push_back(row.name);
    }
  }

  /// The API shows members, and the decoder misses them, in the order of Go's struct.
  void compare_order(const Schema& ours, const Schema& recorded, const std::string& where) {
    std::vector<std::string_view> here, there;
    names_of(ours, here);
    names_of(recorded, there);
    std::erase_if(there, [&](std::string_view name) { return std::find(here.begin(), here.end(), name) == here.end(); });
    for (size_t i = 0; i < std::min(here.size(), there.size()); ++i)
      if (here[i] != there[i]) return say(where, here[i], "stands where Alloy has " + std::string(there[i]));
  }

  void want(const std::string& name, const std::string& where, const std::set<std::string, std::less<>>& seen) {
    if (!seen.contains(name) && !kNotYet.contains(where + "/" + name)) say(where, name, "is missing");
  }

  void say(const std::string& where, std::string_view name, const std::string& what) {
    differences += where + "/" + std::string(name) + ": " + what + "\n";
  }

  void walk(const Schema& ours, void* args, const Schema& recorded, const std::string& where, std::set<std::string, std::less<>>& seen) {
    for (const Row& row : ours.rows) {
      if (row.kind == RowKind::kSquash) {
        walk(*row.schema, first_of(row, args), recorded, where, seen);
      } else if (row.kind == RowKind::kEnum) {
        group(row, recorded, where, seen);
      } else if (row.kind != RowKind::kLabel) {
        seen.emplace(row.name);
        const Row* known = find_row(recorded, row.name);
        if (!known || known->kind != row.kind) say(where, row.name, "Alloy has no such thing");
        else one(row, *known, args, where);
      }
    }
  }

  static void* first_of(const Row& row, void* args) {
    if (row.size(args) == 0) row.prepare(args, 1);
    return row.at(args, 0);
  }

  void one(const Row& row, const Row& known, void* args, const std::string& where) {
    if (row.presence != known.presence) say(where, row.name, "presence");
    if (row.kind == RowKind::kBlock) {
      if (row.repeat != known.repeat) say(where, row.name, "repetition");
      if (!row.schema) return;
      void* const inner = first_of(row, args);
      row.schema->reset(inner);
      compare(*row.schema, inner, *known.schema, where + "/" + std::string(row.name));
      return;
    }
    if (type_name(*row.type) != type_name(*known.type))
      say(where, row.name, "type " + type_name(*row.type) + ", recorded " + type_name(*known.type));
    const auto recorded = catalog_default(known);
    if (row.presence == Presence::kRequired || !recorded) return;
    const Value value = row.show(args);
    if (!same_default(value, *recorded))
      say(where, row.name, "default " + api_json(value) + ", recorded " + std::string(known.default_text));
  }

  void group(const Row& row, const Schema& recorded, const std::string& where, std::set<std::string, std::less<>>& seen) {
    for (size_t i = 0; i < row.group->size(); ++i) {
      const EnumBlock member = row.group->at(i);
      const std::string name = std::string(row.name) + "." + std::string(member.name);
      seen.insert(name);
      const Schema* known = inner_schema(recorded, name);
      if (!known) say(where, name, "Alloy has no such thing");
      else if (visited_.insert(member.schema).second) compare(*member.schema, *known, where + "/" + name);
    }
  }

  std::set<const Schema*> visited_;
};

TEST_CASE("built components take what Alloy's take") {
  for (const ComponentSpec* component : components()) {
    const CatalogComponent* recorded = catalog_component(component->name);
    INFO(std::string(component->name));
    REQUIRE(recorded);
    CHECK(component->stability == recorded->stability);
    Comparison comparison;
    comparison.compare(*component->arguments, recorded->arguments, std::string(component->name));
    CHECK_MESSAGE(comparison.differences.empty(), comparison.differences);
  }
}

TEST_CASE("exports are Alloy's") {
  for (const ComponentSpec* component : components()) {
    if (!component->exports_schema) continue;
    INFO(std::string(component->name));
    const Schema recorded{.rows = catalog_component(component->name)->exports};
    for (const Row& row : component->exports_schema->rows) CHECK_MESSAGE(find_row(recorded, row.name), std::string(row.name));
    CHECK(component->exports_schema->rows.size() == recorded.rows.size());
  }
}

}  // namespace
}  // namespace invar
