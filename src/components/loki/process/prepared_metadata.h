#pragma once

#include <memory>
#include <string>
#include <vector>

#include "src/telemetry/log_batch.h"

namespace invar::loki_process {

/// Structured metadata that many rows share, with its bytes and its Loki wire form.
struct PreparedMetadata {
  Metadata metadata;
  std::vector<Label> pairs;
  std::string bytes;
  std::string wire;
};

/// Copies `pairs` and encodes them as fields 3 of a Loki EntryAdapter (LabelPairAdapter{1: name, 2: value}).
std::unique_ptr<PreparedMetadata> prepare_metadata(std::span<const Label> pairs);

}  // namespace invar::loki_process
