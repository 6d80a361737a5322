#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace invar::loki_sink {

/// How many lines of one file were written: `lines` tokens, numbered from 0.
struct Written {
  uint32_t file = 0;
  uint64_t lines = 0;
};

/// What came of the lines that were written.
struct ProbeCheck {
  uint64_t expected = 0, unique = 0, lost = 0, duplicates = 0, out_of_order = 0, wrongly_kept = 0;
  struct Gap {
    uint32_t file;
    uint64_t first, last;
  };
  std::vector<Gap> gaps;  ///< the first 20 lost ranges
};

/// Finds loss, duplicates and disorder from the tokens `~[file.seq.microseconds]` that a generator puts into every line,
/// whatever happened to the line around them. Microseconds of 0 carry no latency. One thread.
class Probes {
 public:
  Probes();

  /// Takes every token of a line of the given stream.
  void scan(std::string_view line, uint32_t stream, int64_t now_microseconds);

  /// Compares with what was written. With `drops_probes` every line with seq % 20 == 7 must be missing.
  ProbeCheck check(const std::vector<Written>& written, bool drops_probes) const;

  /// Forgets latencies, not lines.
  void reset_latency();
  /// Milliseconds below which the given share of the lines arrived.
  int64_t latency(double share) const;
  int64_t latency_max() const { return latency_max_; }

  uint64_t tokens() const { return tokens_; }
  uint64_t unique() const { return unique_; }
  uint64_t duplicates() const { return duplicates_; }
  uint64_t out_of_order() const { return out_of_order_; }
  uint64_t bad_tokens() const { return bad_tokens_; }

 private:
  struct File {
    std::vector<uint64_t> seen;                       // a bit for each seq
    uint64_t duplicates = 0, out_of_order = 0;
    std::unordered_map<uint32_t, uint64_t> next;      // by stream: order is promised inside a stream only
    uint32_t last_stream = UINT32_MAX;
    uint64_t* last_next = nullptr;                    // into `next`, whose nodes stay where they are
  };
  void take(uint32_t file, uint64_t seq, int64_t written, uint32_t stream, int64_t now);

  static constexpr size_t kLatencyBuckets = 600'000;  // a millisecond each
  std::vector<std::unique_ptr<File>> files_;
  std::vector<uint32_t> latencies_;
  uint64_t latency_count_ = 0;
  int64_t latency_max_ = 0;
  uint64_t tokens_ = 0, unique_ = 0, duplicates_ = 0, out_of_order_ = 0, bad_tokens_ = 0;
};

}  // namespace invar::loki_sink
