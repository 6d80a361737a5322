#include "src/components/loki/source/file/fingerprint.h"

#include <algorithm>
#include <cstring>

namespace invar::loki_source_file {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15;

uint64_t stir(uint64_t state, uint64_t word) {
  const auto product = static_cast<Wide>(state ^ word) * kMultiplier;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64) ^ (state << 23 | state >> 41);
}

}  // namespace

uint64_t stable_hash(std::string_view bytes) {
  uint64_t state = 0xD6E8FEB86659FD93 ^ bytes.size();
  while (bytes.size() >= 8) {
    uint64_t word;
    std::memcpy(&word, bytes.data(), 8);
    state = stir(state, word);
    bytes.remove_prefix(8);
  }
  uint64_t last = 0;
  std::memcpy(&last, bytes.data(), bytes.size());
  state = stir(state, last);
  return stir(state, state >> 32);
}

Fingerprint Fingerprint::of(std::string_view beginning) {
  beginning = beginning.substr(0, kMaxLength);
  return {stable_hash(beginning), static_cast<uint32_t>(beginning.size())};
}

bool Fingerprint::matches(std::string_view beginning) const {
  if (length == 0) return true;
  return beginning.size() >= length && stable_hash(beginning.substr(0, length)) == hash;
}

}  // namespace invar::loki_source_file
