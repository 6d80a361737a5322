#include "src/text/yaml_stream.h"

#include <yaml.h>

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>

namespace invar::yaml {
namespace {

constexpr size_t kMaxBytes = size_t{32} << 20;
constexpr size_t kMaxDepth = 100;
constexpr uint64_t kMaxNodes = 2'000'000;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// From the characters that libyaml counts to bytes. Places are asked for mostly in rising order.
class ByteCursor {
 public:
  explicit ByteCursor(std::string_view text) : text_(text) {}

  uint32_t at(size_t character) {
    while (character_ < character && byte_ < text_.size()) {
      do ++byte_;
      while (byte_ < text_.size() && is_continuation(text_[byte_]));
      ++character_;
    }
    while (character_ > character && byte_ > 0) {
      do --byte_;
      while (byte_ > 0 && is_continuation(text_[byte_]));
      --character_;
    }
    return static_cast<uint32_t>(byte_);
  }

 private:
  std::string_view text_;
  size_t character_ = 0, byte_ = 0;
};

bool is_anchor_byte(char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte == '_' || byte == '-';
}

/// Behind `&anchor`, `!tag` and what may stand between them and the content.
uint32_t behind_properties(std::string_view text, uint32_t at, uint32_t end) {
  while (at < end) {
    const char byte = text[at];
    if (byte == '&') {
      for (++at; at < end && is_anchor_byte(text[at]); ++at) {
      }
    } else if (byte == '!') {
      while (at < end && text[at] != ' ' && text[at] != '\t' && text[at] != '\n' && text[at] != '\r') ++at;
    } else if (byte == '#') {
      while (at < end && text[at] != '\n' && text[at] != '\r') ++at;
    } else if (byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r') {
      ++at;
    } else {
      break;
    }
  }
  return at;
}

std::string_view text_of(const yaml_char_t* text) { return text ? reinterpret_cast<const char*>(text) : std::string_view(); }

Style style_of(yaml_scalar_style_t style) {
  switch (style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: return Style::kSingleQuoted;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: return Style::kDoubleQuoted;
    case YAML_LITERAL_SCALAR_STYLE: return Style::kLiteral;
    case YAML_FOLDED_SCALAR_STYLE: return Style::kFolded;
    default: return Style::kPlain;
  }
}

struct Event {
  yaml_event_t native{};
  ~Event() { yaml_event_delete(&native); }
};

}  // namespace

/// Turns libyaml's events into nodes. Ends with an exception of its own, so that what nests can be read by functions that nest.
class StreamReader {
 public:
  StreamReader(std::string_view text, Stream& stream) : text_(text), cursor_(text), stream_(stream) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  ~StreamReader() { yaml_parser_delete(&parser_); }
  StreamReader(const StreamReader&) = delete;
  StreamReader& operator=(const StreamReader&) = delete;

  std::optional<Refusal> read() {
    try {
      read_documents();
      return std::nullopt;
    } catch (Refusal& refusal) {
      return std::move(refusal);
    }
  }

 private:
  /// A node that an alias may name: complete, and how many nodes it is when all aliases in it are followed.
  struct Anchored {
    const Placed* node = nullptr;
    bool complete = false;
  };

  void next(Event& event) {
    if (!yaml_parser_parse(&parser_, &event.native)) throw syntax_error();
  }

  Refusal syntax_error() {
    std::string what = parser_.problem ? parser_.problem : "not readable as YAML";
    if (parser_.error == YAML_READER_ERROR) return {"not UTF-8 text: " + what, static_cast<uint32_t>(std::min(parser_.problem_offset, text_.size()))};
    if (parser_.context) what += std::string(", ") + parser_.context;
    return {std::move(what), cursor_.at(parser_.problem_mark.index)};
  }

  void read_documents() {
    while (true) {
      Event event;
      next(event);
      switch (event.native.type) {
        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_END_EVENT: break;
        case YAML_DOCUMENT_START_EVENT: anchors_.clear(); break;
        case YAML_STREAM_END_EVENT: return;
        default: stream_.documents_.push_back(node(event.native, 0)); break;
      }
    }
  }

