#include "src/components/loki/source/gelf/chunks.h"

namespace invar::loki_source_gelf {
namespace {

constexpr size_t kHeader = 12, kIdAt = 2, kIdBytes = 8, kIndexAt = 10, kCountAt = 11;
constexpr uint64_t kTimeoutMs = 5000;
constexpr size_t kMostChunks = 128;
constexpr size_t kMostBegun = 1024;
constexpr size_t kMostBytes = 8u << 20;

}  // namespace

Chunks::Outcome Chunks::take(std::string_view chunk, uint64_t now_ms, std::string& message, std::string& why) {
  if (chunk.size() <= kHeader) return why = "chunked message size must be greather than 12", Outcome::kBad;
  std::string id(chunk.substr(kIdAt, kIdBytes));
  const auto index = static_cast<unsigned char>(chunk[kIndexAt]), count = static_cast<unsigned char>(chunk[kCountAt]);
  if (count > kMostChunks) return why = "message must not be split into more than 128 chunks", Outcome::kBad;
  auto known = by_id_.find(id);
  if (known != by_id_.end() && now_ms > known->second->until_ms) {
    forget(known->second);
    ++forgotten_;
    known = by_id_.end();
  }
  if (known == by_id_.end()) {
    if (index >= count) return Outcome::kMore;
    while (begun_.size() >= kMostBegun || (bytes_ > kMostBytes && !begun_.empty())) forget(begun_.begin()), ++forgotten_;
    Begun& fresh = begun_.emplace_back();
    fresh.id = id;
    fresh.until_ms = now_ms + kTimeoutMs;
    fresh.parts.resize(count);
    known = by_id_.emplace(std::move(id), std::prev(begun_.end())).first;
  }
  Begun& begun = *known->second;
  if (count != begun.parts.size() || index >= count || !begun.parts[index].empty()) return Outcome::kMore;
  begun.parts[index] = chunk.substr(kHeader);
  begun.bytes += begun.parts[index].size();
  bytes_ += begun.parts[index].size();
  if (++begun.seen < begun.parts.size()) return Outcome::kMore;
  message.clear();
  message.reserve(begun.bytes);
  for (const std::string& part : begun.parts) message += part;
  forget(known->second);
  return Outcome::kWhole;
}

void Chunks::forget(Order::iterator begun) {
  bytes_ -= begun->bytes;
  by_id_.erase(begun->id);
  begun_.erase(begun);
}

size_t Chunks::forget_expired(uint64_t now_ms) {
  while (!begun_.empty() && now_ms > begun_.front().until_ms) forget(begun_.begin()), ++forgotten_;
  const size_t count = forgotten_;
  forgotten_ = 0;
  return count;
}

}  // namespace invar::loki_source_gelf
