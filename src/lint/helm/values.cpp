#include "src/lint/helm/values.h"

#include <algorithm>
#include <unordered_map>

namespace invar::lint {
namespace {

using yaml::Placed;

HelmValue::Entry* find_entry(HelmValue& map, std::string_view key) {
  for (HelmValue::Entry& entry : map.entries)
    if (entry.key->is_scalar() && entry.key->text == key) return &entry;
  return nullptr;
}

void merge(HelmValue& into, HelmValue from) {
  if (!into.is_map() || !from.is_map()) {
    into = std::move(from);
    return;
  }
  into.node = from.node;
  into.source = from.source;
  std::unordered_map<std::string_view, size_t> known;
  for (size_t i = 0; i < into.entries.size(); ++i) known.emplace(into.entries[i].key->text, i);
  for (HelmValue::Entry& entry : from.entries) {
    const auto found = known.find(entry.key->text);
    if (found == known.end()) {
      into.entries.push_back(std::move(entry));
      continue;
    }
    HelmValue::Entry& same = into.entries[found->second];
    same.key = entry.key;
    same.source = entry.source;
    merge(same.value, std::move(entry.value));
  }
}

}  // namespace

HelmValue helm_value(const Placed& written, const Source* source) {
  const Placed& node = written.resolved();
  HelmValue value{.node = &node, .source = source};
  if (node.is_mapping())
    for (const auto& [key, item] : yaml::entries(node)) value.entries.push_back({key, source, helm_value(*item, source)});
  if (node.is_sequence())
    for (const Placed* item : node.items) value.items.push_back(helm_value(*item, source));
  return value;
}

const HelmValue::Entry* HelmValue::find(std::string_view key) const {
  for (const Entry& entry : entries)
    if (entry.key->is_scalar() && entry.key->text == key) return &entry;
  return nullptr;
}

const HelmValue* HelmValue::get(std::string_view key) const {
  const Entry* entry = find(key);
  return entry ? &entry->value : nullptr;
}

const HelmValue* HelmValue::at(std::initializer_list<std::string_view> path) const {
  const HelmValue* found = this;
  for (const std::string_view key : path)
    if (!(found = found->get(key))) return nullptr;
  return found;
}

void HelmValues::add(SourcePtr file, std::shared_ptr<const yaml::Stream> stream, const Placed& document) {
  HelmValue value = helm_value(document, file.get());
  if (std::find(sources_.begin(), sources_.end(), file) == sources_.end()) sources_.push_back(std::move(file));
  streams_.push_back(std::move(stream));
  if (value.is_map()) merge(root_, std::move(value));
}

const Placed* HelmValues::make(Placed node) { return &made_.emplace_back(std::move(node)); }

/// Reads what --set takes, as Helm's strvals does.
class SetReader {
 public:
  SetReader(HelmValues& values, SourcePtr source, bool is_string) : values_(values), source_(std::move(source)), text_(source_->text()), is_string_(is_string) {}

  Result<void> read() {
    while (at_ < text_.size()) {
      if (auto done = assignment(values_.root_); !done) return done;
      if (at_ < text_.size()) ++at_;  // the comma
    }
    return {};
  }

 private:
  static constexpr size_t kMostIndex = 65536;  // as Helm

  Error wrong(const std::string& what) const { return {"--set" + std::string(is_string_ ? "-string " : " ") + std::string(text_) + ": " + what, {}}; }

  /// Up to one of `ends`, backslashes taken away.
  std::string word(std::string_view ends) {
    std::string word;
    for (; at_ < text_.size() && ends.find(text_[at_]) == std::string_view::npos; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      word += text_[at_];
    }
    return word;
  }

  Placed placed(Placed::Kind kind, size_t begin, std::string text = {}) const {
    Placed node;
    node.kind = kind;
    node.begin = static_cast<uint32_t>(begin);
    node.end = static_cast<uint32_t>(at_);
    node.text = std::move(text);
    return node;
  }

  HelmValue make(Placed node) { return {.node = values_.make(std::move(node)), .source = source_.get()}; }

  Result<void> assignment(HelmValue& map) {
    const size_t begin = at_;
    const std::string key = word(".[=,");
    if (key.empty()) return wrong("a key is empty");
    if (at_ == text_.size() || text_[at_] == ',') return wrong("key \"" + key + "\" has no value");
    if (!map.is_map()) map = make(placed(Placed::Kind::kMapping, begin));
    const Placed* written = values_.make(placed(Placed::Kind::kScalar, begin, key));
    HelmValue::Entry* entry = find_entry(map, key);
    if (!entry) {
      map.entries.push_back({written, source_.get(), {}});
      entry = &map.entries.back();
    }
    entry->key = written;
    entry->source = source_.get();
    return target(entry->value);
  }

  /// What stands behind a key or an index: `.key`, `[1]`, `=value`.
  Result<void> target(HelmValue& value) {
    if (++depth_ > 30) return wrong("nested too deeply");
    const char sign = text_[at_++];
    if (sign == '=') {
      value = this->value();
      depth_ = 0;
      return {};
    }
    if (sign == '.') return assignment(value);
    const std::string digits = word("]");
    if (at_ == text_.size() || digits.empty() || digits.size() > 5 || digits.find_first_not_of("0123456789") != std::string::npos) return wrong("\"" + digits + "\" is no index");
    const size_t index = std::stoul(digits);
    if (index > kMostIndex) return wrong("index " + digits + " is too large");
    if (++at_ == text_.size()) return wrong("an item has no value");
    if (!value.is_list()) value = make(placed(Placed::Kind::kSequence, at_));
    while (value.items.size() <= index) value.items.push_back(make(placed(Placed::Kind::kScalar, at_)));
    return target(value.items[index]);
  }

  HelmValue value() {
    const size_t begin = at_;
    if (at_ < text_.size() && text_[at_] == '{') {
      ++at_;
      std::vector<HelmValue> items;
      while (at_ < text_.size() && text_[at_] != '}') {
        items.push_back(scalar(",}"));
        if (at_ < text_.size() && text_[at_] == ',') ++at_;
      }
      if (at_ < text_.size()) ++at_;
      HelmValue list = make(placed(Placed::Kind::kSequence, begin));
      list.items = std::move(items);
      return list;
    }
    return scalar(",");
  }

  HelmValue scalar(std::string_view ends) {
    const size_t begin = at_;
    Placed node = placed(Placed::Kind::kScalar, begin, word(ends));
    node.end = static_cast<uint32_t>(at_);
    // Only these words and whole numbers are no texts.
    const std::string& text = node.text;
    const bool whole = text == "0" || (!text.empty() && text.front() != '0' && text.find_first_not_of("0123456789") == std::string::npos);
    if (is_string_ || !(text == "true" || text == "false" || text == "null" || whole)) node.style = yaml::Style::kDoubleQuoted;
    return make(std::move(node));
  }

  HelmValues& values_;
  SourcePtr source_;
  std::string_view text_;
  bool is_string_;
  size_t at_ = 0;
  int depth_ = 0;
};

Result<void> HelmValues::set(const SetValue& value) {
  sources_.push_back(std::make_shared<const Source>(value.is_string ? "--set-string" : "--set", value.text));
  return SetReader(*this, sources_.back(), value.is_string).read();
}

}  // namespace invar::lint
