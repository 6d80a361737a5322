#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/components/loki/source/docker/log_position.h"
#include "src/components/loki/source/docker/log_stream.h"
#include "src/telemetry/arena.h"

namespace invar::loki_source_docker {

/// Labels of the lines of one standard stream, unsorted.
using LabelList = std::vector<std::pair<std::string, std::string>>;
using StreamLabels = std::array<std::shared_ptr<const LabelList>, 2>;  // by StdStream

/// Lines of one container in a row, from the engine's thread to a lane, which keeps them until they are settled. Immutable once it is on its way.
struct ContainerBatch {
  static constexpr size_t kMaxRows = 512;
  static constexpr size_t kMaxBytes = 256 * 1024;
  struct Row {
    std::string_view line;
    int64_t time_ns = 0;
    StdStream stream = StdStream::kStdout;
  };
  bool full() const { return rows.size() >= kMaxRows || bytes >= kMaxBytes; }

  std::string container;
  std::vector<Row> rows;
  StreamLabels labels;
  LogPosition position;  // behind the last one
  size_t bytes = 0;
  Arena texts{16 * 1024};
};
using ContainerBatchPtr = std::shared_ptr<const ContainerBatch>;

}  // namespace invar::loki_source_docker
