#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace invar::loki_source_gelf {

/// Puts the chunks of messages together: two magic bytes, eight of the message's id, the chunk's index, how many there are, and its bytes. A message has five seconds to
/// be whole. One thread; times in milliseconds of any clock that does not jump.
class Chunks {
 public:
  static bool is_chunk(std::string_view datagram) { return datagram.starts_with("\x1e\x0f"); }

  enum class Outcome : uint8_t { kWhole, kMore, kBad };
  /// kWhole: `message` has it. kBad: `why` has Alloy's words.
  Outcome take(std::string_view chunk, uint64_t now_ms, std::string& message, std::string& why);
  /// Forgets messages whose time is over, and returns how many those were, and those that had to go to make room.
  size_t forget_expired(uint64_t now_ms);
  bool empty() const { return begun_.empty(); }

 private:
  struct Begun {
    std::string id;
    uint64_t until_ms = 0;
    size_t seen = 0, bytes = 0;
    std::vector<std::string> parts;  // empty: not seen
  };
  using Order = std::list<Begun>;
  void forget(Order::iterator begun);
  Order begun_;  // oldest first
  std::unordered_map<std::string, Order::iterator> by_id_;
  size_t bytes_ = 0, forgotten_ = 0;
};

}  // namespace invar::loki_source_gelf
