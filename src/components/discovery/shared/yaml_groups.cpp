#include <algorithm>
#include <optional>

#include "src/base/quote.h"
#include "src/components/discovery/shared/target_groups.h"
#include "src/text/gotemplate/base64.h"
#include "src/text/yaml.h"

namespace invar::discovery {
namespace {

using yaml::Node;

constexpr std::string_view kListType = "[]*targetgroup.Group";
constexpr std::string_view kGroupType = R"(struct { Targets []string "yaml:\"targets\""; Labels model.LabelSet "yaml:\"labels\"" })";

/// Tags that a scalar has to live up to.
constexpr std::string_view kClaims[] = {"!!null", "!!bool", "!!int", "!!float", "!!timestamp"};

bool is_merge(const Node& key) {
  return key.kind == Node::Kind::kScalar && key.scalar == "<<" && !key.quoted && (key.tag.empty() || yaml::kind_word(key) == "!!merge");
}

/// Reads on behind what is wrong, so that all of it can be told; `ended_`: nothing behind it counts.
class Reader {
 public:
  Result<std::vector<TargetGroup>> read(const Node& document) {
    std::vector<TargetGroup> groups;
    bool any_null = false;
    if (document.kind == Node::Kind::kSequence) {
      for (const Node& item : document.items) {
        any_null |= item.is_null();
        if (!item.is_null()) read_group(item, groups.emplace_back());
        if (ended_) return std::move(*ended_);
      }
    } else if (!document.is_null()) {
      wrong_type(document, kListType);
    }
    if (!wrong_.empty()) return Error{"yaml: unmarshal errors:" + wrong_, "bad_yaml"};
    if (any_null) return Error{"nil target group item found", "bad_yaml"};
    return groups;
  }

 private:
  void note(const Node& at, const std::string& what) { wrong_ += "\n  line " + std::to_string(at.line) + ": " + what; }
  void end(std::string what) {
    if (!ended_) ended_ = Error{std::move(what), "bad_yaml"};
  }
  void wrong_type(const Node& node, std::string_view type) {
    constexpr size_t kShown = 10, kKept = 7;
    std::string what = "cannot unmarshal " + yaml::kind_word(node);
    if (node.kind == Node::Kind::kScalar) what += " `" + (node.scalar.size() > kShown ? node.scalar.substr(0, kKept) + "..." : node.scalar) + "`";
    note(node, what + " into " + std::string(type));
  }

  /// The text of a scalar; nullopt when it is something else.
  std::optional<std::string> text_of(const Node& node, std::string_view type) {
    if (node.kind != Node::Kind::kScalar) return wrong_type(node, type), std::nullopt;
    const std::string tag = yaml::kind_word(node);
    if (!node.tag.empty() && tag == "!!binary") {
      std::string bytes;
      size_t wrong = 0;
      if (!gotemplate::decode_base64(node.scalar, bytes, wrong)) end("yaml: !!binary value contains invalid base64 data");
      return bytes;
    }
    if (std::find(std::begin(kClaims), std::end(kClaims), tag) != std::end(kClaims) && !node.tag.empty()) {
      const std::string_view plain = yaml::plain_kind_word(node.scalar);
      if (plain != tag && !(tag == "!!float" && plain == "!!int")) end("yaml: cannot decode " + std::string(plain) + " `" + node.scalar + "` as a " + tag);
    }
    return tag == "!!null" ? std::string() : node.scalar;
  }

  /// Hands each pair on, those of a `<<` where it stands.
  template <class Take>
  void each_pair(const Node& mapping, Take take) {
    for (size_t i = 0; i + 1 < mapping.items.size() && !ended_; i += 2) {
      if (is_merge(mapping.items[i])) merge(mapping.items[i + 1], take);
      else take(mapping.items[i], mapping.items[i + 1]);
    }
  }
  template <class Take>
  void merge(const Node& from, Take take) {
    if (from.is_mapping()) return each_pair(from, take);
    const auto is_mapping = [](const Node& node) { return node.is_mapping(); };
    if (from.kind != Node::Kind::kSequence || !std::all_of(from.items.begin(), from.items.end(), is_mapping))
      return end("yaml: map merge requires map or sequence of maps as the value");
    for (size_t i = from.items.size(); i-- > 0;) each_pair(from.items[i], take);  // the first one wins
  }

  void read_group(const Node& node, TargetGroup& group) {
    if (!node.is_mapping()) return wrong_type(node, kGroupType);
    each_pair(node, [&](const Node& key, const Node& value) {
      const auto name = text_of(key, "string");
      if (!name || ended_) return;
      if (*name == "targets") read_addresses(value, group);
      else if (*name == "labels") read_labels(value, group);
      else note(key, "field " + *name + " not found in type " + std::string(kGroupType));
    });
    refuse_doubled(node);
  }

  /// Fields that stand twice; those of a `<<` may.
  void refuse_doubled(const Node& group) {
    for (size_t i = 0; i + 1 < group.items.size(); i += 2) {
      const Node& key = group.items[i];
      if (key.scalar != "targets" && key.scalar != "labels") continue;
      if (group.find(key.scalar) != &group.items[i + 1]) note(key, "field " + key.scalar + " already set in type " + std::string(kGroupType));
    }
  }

  void read_addresses(const Node& node, TargetGroup& group) {
    if (node.is_null()) return group.addresses.clear();
    if (node.kind != Node::Kind::kSequence) return wrong_type(node, "[]string");
    group.addresses.clear();
    for (const Node& item : node.items)
      if (auto address = text_of(item, "string")) group.addresses.push_back(std::move(*address));
  }

  void read_labels(const Node& node, TargetGroup& group) {
    if (node.is_null()) return group.labels.clear();
    if (!node.is_mapping()) return wrong_type(node, "model.LabelSet");
    each_pair(node, [&](const Node& key, const Node& value) {
      auto name = text_of(key, "string");
      if (!name || ended_) return;
      if (name->empty() && !key.is_null()) return end(R"("" is not a valid label name)");
      auto text = text_of(value, "model.LabelValue");
      if (!text) return;
      const auto same = [&](const Target::Label& label) { return label.first == *name; };
      if (std::any_of(group.labels.begin(), group.labels.end(), same)) note(key, "key " + quoted(*name) + " already set in map");
      else group.labels.emplace_back(std::move(*name), std::move(*text));
    });
  }

  std::string wrong_;
  std::optional<Error> ended_;
};

}  // namespace

Result<std::vector<TargetGroup>> read_yaml_groups(std::string_view text) {
  const auto document = yaml::parse(text, yaml::Aliases::kFollowed);
  if (!document) return document.error();
  return Reader().read(*document);
}

}  // namespace invar::discovery
