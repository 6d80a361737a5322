#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "src/telemetry/arena.h"
#include "src/telemetry/label_set.h"

namespace invar::loki_process {

/// One extracted value of one row. 24 bytes, trivially copyable; a text's bytes belong to the batch, to the work's arena or to the plan.
class Slot {
 public:
  enum class Kind : uint8_t {
    kUnset,    ///< never written: the entry's snapshot of its labels says what it is
    kDeleted,  ///< taken out by a stage: absent, whatever the snapshot says
    kNil,
    kBool,
    kFloat,
    kText,
  };
  constexpr Slot() = default;
  static Slot nil() { return Slot(Kind::kNil); }
  static Slot deleted() { return Slot(Kind::kDeleted); }
  static Slot boolean(bool value) {
    Slot slot(Kind::kBool);
    slot.size_ = value;
    return slot;
  }
  static Slot number(double value) {
    Slot slot(Kind::kFloat);
    slot.number_ = value;
    return slot;
  }
  static Slot text(std::string_view value) {
    Slot slot(Kind::kText);
    slot.data_ = value.data();
    slot.size_ = value.size();
    return slot;
  }
  Kind kind() const { return kind_; }
  /// False for kUnset and kDeleted.
  bool present() const { return kind_ > Kind::kDeleted; }
  bool as_bool() const { return size_ != 0; }
  double as_number() const { return number_; }
  std::string_view as_text() const { return {data_, size_}; }
  /// The very same value, or text at the very same place: quicker than to compare texts. False says nothing.
  bool is_same(const Slot& other) const { return kind_ == other.kind_ && data_ == other.data_ && size_ == other.size_; }

 private:
  explicit Slot(Kind kind) : kind_(kind) {}
  const char* data_ = nullptr;
  union {
    size_t size_ = 0;
    double number_;
  };
  Kind kind_ = Kind::kUnset;
};

/// A value as text, as Alloy's getString prints it (floats without exponent); false for nil and for what is not there.
bool slot_text(const Slot& slot, Arena& arena, std::string_view& text);

inline constexpr uint16_t kNoSlot = 0xffff;

/// Where a stage finds a name it reads: a slot, when some stage may write that name, else only the snapshot.
struct Reading {
  std::string name;
  uint16_t slot = kNoSlot;
};

/// Where a stage puts a name it writes. `live`: some later stage may read it; what is not live is written by the full program only.
struct Writing {
  uint16_t slot = kNoSlot;
  bool live = false;
};

/// A value under a name that the plan could not foresee.
struct Overflow {
  std::string_view name;
  Slot value;
  Overflow* next = nullptr;
};

/// What a row carries through this component beside its LogRow.
struct Side {
  const LabelSet* snapshot = nullptr;  // the labels as they were when the row entered the pipeline (and again each nested one)
  Slot* slots = nullptr;
  Overflow* overflow = nullptr;
};

/// The extracted map of one row, as stages see it. Alloy's map starts with all labels; here those stay where they are (the snapshot), and
/// slots lie above them.
class Extracted {
 public:
  Extracted(Side& side, uint16_t width) : side_(side), width_(width) {}

  /// kUnset when there is no such name.
  Slot find(const Reading& reading) const {
    if (reading.slot < width_) {
      const Slot& slot = side_.slots[reading.slot];
      if (slot.kind() == Slot::Kind::kDeleted) return {};
      if (slot.kind() != Slot::Kind::kUnset) return slot;
    }
    if (const auto label = side_.snapshot->find(reading.name)) return Slot::text(*label);
    return {};
  }
  /// True when a stage has written or deleted that name, so that it no longer follows from the snapshot.
  bool written(const Reading& reading) const {
    return reading.slot < width_ && side_.slots[reading.slot].kind() != Slot::Kind::kUnset;
  }
  /// What was written, whatever the snapshot says; kUnset when nothing was.
  const Slot& written_slot(const Reading& reading) const {
    static constexpr Slot kNothing{};
    return reading.slot < width_ ? side_.slots[reading.slot] : kNothing;
  }
  void set(Writing writing, Slot value) {
    if (writing.slot < width_) side_.slots[writing.slot] = value;
  }
  /// A name without a slot. `name` must live as long as the row's values.
  void set_overflow(std::string_view name, Slot value, Arena& arena) {
    for (Overflow* at = side_.overflow; at; at = at->next)
      if (at->name == name) {
        at->value = value;
        return;
      }
    side_.overflow = arena.make<Overflow>(name, value, side_.overflow);
  }

  const Side& side() const { return side_; }
  uint16_t width() const { return width_; }

 private:
  Side& side_;
  uint16_t width_;
};

/// Calls `see(name, slot)` for everything in the extracted map; `names` are those of the slots.
template <class See>
void each_extracted(const Side& side, uint16_t width, const std::vector<std::string>& names, See&& see) {
  for (uint16_t i = 0; i < width; ++i)
    if (side.slots[i].present()) see(std::string_view(names[i]), side.slots[i]);
  for (const Overflow* at = side.overflow; at; at = at->next) see(at->name, at->value);
  for (const Label& label : side.snapshot->labels()) {
    bool hidden = false;
    for (uint16_t i = 0; i < width && !hidden; ++i)
      hidden = side.slots[i].kind() != Slot::Kind::kUnset && names[i] == label.name;
    for (const Overflow* at = side.overflow; at && !hidden; at = at->next) hidden = at->name == label.name;
    if (!hidden) see(label.name, Slot::text(label.value));
  }
}

}  // namespace invar::loki_process