  const Placed* node(const yaml_event_t& event, size_t depth) {
    const uint32_t begin = cursor_.at(event.start_mark.index);
    if (depth > kMaxDepth) throw Refusal{"nested deeper than " + std::to_string(kMaxDepth) + " levels", begin};
    if (event.type == YAML_ALIAS_EVENT) return alias(event, begin);
    count(1, begin);
    Placed& placed = stream_.nodes_.emplace_back();
    placed.begin = begin;
    placed.end = cursor_.at(event.end_mark.index);
    if (event.type == YAML_SCALAR_EVENT) {
      const auto& scalar = event.data.scalar;
      placed.style = style_of(scalar.style);
      placed.text.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
      begin_node(placed, placed.end, scalar.anchor, scalar.tag);
    } else if (event.type == YAML_SEQUENCE_START_EVENT) {
      placed.kind = Placed::Kind::kSequence;
      begin_node(placed, whole(), event.data.sequence_start.anchor, event.data.sequence_start.tag);
      items(placed, YAML_SEQUENCE_END_EVENT, event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE, depth);
    } else {
      placed.kind = Placed::Kind::kMapping;
      begin_node(placed, whole(), event.data.mapping_start.anchor, event.data.mapping_start.tag);
      items(placed, YAML_MAPPING_END_EVENT, event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE, depth);
    }
    if (!open_anchors_.empty() && open_anchors_.back().second == &placed) {
      anchors_[open_anchors_.back().first].complete = true;
      open_anchors_.pop_back();
    }
    return &placed;
  }

  uint32_t whole() const { return static_cast<uint32_t>(text_.size()); }

  void begin_node(Placed& placed, uint32_t end, const yaml_char_t* anchor, const yaml_char_t* tag) {
    placed.tagged = tag != nullptr;
    if (anchor || tag) placed.begin = behind_properties(text_, placed.begin, end);
    if (!anchor) return;
    anchors_[std::string(text_of(anchor))] = {&placed, false};
    open_anchors_.emplace_back(text_of(anchor), &placed);
  }

  void items(Placed& owner, yaml_event_type_t end, bool flow, size_t depth) {
    while (true) {
      Event event;
      next(event);
      if (event.native.type == end) {
        // A block ends where the next thing begins: its last item tells better.
        owner.end = flow || owner.items.empty() ? cursor_.at(event.native.end_mark.index) : owner.items.back()->end;
        owner.begin = std::min(owner.begin, owner.items.empty() ? owner.end : owner.items.front()->begin);
        break;
      }
      owner.items.push_back(node(event.native, depth + 1));
    }
    uint64_t size = 1;
    for (const Placed* item : owner.items) size += size_of(*item);
    sizes_[&owner] = size;
  }

  uint64_t size_of(const Placed& node) const {
    const auto found = sizes_.find(&node.resolved());
    return found == sizes_.end() ? 1 : found->second;
  }

  const Placed* alias(const yaml_event_t& event, uint32_t begin) {
    const std::string name(text_of(event.data.alias.anchor));
    const auto found = anchors_.find(name);
    if (found == anchors_.end()) throw Refusal{"there is no anchor &" + name + " before this alias", begin};
    if (!found->second.complete) throw Refusal{"anchor &" + name + " contains itself", begin};
    count(size_of(*found->second.node), begin);
    Placed& placed = stream_.nodes_.emplace_back();
    placed.kind = Placed::Kind::kAlias;
    placed.begin = begin;
    placed.end = cursor_.at(event.end_mark.index);
    placed.target = found->second.node;
    return &placed;
  }

  void count(uint64_t nodes, uint32_t at) {
    if ((count_ += nodes) > kMaxNodes) throw Refusal{"more than " + std::to_string(kMaxNodes) + " values, aliases followed", at};
  }

