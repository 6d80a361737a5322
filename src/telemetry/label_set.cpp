#include "src/telemetry/label_set.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <new>

#include "src/base/check.h"
#include "src/base/quote.h"

namespace invar {
namespace {

/// XXH64 over name 0xff value 0xff, as Prometheus' labels.Labels.Hash.
uint64_t hash_of(std::span<const Label> labels) {
  constexpr size_t kOnStack = 1024;
  char stack[kOnStack];
  size_t bytes = 0;
  for (const Label& l : labels) bytes += l.name.size() + l.value.size() + 2;
  std::unique_ptr<char[]> heap;
  char* const begin = bytes <= kOnStack ? stack : (heap.reset(new char[bytes]), heap.get());
  char* at = begin;
  const auto put = [&at](std::string_view text) {
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    at += text.size();
    *at++ = static_cast<char>(0xff);
  };
  for (const Label& l : labels) put(l.name), put(l.value);
  return XXH64(begin, bytes, 0);
}

/// Tells most names apart, so that looking one up does not touch the others: a lane sees more sets than its cache holds.
uint16_t mark_of(std::string_view name) {
  if (name.empty()) return 0;
  const auto ends = static_cast<uint8_t>(static_cast<uint8_t>(name.front()) * 31 + static_cast<uint8_t>(name.back()));
  return static_cast<uint16_t>(name.size() << 8 | ends);
}

uint64_t mix(uint64_t a, uint64_t b) { return (a ^ b) * 0x9E3779B97F4A7C15ull; }

bool equal(std::span<const Label> a, std::span<const Label> b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin());
}

}  // namespace

std::optional<std::string_view> LabelSet::find(std::string_view name) const {
  const uint16_t* const marks = reinterpret_cast<const uint16_t*>(this + 1);
  const uint16_t wanted = mark_of(name);
  for (uint32_t i = 0; i < count_; ++i)
    if (marks[i] == wanted && labels_[i].name == name) return labels_[i].value;
  return std::nullopt;
}

std::string_view LabelSet::loki_text() const {
  if (text_) return *text_;
  auto text = std::make_unique<std::string>("{");
  for (const Label& label : labels()) {
    if (label.name.starts_with("__")) continue;
    if (text->size() > 1) *text += ", ";
    text->append(label.name);
    *text += '=';
    append_quoted(*text, label.value);
  }
  *text += '}';
  text_ = std::move(text);
  return *text_;
}

/// Transitions already computed. An entry needs no copy of name and value: the result differs from its set in exactly one label, so finding the wanted value
/// in it proves the entry right.
struct LabelSetTable::Memo {
  struct Entry {
    const LabelSet* set = nullptr;
    const LabelSet* result = nullptr;
  };
  struct Use {
    uint32_t looked_up = 0;
    uint32_t hits = 0;
    bool cold = false;
  };
  static constexpr size_t kEntries = 4096;
  static constexpr uint32_t kWindow = 4096;
  static constexpr uint32_t kProbeWhileCold = 16;

  std::vector<Entry> entries = std::vector<Entry>(kEntries);
  std::array<Use, 64> uses{};  // by label name; names that share a place share their fate

  static uint64_t text_hash(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }
  Entry& entry(const LabelSet* set, uint64_t name, uint64_t value) {
    return entries[(mix(mix(reinterpret_cast<uintptr_t>(set), name), value) >> 40) % kEntries];
  }
  /// Counts a look-up; says whether a miss may be stored.
  bool may_store(uint64_t name, bool hit) {
    Use& use = uses[name % uses.size()];
    use.hits += hit;
    if (++use.looked_up == kWindow) use = {0, 0, use.hits < kWindow / 2};
    return !use.cold || use.looked_up % kProbeWhileCold == 0;
  }
  void clear() { std::fill(entries.begin(), entries.end(), Entry{}); }
};

LabelSetTable::LabelSetTable() : LabelSetTable(Limits{}) {}

