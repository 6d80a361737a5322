#pragma once

#include <cstddef>
#include <list>
#include <unordered_map>
#include <utility>

namespace invar {

/// The values of the keys seen last. One thread.
template <class Key, class Value>
class Lru {
 public:
  explicit Lru(size_t most) : most_(most) {}
  size_t size() const { return order_.size(); }
  /// nullptr when the key is not among them; else it now is the one seen last.
  Value* find(const Key& key) {
    if (!order_.empty() && order_.front().first == key) return &order_.front().second;
    const auto at = known_.find(key);
    if (at == known_.end()) return nullptr;
    order_.splice(order_.begin(), order_, at->second);
    return &at->second->second;
  }
  /// A key that is not there yet.
  Value& add(const Key& key, Value value) {
    resize_to(most_ - 1);
    order_.emplace_front(key, std::move(value));
    known_[key] = order_.begin();
    return order_.front().second;
  }
  void resize(size_t most) { resize_to(most_ = most); }
  void clear() { resize_to(0); }

 private:
  void resize_to(size_t most) {
    while (order_.size() > most) {
      known_.erase(order_.back().first);
      order_.pop_back();
    }
  }
  size_t most_;
  std::list<std::pair<Key, Value>> order_;
  std::unordered_map<Key, typename std::list<std::pair<Key, Value>>::iterator> known_;
};

}  // namespace invar