  std::string_view text_;
  ByteCursor cursor_;
  Stream& stream_;
  yaml_parser_t parser_;
  uint64_t count_ = 0;
  std::map<std::string, Anchored, std::less<>> anchors_;
  std::vector<std::pair<std::string, const Placed*>> open_anchors_;
  std::unordered_map<const Placed*, uint64_t> sizes_;  // of collections
};

bool Placed::is_null() const {
  return kind == Kind::kScalar && style == Style::kPlain && !tagged && (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL");
}

std::variant<Stream, Refusal> Stream::read(std::string_view text) {
  if (text.size() > kMaxBytes) return Refusal{std::to_string(text.size() >> 20) + " MiB, more than the " + std::to_string(kMaxBytes >> 20) + " MiB that are read", 0};
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) return Refusal{"UTF-16, not UTF-8", 0};
  const size_t skipped = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  Stream stream;
  if (auto refusal = StreamReader(text.substr(skipped), stream).read()) {
    refusal->offset += static_cast<uint32_t>(skipped);
    return std::move(*refusal);
  }
  if (skipped) {
    for (Placed& node : stream.nodes_) {
      node.begin += static_cast<uint32_t>(skipped);
      node.end += static_cast<uint32_t>(skipped);
    }
  }
  return stream;
}

namespace {

using Entries = std::vector<std::pair<const Placed*, const Placed*>>;

/// Keys with their values, each key once.
class Entering {
 public:
  void put(const Placed* key, const Placed* value, bool replaces) {
    const auto [known, is_new] = key->is_scalar() ? index_.emplace(key->text, all_.size()) : std::pair(index_.end(), true);
    if (is_new) all_.emplace_back(key, value);
    else if (replaces) all_[known->second] = {key, value};
  }
  Entries& all() { return all_; }

 private:
  Entries all_;
  std::unordered_map<std::string_view, size_t> index_;
};

void collect(const Placed& mapping, Entering& into, size_t depth);

/// What `<<` names: a mapping, or a list of them of which the first that has a key counts.
void merge(const Placed& source, Entering& into, size_t depth) {
  if (depth > kMaxDepth) return;
  if (source.is_sequence())
    for (const Placed* item : source.items)
      if (item->resolved().is_mapping()) merge(item->resolved(), into, depth);
  Entering merged;
  if (source.is_mapping()) collect(source, merged, depth);
  for (const auto& [key, value] : merged.all()) into.put(key, value, false);
}

bool is_merge(const Placed& key) { return key.is_scalar() && !key.is_quoted() && !key.tagged && key.text == "<<"; }

void collect(const Placed& mapping, Entering& into, size_t depth) {
  for (size_t i = 0; i + 1 < mapping.items.size(); i += 2)
    if (const Placed& key = mapping.items[i]->resolved(); !is_merge(key)) into.put(&key, &mapping.items[i + 1]->resolved(), true);
  for (size_t i = 0; i + 1 < mapping.items.size(); i += 2)
    if (is_merge(mapping.items[i]->resolved())) merge(mapping.items[i + 1]->resolved(), into, depth + 1);
}

}  // namespace

Entries entries(const Placed& mapping) {
  Entering all;
  if (mapping.is_mapping()) collect(mapping, all, 0);
  return std::move(all.all());
}

const Placed* find(const Placed& node, std::string_view key) {
  for (const auto& [name, value] : entries(node))
    if (name->is_scalar() && name->text == key) return value;
  return nullptr;
}

const Placed* find(const Placed& node, std::initializer_list<std::string_view> path) {
  const Placed* found = &node;
  for (const std::string_view step : path)
    if (!(found = find(*found, step))) return nullptr;
  return found;
}

std::string_view text_at(const Placed& node, std::initializer_list<std::string_view> path) {
  const Placed* found = find(node, path);
  return found && found->is_scalar() ? std::string_view(found->text) : std::string_view();
}

}  // namespace invar::yaml