LabelSetTable::LabelSetTable(Limits limits) : limits_(limits), slots_(256), memo_(std::make_unique<Memo>()) {
  empty_ = intern({});
  ++empty_->pins_;
}

LabelSetTable::~LabelSetTable() {
  for (LabelSet* set : slots_)
    if (set) destroy(set);
  for (LabelSet* set : transients_) destroy(set);
}

LabelSet* LabelSetTable::create(std::span<const Label> labels, uint64_t hash, bool transient) {
  size_t text = 0;
  for (const Label& l : labels) text += l.name.size() + l.value.size();
  // Behind it: a mark for each name, the labels, their text.
  const size_t marks = (labels.size() * sizeof(uint16_t) + alignof(Label) - 1) / alignof(Label) * alignof(Label);
  const size_t bytes = sizeof(LabelSet) + marks + labels.size() * sizeof(Label) + text;
  char* memory = static_cast<char*>(::operator new(bytes));
  auto* set = new (memory) LabelSet();
  auto* mark = reinterpret_cast<uint16_t*>(memory + sizeof(LabelSet));
  auto* copies = reinterpret_cast<Label*>(memory + sizeof(LabelSet) + marks);
  char* at = memory + sizeof(LabelSet) + marks + labels.size() * sizeof(Label);
  const auto copy = [&at](std::string_view from) {
    if (!from.empty()) std::memcpy(at, from.data(), from.size());
    const std::string_view to(at, from.size());
    at += from.size();
    return to;
  };
  for (size_t i = 0; i < labels.size(); ++i) {
    const std::string_view name = copy(labels[i].name);
    new (mark + i) uint16_t(mark_of(name));
    new (copies + i) Label{name, copy(labels[i].value)};
  }
  set->labels_ = copies;
  set->count_ = static_cast<uint32_t>(labels.size());
  set->bytes_ = static_cast<uint32_t>(bytes);
  set->hash_ = hash;
  set->last_used_ = epoch_;
  set->transient_ = transient;
  return set;
}

void LabelSetTable::destroy(LabelSet* set) {
  set->~LabelSet();
  ::operator delete(set);
}

const LabelSet* LabelSetTable::intern(std::span<const Label> labels) {
  const uint64_t hash = hash_of(labels);
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  for (; slots_[at]; at = (at + 1) & mask) {
    LabelSet* set = slots_[at];
    if (set->hash_ == hash && equal(set->labels(), labels)) {
      set->last_used_ = epoch_;
      return set;
    }
  }
  const bool full = live_ >= limits_.max_sets || bytes_ >= limits_.max_bytes;
  LabelSet* set = create(labels, hash, full);
  if (full) {
    ++transient_total_;
    transients_.push_back(set);
    return set;
  }
  slots_[at] = set;
  ++live_;
  bytes_ += set->bytes_;
  if (live_ * 2 > slots_.size()) grow();
  return set;
}

const LabelSet* LabelSetTable::intern_unsorted(std::vector<Label>& labels) {
  std::stable_sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) { return a.name < b.name; });
  size_t kept = 0;
  for (size_t i = 0; i < labels.size(); ++i) {
    if (i + 1 < labels.size() && labels[i + 1].name == labels[i].name) continue;
    labels[kept++] = labels[i];
  }
  labels.resize(kept);
  return intern(labels);
}

void LabelSetTable::grow() {
  std::vector<LabelSet*> bigger(slots_.size() * 2);
  const size_t mask = bigger.size() - 1;
  for (LabelSet* set : slots_) {
    if (!set) continue;
    size_t at = set->hash_ & mask;
    while (bigger[at]) at = (at + 1) & mask;
    bigger[at] = set;
  }
  slots_.swap(bigger);
}

