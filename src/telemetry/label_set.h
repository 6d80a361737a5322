#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace invar {

/// One name and value. Views: whoever holds the pair says whose bytes they are.
struct Label {
  std::string_view name;
  std::string_view value;
  friend bool operator==(const Label&, const Label&) = default;
};

class LabelSetTable;

/// An immutable set of labels, sorted by name (bytewise), names unique. Lives in its lane's LabelSetTable and is used on that lane
/// only, so that equal sets of one lane are (almost always) the same pointer. Raw pointers are valid until the end of the loop turn;
/// whoever keeps one longer pins it (LabelSetPin).
class LabelSet {
 public:
  std::span<const Label> labels() const { return {labels_, count_}; }
  size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  /// nullopt when absent. A label may be present with an empty value.
  std::optional<std::string_view> find(std::string_view name) const;
  /// Prometheus' labels hash: XXH64 over name 0xff value 0xff (seed 0). Equal on all lanes and in all runs.
  uint64_t hash() const { return hash_; }
  /// `{a="b", c="d"}`: sorted, values as Go's strconv.Quote, names verbatim, without labels that begin with `__`
  /// (Alloy: common/loki/client/batch.go labelsMapToString). Made once per set.
  std::string_view loki_text() const;
  /// Value of `__tenant_id__`, if there is one.
  std::optional<std::string_view> tenant() const { return find("__tenant_id__"); }

 private:
  friend class LabelSetTable;
  friend class LabelSetPin;
  LabelSet() = default;

  const Label* labels_ = nullptr;  // behind the marks of their names, which follow this object
  uint32_t count_ = 0;
  uint32_t bytes_ = 0;  // whole allocation, for the table's cap
  uint64_t hash_ = 0;
  mutable uint32_t pins_ = 0;
  mutable uint32_t last_used_ = 0;  // epoch
  bool transient_ = false;
  mutable std::unique_ptr<std::string> text_;
};

/// The label sets of one lane: hash-consed, with memoised transitions. Owned by the lane, touched only on its thread.
///
/// Bounds: sets that nobody used for ~60 s (two epochs) and nobody pins are freed by sweep(); beyond max_sets or max_bytes new sets are
/// transient: valid for the turn, not shared. A transition memo that hits less than half of its look-ups stops inserting.
class LabelSetTable {
 public:
  struct Limits {
    size_t max_sets = 64 * 1024;
    size_t max_bytes = 8 << 20;
  };
  LabelSetTable();
  explicit LabelSetTable(Limits limits);
  ~LabelSetTable();
  LabelSetTable(const LabelSetTable&) = delete;
  LabelSetTable& operator=(const LabelSetTable&) = delete;

  const LabelSet* empty_set() const { return empty_; }
  /// `labels` sorted by name without doubles; bytes are copied when the set is new.
  const LabelSet* intern(std::span<const Label> labels);
  /// As intern, for any order; of equal names the last one wins. Reorders `labels`.
  const LabelSet* intern_unsorted(std::vector<Label>& labels);

  /// `set` with `name` = `value` (replacing). Memoised.
  const LabelSet* with(const LabelSet* set, std::string_view name, std::string_view value);
  /// `set` without `name`. Memoised.
  const LabelSet* without(const LabelSet* set, std::string_view name);

  /// Several changes at once, without the sets between. Not memoised, unless it comes down to one of those above. `labels`: of equal names the last one
  /// wins.
  const LabelSet* with_all(const LabelSet* set, std::span<const Label> labels);
  const LabelSet* without_all(const LabelSet* set, std::span<const std::string_view> names);

  /// Changes whenever a set was freed: caches that hold LabelSet pointers across batches must be dropped when it changes (compare at each batch).
  uint64_t generation() const { return generation_; }

  /// End of a loop turn: frees transient sets. No unpinned pointer may be kept across.
  void end_turn();
  /// Starts a new epoch and frees what two epochs did not use. The lane calls it every 30 s.
  void sweep();

  size_t size() const { return live_; }
  size_t bytes() const { return bytes_; }
  uint64_t transient_total() const { return transient_total_; }

 private:
  struct Memo;
  LabelSet* create(std::span<const Label> labels, uint64_t hash, bool transient);
  static void destroy(LabelSet* set);
  void grow();

  Limits limits_;
  const LabelSet* empty_ = nullptr;
  std::vector<LabelSet*> slots_;  // open addressing, power of two
  size_t live_ = 0;
  size_t bytes_ = 0;
  uint32_t epoch_ = 1;
  uint64_t generation_ = 0;
  uint64_t transient_total_ = 0;
  std::vector<LabelSet*> transients_;
  std::vector<Label> scratch_;
  std::unique_ptr<Memo> memo_;
};

/// Keeps a LabelSet beyond the loop turn. Move-only; on the lane's thread only. Pinning a transient set keeps it alive as well.
class LabelSetPin {
 public:
  LabelSetPin() = default;
  explicit LabelSetPin(const LabelSet* set) : set_(set) {
    if (set_) ++set_->pins_;
  }
  LabelSetPin(LabelSetPin&& other) noexcept : set_(std::exchange(other.set_, nullptr)) {}
  LabelSetPin& operator=(LabelSetPin&& other) noexcept {
    if (this != &other) reset(), set_ = std::exchange(other.set_, nullptr);
    return *this;
  }
  ~LabelSetPin() { reset(); }
  const LabelSet* get() const { return set_; }
  void reset() {
    if (set_) --set_->pins_;
    set_ = nullptr;
  }

 private:
  const LabelSet* set_ = nullptr;
};

}  // namespace invar
