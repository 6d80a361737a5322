#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tools/loki_sink/tally/probes.h"

namespace invar::loki_sink {

/// Counts by stream of everything that arrived, and by label on demand. One thread.
class Tally {
 public:
  struct Stream {
    std::string labels;  ///< as sent
    uint64_t lines = 0, bytes = 0;
  };
  struct Share {
    uint64_t lines = 0, bytes = 0, streams = 0;
  };
  /// Label name -> value -> what arrived with it.
  using ByLabel = std::map<std::string, std::map<std::string, Share>>;

  /// The entries that follow belong to the stream of these labels.
  void enter(std::string_view labels);
  void entry(std::string_view line, int64_t now_microseconds) {
    lines_++;
    bytes_ += line.size();
    streams_[current_].lines++;
    streams_[current_].bytes += line.size();
    probes.scan(line, current_, now_microseconds);
  }
  void metadata_pair() { metadata_pairs_++; }

  uint64_t lines() const { return lines_; }
  uint64_t bytes() const { return bytes_; }
  uint64_t metadata_pairs() const { return metadata_pairs_; }
  const std::vector<Stream>& streams() const { return streams_; }
  ByLabel by_label() const;

  Probes probes;

 private:
  uint64_t lines_ = 0, bytes_ = 0, metadata_pairs_ = 0;
  uint32_t current_ = 0;
  std::vector<Stream> streams_;
  std::unordered_map<std::string, uint32_t> ids_;
};

/// The pairs of `{a="x", b="y"}` (Go-quoted values) or of a JSON object of strings. Stops at what it cannot read.
std::vector<std::pair<std::string, std::string>> read_labels(std::string_view labels);

}  // namespace invar::loki_sink
