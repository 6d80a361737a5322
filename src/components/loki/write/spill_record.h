#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/components/loki/write/batch.h"
#include "src/io/disk_queue_channel.h"

namespace invar::loki_write {

/// Whose lines a record holds, as its label says it. Accounts live as long as their process, which `epoch` names.
struct SpillShare {
  uint64_t account = 0;
  uint32_t entries = 0;
  uint64_t lines = 0;
};

/// A batch as those that may each be one record, their entries in order: what goes together in one belongs to one keeper of marks.
std::vector<Batch> batches_of_records(Batch batch);
/// Such a batch as a record of a spill: the entries as they were encoded, without a copy, and what is known of each. Sequence and the rest are the caller's to fill in.
DiskQueueChannel::Append spill_record(const Batch& batch, uint64_t epoch);
/// The fragment that a record holds. Whatever the bytes are: an error, or a fragment whose indexes and offsets are in order.
/// `payload` begins with `label` bytes of label; it becomes the fragment's bytes.
Result<FragmentPtr> read_spill_record(std::string payload, size_t label, uint64_t epoch);
/// The shares of a record by its label; of another process, one share of account 0 for all of them.
std::vector<SpillShare> read_spill_label(std::string_view label, uint64_t epoch);

/// The same entries in a fragment of their own, as it will be read back.
FragmentPtr spilled_copy(const Batch& batch);

}  // namespace invar::loki_write
