// The CRI parser reads foreign bytes: it must stay inside them, and what it says must add up to the line.
#include <cstdint>
#include <string>
#include <vector>

#include "src/base/check.h"
#include "src/components/loki/process/cri_line.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::vector<char> bytes(data, data + size);  // a block of its own: reading past its end is seen
  const std::string_view line(bytes.data(), bytes.size());
  invar::loki_process::CriLine cri;
  if (!invar::loki_process::parse_cri(line, cri)) return 0;
  INVAR_CHECK(line.starts_with(cri.time));
  INVAR_CHECK(line.ends_with(cri.content));
  std::string joined(cri.time);
  joined += cri.is_stderr ? " stderr " : " stdout ";
  INVAR_CHECK(line.starts_with(joined));
  const size_t between = line.size() - joined.size() - cri.content.size();
  INVAR_CHECK(between <= 2);  // flag and blank
  return 0;
}
