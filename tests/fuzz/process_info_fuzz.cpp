// Any bytes as the files of a process in /proc: no crash; an id is 64 digits of the text, and arguments lose nothing but NULs.
#include <algorithm>

#include "src/base/check.h"
#include "src/components/discovery/process/process_table.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar::discovery_process;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string id = container_id(bytes);
  INVAR_CHECK(id.empty() || (id.size() == 64 && bytes.find(id) != bytes.npos));
  const std::string line = command_line(bytes);
  INVAR_CHECK(line.find('\0') == line.npos && line.size() <= bytes.size());
  INVAR_CHECK(std::count(line.begin(), line.end(), 'a') == std::count(bytes.begin(), bytes.end(), 'a'));
  INVAR_CHECK(cgroup_path(bytes).find('\n') == std::string::npos);
  (void)real_user(bytes);
  return 0;
}