const LabelSet* LabelSetTable::with(const LabelSet* set, std::string_view name, std::string_view value) {
  const auto old = set->find(name);
  if (old && *old == value) return set;
  const uint64_t name_hash = Memo::text_hash(name);
  Memo::Entry& entry = memo_->entry(set, name_hash, Memo::text_hash(value) | 1);
  if (entry.set == set) {
    const auto found = entry.result->find(name);
    if (found && *found == value) {
      memo_->may_store(name_hash, true);
      entry.result->last_used_ = epoch_;
      return entry.result;
    }
  }
  const bool store = memo_->may_store(name_hash, false);
  scratch_.assign(set->labels().begin(), set->labels().end());
  const auto at = std::lower_bound(scratch_.begin(), scratch_.end(), name,
                                   [](const Label& label, std::string_view wanted) { return label.name < wanted; });
  if (at != scratch_.end() && at->name == name)
    at->value = value;
  else
    scratch_.insert(at, Label{name, value});
  const LabelSet* result = intern(scratch_);
  if (store && !set->transient_ && !result->transient_) entry = {set, result};
  return result;
}

const LabelSet* LabelSetTable::without(const LabelSet* set, std::string_view name) {
  if (!set->find(name)) return set;
  const uint64_t name_hash = Memo::text_hash(name);
  Memo::Entry& entry = memo_->entry(set, name_hash, 0);
  if (entry.set == set && entry.result->size() + 1 == set->size() && !entry.result->find(name)) {
    memo_->may_store(name_hash, true);
    entry.result->last_used_ = epoch_;
    return entry.result;
  }
  const bool store = memo_->may_store(name_hash, false);
  scratch_.clear();
  for (const Label& label : set->labels())
    if (label.name != name) scratch_.push_back(label);
  const LabelSet* result = intern(scratch_);
  if (store && !set->transient_ && !result->transient_) entry = {set, result};
  return result;
}

const LabelSet* LabelSetTable::with_all(const LabelSet* set, std::span<const Label> labels) {
  if (labels.empty()) return set;
  if (labels.size() == 1) return with(set, labels[0].name, labels[0].value);
  scratch_.assign(set->labels().begin(), set->labels().end());
  for (const Label& label : labels) {
    const auto at = std::lower_bound(scratch_.begin(), scratch_.end(), label.name,
                                     [](const Label& other, std::string_view wanted) { return other.name < wanted; });
    if (at != scratch_.end() && at->name == label.name)
      at->value = label.value;
    else
      scratch_.insert(at, label);
  }
  return intern(scratch_);
}

const LabelSet* LabelSetTable::without_all(const LabelSet* set, std::span<const std::string_view> names) {
  scratch_.clear();
  for (const Label& label : set->labels())
    if (std::find(names.begin(), names.end(), label.name) == names.end()) scratch_.push_back(label);
  const size_t taken = set->size() - scratch_.size();
  if (taken == 0) return set;
  if (taken > 1) return intern(scratch_);
  for (const std::string_view name : names)
    if (set->find(name)) return without(set, name);
  return set;
}

void LabelSetTable::end_turn() {
  if (transients_.empty()) return;
  size_t kept = 0;
  for (LabelSet* set : transients_) {
    if (set->pins_ > 0)
      transients_[kept++] = set;
    else
      destroy(set);
  }
  if (kept != transients_.size()) ++generation_;
  transients_.resize(kept);
}

void LabelSetTable::sweep() {
  ++epoch_;
  bool freed = false;
  for (LabelSet*& slot : slots_) {
    if (!slot || slot->pins_ > 0 || slot->last_used_ + 2 >= epoch_) continue;
    --live_;
    bytes_ -= slot->bytes_;
    destroy(slot);
    slot = nullptr;
    freed = true;
  }
  if (!freed) return;
  ++generation_;
  memo_->clear();
  std::vector<LabelSet*> old(slots_.size());
  old.swap(slots_);
  const size_t mask = slots_.size() - 1;
  for (LabelSet* set : old) {
    if (!set) continue;
    size_t at = set->hash_ & mask;
    while (slots_[at]) at = (at + 1) & mask;
    slots_[at] = set;
  }
}

}  // namespace invar
