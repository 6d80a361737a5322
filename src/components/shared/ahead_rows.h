#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "src/telemetry/log_batch.h"

namespace invar {

/// Rows as they are written ahead (docs/spill-format.md). Texts are views.
struct AheadRows {
  struct Row {
    size_t set = 0;
    int64_t time_ns = 0;
    std::string_view line;
    friend bool operator==(const Row&, const Row&) = default;
  };
  int64_t created_ns = 0;
  std::vector<std::vector<Label>> sets;
  std::vector<Row> rows;
};

/// A batch as bytes that the next process understands too.
std::string write_ahead_rows(const LogBatch& batch);
std::string write_ahead_rows(const AheadRows& rows);
/// Bytes nobody vouches for; false: they are no rows, and `into` is anything.
bool read_ahead_rows(std::string_view bytes, AheadRows& into);

}  // namespace invar
