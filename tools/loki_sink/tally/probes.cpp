#include "tools/loki_sink/tally/probes.h"

#include <algorithm>
#include <cstring>

namespace invar::loki_sink {
namespace {

constexpr uint64_t kMaxFiles = 1u << 20, kMaxSeq = 1ull << 32;
constexpr size_t kMaxGaps = 20;

bool is_probe(uint64_t seq) { return seq % 20 == 7; }

// Reads digits up to `end` (one byte, consumed). False when there are none, too many, or another byte comes first.
bool read_number(const char*& at, const char* limit, char end, uint64_t& number) {
  const char* const first = at;
  for (number = 0; at < limit && *at >= '0' && *at <= '9'; at++) number = number * 10 + (*at - '0');
  const bool ok = at > first && at - first <= 18 && at < limit && *at == end;
  if (ok) at++;
  return ok;
}

}  // namespace

Probes::Probes() : latencies_(kLatencyBuckets) {}

void Probes::scan(std::string_view line, uint32_t stream, int64_t now_microseconds) {
  const char *at = line.data(), *const limit = at + line.size();
  while ((at = static_cast<const char*>(memchr(at, '~', limit - at)))) {
    if (++at >= limit || *at != '[') continue;
    uint64_t file, seq, written;
    const bool ok = read_number(++at, limit, '.', file) && read_number(at, limit, '.', seq) &&
                    read_number(at, limit, ']', written) && file < kMaxFiles && seq < kMaxSeq;
    if (ok) take(static_cast<uint32_t>(file), seq, static_cast<int64_t>(written), stream, now_microseconds);
    else bad_tokens_++;
  }
}

void Probes::take(uint32_t file, uint64_t seq, int64_t written, uint32_t stream, int64_t now) {
  tokens_++;
  if (file >= files_.size()) files_.resize(file + 1);
  if (!files_[file]) files_[file] = std::make_unique<File>();
  File& state = *files_[file];
  if (seq / 64 >= state.seen.size()) state.seen.resize(std::max<size_t>(seq / 64 + 16, state.seen.size() * 2));
  uint64_t& word = state.seen[seq / 64];
  const uint64_t bit = 1ull << (seq % 64);
  if (word & bit) {
    duplicates_++;
    state.duplicates++;
    return;
  }
  word |= bit;
  unique_++;
  if (stream != state.last_stream) {
    state.last_stream = stream;
    state.last_next = &state.next[stream];
  }
  if (seq < *state.last_next) {
    out_of_order_++;
    state.out_of_order++;
  } else {
    *state.last_next = seq + 1;
  }
  if (written == 0) return;
  const int64_t milliseconds = std::max<int64_t>((now - written) / 1000, 0);
  latency_max_ = std::max(latency_max_, milliseconds);
  latencies_[std::min<size_t>(milliseconds, kLatencyBuckets - 1)]++;
  latency_count_++;
}

ProbeCheck Probes::check(const std::vector<Written>& written, bool drops_probes) const {
  ProbeCheck check;
  check.gaps.reserve(kMaxGaps);  // so that an open gap stays where it is
  const File none;
  for (const auto& [number, lines] : written) {
    const File& file = number < files_.size() && files_[number] ? *files_[number] : none;
    const auto arrived = [&](uint64_t seq) { return seq / 64 < file.seen.size() && (file.seen[seq / 64] >> (seq % 64) & 1); };
    check.duplicates += file.duplicates;
    check.out_of_order += file.out_of_order;
    bool in_gap = false;
    ProbeCheck::Gap* open = nullptr;
    for (uint64_t seq = 0; seq < lines; seq++) {
      const bool here = arrived(seq);
      check.unique += here;
      if (drops_probes && is_probe(seq)) {
        check.wrongly_kept += here;
        continue;
      }
      check.expected++;
      check.lost += !here;
      if (here) open = nullptr;
      else if (open) open->last = seq;
      else if (!in_gap && check.gaps.size() < kMaxGaps) open = &check.gaps.emplace_back(ProbeCheck::Gap{number, seq, seq});
      in_gap = !here;
    }
  }
  return check;
}

void Probes::reset_latency() {
  std::fill(latencies_.begin(), latencies_.end(), 0);
  latency_count_ = 0;
  latency_max_ = 0;
}

int64_t Probes::latency(double share) const {
  const auto wanted = static_cast<uint64_t>(share * static_cast<double>(latency_count_));
  uint64_t so_far = 0;
  for (size_t bucket = 0; bucket < latencies_.size() && latency_count_ > 0; bucket++)
    if ((so_far += latencies_[bucket]) > wanted) return static_cast<int64_t>(bucket);
  return latency_max_;
}

}  // namespace invar::loki_sink
