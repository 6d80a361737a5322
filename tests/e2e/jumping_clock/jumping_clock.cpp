// LD_PRELOADed into invar: its wall clock is off by as many nanoseconds as the first 8 bytes of the file CLOCK_OFFSET_FILE say at the moment.
// Clocks that do not jump stay as they are.
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

#include <cstdint>

#include "tests/e2e/mapped_number.h"

namespace {

std::atomic<int64_t>* g_offset_ns = nullptr;
constexpr int64_t kSecond = 1'000'000'000;

__attribute__((constructor)) void open_offset() { g_offset_ns = map_number<int64_t>("CLOCK_OFFSET_FILE"); }

int64_t wall_ns() {
  timespec real{};
  ::syscall(SYS_clock_gettime, CLOCK_REALTIME, &real);
  return real.tv_sec * kSecond + real.tv_nsec + (g_offset_ns ? g_offset_ns->load() : 0);
}

}  // namespace

extern "C" {
int clock_gettime(clockid_t id, timespec* now) {
  if (id != CLOCK_REALTIME && id != CLOCK_REALTIME_COARSE) return static_cast<int>(::syscall(SYS_clock_gettime, id, now));
  const int64_t ns = wall_ns();
  *now = {ns / kSecond, ns % kSecond};
  return 0;
}
int gettimeofday(timeval* now, void*) {
  const int64_t ns = wall_ns();
  *now = {ns / kSecond, ns % kSecond / 1000};
  return 0;
}
time_t time(time_t* now) {
  const time_t seconds = wall_ns() / kSecond;
  if (now) *now = seconds;
  return seconds;
}
}
