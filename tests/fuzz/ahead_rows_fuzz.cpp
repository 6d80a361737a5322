// Any bytes as rows that were written ahead. What is read as such is written as bytes that read as the same.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/check.h"
#include "src/components/shared/ahead_rows.h"

using namespace invar;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::vector<char> block(data, data + size);  // of its own: reading past its end is seen
  AheadRows rows, again;
  if (!read_ahead_rows({block.data(), block.size()}, rows)) return 0;
  const std::string bytes = write_ahead_rows(rows);
  INVAR_CHECK(read_ahead_rows(bytes, again));
  INVAR_CHECK(again.created_ns == rows.created_ns && again.rows == rows.rows && again.sets.size() == rows.sets.size());
  for (size_t i = 0; i < rows.sets.size(); ++i)
    INVAR_CHECK(std::equal(rows.sets[i].begin(), rows.sets[i].end(), again.sets[i].begin(), again.sets[i].end(),
                           [](const Label& a, const Label& b) { return a.name == b.name && a.value == b.value; }));
  INVAR_CHECK(write_ahead_rows(again) == bytes);
  return 0;
}
