#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/components/loki/write/batch.h"

namespace invar::loki_write {

/// One thing Loki says about entries it does not take (grafana/loki pkg/validation/validate.go, pkg/ingester/stream.go, also of its older releases).
struct Complaint {
  enum class Kind : uint8_t {
    kTooOld,           // limit: the second of an entry that is; bound: of the oldest that would not be, if said
    kTooNew,           // limit: the second of an entry that is
    kLineTooLong,      // limit: bytes
    kLabelCount,       // limit: labels
    kStream,           // the stream with whatever it holds
    kNoLabels,         // streams without labels
    kMetadata,         // no metadata at all
    kMetadataBytes,    // limit: bytes
    kMetadataCount,    // limit: pairs
    kIgnored,          // limit: the time of the entry in nanoseconds; bound: seconds, everything before is ignored too
    kSomeStream,       // some stream cannot be parsed, and it does not say which
  };
  using Labels = std::vector<std::pair<std::string, std::string>>;
  Kind kind = Kind::kStream;
  std::string_view reason;        // Loki's own word, as it counts it in loki_discarded_samples_total
  std::optional<Labels> stream;   // sorted, without empty ones; none: it does not say which
  int64_t limit = 0;
  std::optional<int64_t> bound;
  uint64_t count = 1;             // entries
};

/// The complaints in the body of an answer of status 400; none: it is no text of Loki's that names entries. Foreign bytes: whatever they are, it ends.
std::vector<Complaint> read_complaints(std::string_view body);

/// Which entries of a refused batch are meant.
struct Verdict {
  std::vector<DropReason> guilty;  // in the order of the batch's entries; kNotDropped: innocent
  uint32_t count = 0;              // guilty entries
  /// Nobody can say which stream it is: to be found by sending parts.
  bool must_search = false;
  DropReason search_reason = kNotDropped;
};
Verdict judge(const Batch& batch, const std::vector<Complaint>& complaints);

/// Takes about half of the streams out of a batch of two streams or more.
Batch separate_streams(Batch& batch);

}  // namespace invar::loki_write
