#pragma once

#include <cstdint>

namespace invar {

/// What the kernel says of this process. Fields it would not tell are 0.
struct ProcessStats {
  uint64_t resident_bytes = 0;
  uint64_t resident_anonymous_bytes = 0;
  uint64_t virtual_bytes = 0;
  double cpu_user_seconds = 0;
  double cpu_system_seconds = 0;
  double start_time_seconds = 0;  // since the Unix epoch
  uint64_t open_fds = 0;
  uint64_t max_fds = 0;
  uint64_t max_virtual_bytes = 0;  // 2^64-1: no limit
  uint64_t threads = 0;
};
ProcessStats read_process_stats();

/// Bytes over all of the machine's interfaces, loopback as well, since boot.
struct MachineTraffic {
  uint64_t received_bytes = 0;
  uint64_t sent_bytes = 0;
};
MachineTraffic read_machine_traffic();

/// What malloc holds for this process, over all its arenas.
struct HeapStats {
  uint64_t used_bytes = 0;    // handed out
  uint64_t free_bytes = 0;    // kept for later
  uint64_t system_bytes = 0;  // both, with what it needs itself
};
HeapStats read_heap_stats();

/// CPUs this process may use at once: those of its affinity, no more than its cgroup's quota rounded up (v1 and v2); at
/// least 1.
unsigned usable_cpus();

}  // namespace invar
