#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "src/telemetry/log_batch.h"

namespace invar::loki_process {

/// What a stage keeps per stream, which is a source and a label set. Ordered by the time the stream came up. Memory of streams that went is used
/// again. One lane.
template <class State>
class StreamTable {
 public:
  struct Key {
    const AckSource* source = nullptr;
    uint64_t labels = 0;  // hash
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Stream {
    Key key;
    State state;
    Stream* previous = nullptr;
    Stream* next = nullptr;
  };
  StreamTable() = default;
  StreamTable(const StreamTable&) = delete;
  StreamTable& operator=(const StreamTable&) = delete;
  void swap(StreamTable& other) noexcept {
    all_.swap(other.all_);
    spare_.swap(other.spare_);
    places_.swap(other.places_);
    std::swap(first_, other.first_);
    std::swap(last_, other.last_);
    std::swap(size_, other.size_);
  }

  static Key key_of(const LogRow& row) { return {row.ack->source, row.labels->hash()}; }

  size_t size() const { return size_; }
  Stream* first() const { return first_; }

  /// nullptr when there is none.
  Stream* find(const Key& key) const {
    if (size_ == 0) return nullptr;
    for (size_t at = place(key); places_[at]; at = (at + 1) & mask())
      if (places_[at]->key == key) return places_[at];
    return nullptr;
  }
  /// A stream that is not there yet. Its state is that of some stream that went, or fresh: the caller sets it.
  Stream& add(const Key& key) {
    if ((size_ + 1) * 2 > places_.size()) grow();
    if (spare_.empty()) {
      all_.push_back(std::make_unique<Stream>());
      spare_.push_back(all_.back().get());
    }
    Stream* stream = spare_.back();
    spare_.pop_back();
    stream->key = key;
    stream->next = nullptr;
    stream->previous = last_;
    (last_ ? last_->next : first_) = stream;
    last_ = stream;
    put(stream);
    ++size_;
    return *stream;
  }
  void remove(Stream& stream) {
    size_t hole = place(stream.key);
    while (places_[hole] != &stream) hole = (hole + 1) & mask();
    for (size_t at = (hole + 1) & mask(); places_[at]; at = (at + 1) & mask()) {
      const size_t home = place(places_[at]->key);
      if (((at - home) & mask()) < ((at - hole) & mask())) continue;
      places_[hole] = places_[at];
      hole = at;
    }
    places_[hole] = nullptr;
    (stream.previous ? stream.previous->next : first_) = stream.next;
    (stream.next ? stream.next->previous : last_) = stream.previous;
    spare_.push_back(&stream);
    --size_;
  }

 private:
  size_t mask() const { return places_.size() - 1; }
  size_t place(const Key& key) const {
    return ((key.labels ^ reinterpret_cast<uintptr_t>(key.source)) * 0x9E3779B97F4A7C15ull >> 32) & mask();
  }
  void put(Stream* stream) {
    size_t at = place(stream->key);
    while (places_[at]) at = (at + 1) & mask();
    places_[at] = stream;
  }
  void grow() {
    places_.assign(places_.empty() ? 16 : places_.size() * 2, nullptr);
    for (Stream* stream = first_; stream; stream = stream->next) put(stream);
  }

  std::vector<std::unique_ptr<Stream>> all_;
  std::vector<Stream*> spare_;
  std::vector<Stream*> places_;  // open addressing, power of two
  Stream* first_ = nullptr;
  Stream* last_ = nullptr;
  size_t size_ = 0;
};

}  // namespace invar::loki_process
