#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "src/base/result.h"
#include "src/base/source.h"
#include "src/lint/yaml_documents.h"
#include "src/text/yaml_stream.h"

namespace invar::lint {

/// A value of merged values files, with the file that it was taken from. Belongs to its Values.
struct HelmValue {
  struct Entry;

  const yaml::Placed* node = nullptr;  // never an alias; of a merged map the one that was written last
  const Source* source = nullptr;
  std::vector<Entry> entries;          // of a map, in the order in which keys first appear
  std::vector<HelmValue> items;        // of a list

  bool is_map() const { return node && node->is_mapping(); }
  bool is_list() const { return node && node->is_sequence(); }
  bool is_text() const { return node && node->is_scalar() && !node->is_null(); }
  bool is_null() const { return node && node->is_null(); }
  /// The scalar's text; empty for anything else.
  std::string_view text() const { return is_text() ? std::string_view(node->text) : std::string_view(); }
  bool is_true() const { return text() == "true" && !node->is_quoted(); }
  Span span() const { return {source, node->begin, node->end}; }
  const Entry* find(std::string_view key) const;
  /// The value at a path of keys; nullptr when there is none.
  const HelmValue* at(std::initializer_list<std::string_view> path) const;
  const HelmValue* get(std::string_view key) const;
};

struct HelmValue::Entry {
  const yaml::Placed* key = nullptr;
  const Source* source = nullptr;  // of the key, as the file that wins writes it
  HelmValue value;

  Span span() const { return {source, key->begin, key->end}; }
};

/// A node of one file as a value. `source` must outlive it, and so must the node's stream.
HelmValue helm_value(const yaml::Placed& node, const Source* source);

/// Values files merged as Helm merges them: maps key by key, lists and scalars replaced, null takes a key away; then what --set gives. Keeps what it points to.
class HelmValues {
 public:
  /// Takes over a document that was read from a file. What is no map counts for nothing.
  void add(SourcePtr file, std::shared_ptr<const yaml::Stream> stream, const yaml::Placed& document);
  /// `a.b[0]=c,d=e`. The error is a sentence for people.
  Result<void> set(const SetValue& value);

  const HelmValue& root() const { return root_; }
  HelmValue& root() { return root_; }
  const std::vector<SourcePtr>& sources() const { return sources_; }

 private:
  friend class SetReader;
  const yaml::Placed* make(yaml::Placed node);

  std::vector<SourcePtr> sources_;
  std::vector<std::shared_ptr<const yaml::Stream>> streams_;
  std::deque<yaml::Placed> made_;  // by set()
  HelmValue root_;
};

}  // namespace invar::lint
