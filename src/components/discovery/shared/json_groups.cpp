#include <algorithm>
#include <optional>

#include "src/base/quote.h"
#include "src/components/discovery/shared/target_groups.h"
#include "src/text/json.h"

namespace invar::discovery {
namespace {

constexpr std::string_view kListType = "[]*targetgroup.Group";
constexpr std::string_view kGroupType = R"(struct { Targets []string "json:\"targets\""; Labels model.LabelSet "json:\"labels\"" })";
constexpr std::string_view kLabelsType = "map[model.LabelName]model.LabelValue";

std::string_view kind_word(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::kNull: return "null";
    case json::Kind::kBool: return "bool";
    case json::Kind::kNumber: return "number";
    case json::Kind::kString: return "string";
    case json::Kind::kArray: return "array";
    case json::Kind::kObject: return "object";
  }
  return "value";
}

Error wrong_value(const json::Value& value, std::string_view type) {
  return {"json: cannot unmarshal " + std::string(kind_word(value)) + " into Go value of type " + std::string(type), "bad_json"};
}
Error wrong_field(const json::Value& value, std::string_view field, std::string_view type) {
  return {"json: cannot unmarshal " + std::string(kind_word(value)) + " into Go struct field ." + std::string(field) + " of type " + std::string(type), "bad_json"};
}

bool is_name(std::string_view key, std::string_view name) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return key.size() == name.size() && std::equal(key.begin(), key.end(), name.begin(), [&](char a, char b) { return lower(a) == b; });
}

/// Go goes on behind a wrong value, and tells the first one in the end; but what is wrong in labels ends it.
class GroupReader {
 public:
  Result<TargetGroup> read(const json::Value& value) {
    if (value.kind() != json::Kind::kObject) return wrong_value(value, kGroupType);
    for (json::Members members(value); members.next();) {
      if (is_name(members.key(), "targets")) read_addresses(members.value());
      else if (is_name(members.key(), "labels")) {
        if (auto wrong = read_labels(members.value())) return std::move(*wrong);
      } else note({"json: unknown field " + quoted(members.key()), "bad_json"});
    }
    if (first_wrong_) return std::move(*first_wrong_);
    return std::move(group_);
  }

 private:
  void note(Error wrong) {
    if (!first_wrong_) first_wrong_ = std::move(wrong);
  }

  void read_addresses(const json::Value& value) {
    group_.addresses.clear();
    if (value.kind() == json::Kind::kNull) return;
    if (value.kind() != json::Kind::kArray) return note(wrong_field(value, "targets", "[]string"));
    for (json::Elements elements(value); elements.next();) {
      const json::Value& element = elements.value();
      if (element.kind() == json::Kind::kString) group_.addresses.emplace_back(element.as_string());
      else if (element.kind() == json::Kind::kNull) group_.addresses.emplace_back();
      else note(wrong_field(element, "targets", "string"));
    }
  }

  std::optional<Error> read_labels(const json::Value& value) {
    group_.labels.clear();
    if (value.kind() == json::Kind::kNull) return std::nullopt;
    if (value.kind() != json::Kind::kObject) return wrong_field(value, "labels", kLabelsType);
    bool nameless = false;
    for (json::Members members(value); members.next();) {
      const json::Value& label = members.value();
      nameless |= members.key().empty();
      if (label.kind() != json::Kind::kString && label.kind() != json::Kind::kNull) return wrong_field(label, "labels", "model.LabelValue");
      group_.labels.emplace_back(members.key(), label.kind() == json::Kind::kString ? label.as_string() : std::string_view());
    }
    if (nameless) return Error{R"("" is not a valid label name)", "bad_json"};
    return std::nullopt;
  }

  TargetGroup group_;
  std::optional<Error> first_wrong_;
};

}  // namespace

Result<std::vector<TargetGroup>> read_json_groups(std::string_view text) {
  if (std::string why = json::syntax_error(text); !why.empty()) return Error{std::move(why), "bad_json"};
  json::Parser parser;
  if (!parser.parse_any(text)) return Error{"json: the text cannot be read", "bad_json"};
  std::vector<TargetGroup> groups;
  const json::Value root = parser.root();
  if (root.kind() == json::Kind::kNull) return groups;
  if (root.kind() != json::Kind::kArray) return wrong_value(root, kListType);
  bool any_null = false;
  for (json::Elements elements(root); elements.next();) {
    if (elements.value().kind() == json::Kind::kNull) {
      any_null = true;
      continue;
    }
    auto group = GroupReader().read(elements.value());
    if (!group) return group.error();
    groups.push_back(std::move(*group));
  }
  if (any_null) return Error{"nil target group item found", "bad_json"};
  return groups;
}

}  // namespace invar::discovery
