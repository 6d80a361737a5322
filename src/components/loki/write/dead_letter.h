#pragma once

#include <string>
#include <string_view>

#include "src/components/loki/write/batch.h"

namespace invar::loki_write {

/// Where and why an entry died.
struct Obituary {
  int64_t wall_ns = 0;
  std::string_view component, host, tenant;
  int status = 0;
  std::string_view error;   // first line of the answer
  std::string_view reason;
};

/// Appends one entry as a JSON object and a newline: time, component_id, host, tenant, status, reason, error, stream, timestamp, line (line_base64 where it is no
/// UTF-8), structured_metadata.
void append_dead_letter(std::string& out, const Obituary& obituary, const Fragment& fragment, uint32_t entry);

}  // namespace invar::loki_write
