#include "src/language/target.h"

#include <algorithm>

#include "src/base/quote.h"

namespace invar {

/// The shared block: labels sorted by name, and their hash.
class Target::Labels final : public Capsule {
 public:
  explicit Labels(std::vector<Label> labels) : labels_(std::move(labels)) {
    std::stable_sort(labels_.begin(), labels_.end(), [](const Label& a, const Label& b) { return a.first < b.first; });
    // Of equal names the last one stays.
    const auto kept = std::unique(labels_.rbegin(), labels_.rend(), [](const Label& a, const Label& b) { return a.first == b.first; });
    labels_.erase(labels_.begin(), kept.base());
    labels_.shrink_to_fit();
    for (const auto& [name, value] : labels_) {
      mix(std::hash<std::string>()(name));
      mix(std::hash<std::string>()(value));
    }
  }

  std::span<const Label> labels() const { return labels_; }
  uint64_t hash() const { return hash_; }
  bool same(const Labels& other) const { return hash_ == other.hash_ && labels_ == other.labels_; }

  std::string_view type_name() const override { return "discovery.Target"; }
  bool equals(const Capsule& other) const override {
    const auto* target = dynamic_cast<const Labels*>(&other);
    return target && same(*target);
  }
  std::optional<Members> as_object() const override {
    Members members;
    for (const auto& [name, value] : labels_) members.emplace_hint(members.end(), name, Value::string(value));
    return members;
  }
  bool into_string(std::string& out) const override { return out = refuses("string"), false; }
  std::string refuses(std::string_view go_type) const override {
    return "target::ConvertInto: conversion to '*" + std::string(go_type) + "' is not supported";
  }

 private:
  void mix(uint64_t value) { hash_ = (hash_ ^ value) * 0x9E3779B97F4A7C15ull, hash_ ^= hash_ >> 32; }

  std::vector<Label> labels_;
  uint64_t hash_ = 0;
};

Target::Target() {
  static const auto kNone = std::make_shared<const Labels>(std::vector<Label>());
  data_ = kNone;
}

Target::Target(std::vector<Label> labels) : data_(std::make_shared<const Labels>(std::move(labels))) {}

std::span<const Target::Label> Target::labels() const { return data_->labels(); }

const std::string* Target::find(std::string_view name) const {
  const auto all = labels();
  const auto found = std::lower_bound(all.begin(), all.end(), name, [](const Label& label, std::string_view n) { return label.first < n; });
  return found != all.end() && found->first == name ? &found->second : nullptr;
}

std::string_view Target::get(std::string_view name) const {
  const std::string* value = find(name);
  return value ? std::string_view(*value) : std::string_view();
}

uint64_t Target::hash() const { return data_->hash(); }

std::string Target::text() const {
  std::string out = "{";
  for (const auto& [name, value] : labels()) {
    if (out.size() > 1) out += ", ";
    append_quoted(out, name);
    out += '=';
    append_quoted(out, value);
  }
  return out += '}';
}

Value Target::value() const { return Value::capsule(data_); }

std::optional<Target> Target::of(const Value& value) {
  if (auto data = value.capsule_as<Labels>()) return Target(std::move(data));
  return std::nullopt;
}

bool operator==(const Target& a, const Target& b) { return a.data_ == b.data_ || a.data_->same(*b.data_); }

Value target_list(std::span<const Target> targets) {
  std::vector<Value> elements;
  elements.reserve(targets.size());
  for (const Target& target : targets) elements.push_back(target.value());
  return Value::array(std::move(elements));
}

}  // namespace invar
