// LD_PRELOADed into invar: counts what the threads named lane* allocate, whoever asks, in the first 8 bytes of the file
// ALLOCATIONS_FILE.
#include <sys/prctl.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "tests/e2e/mapped_number.h"

extern "C" {
void* __libc_malloc(size_t bytes);
void* __libc_calloc(size_t count, size_t bytes);
void* __libc_realloc(void* memory, size_t bytes);
void* __libc_memalign(size_t alignment, size_t bytes);
}

namespace {

std::atomic<uint64_t>* g_count = nullptr;

__attribute__((constructor)) void open_count() { g_count = map_number<uint64_t>("ALLOCATIONS_FILE"); }

void note() {
  if (!g_count) return;
  // A thread gets its name after its first allocations, so the others are asked again.
  static thread_local bool is_lane = false;
  if (!is_lane) {
    char name[16] = {};
    ::prctl(PR_GET_NAME, name);
    is_lane = std::strncmp(name, "lane", 4) == 0;
  }
  if (is_lane) g_count->fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

extern "C" {
void* malloc(size_t bytes) { return note(), __libc_malloc(bytes); }
void* calloc(size_t count, size_t bytes) { return note(), __libc_calloc(count, bytes); }
void* realloc(void* memory, size_t bytes) { return note(), __libc_realloc(memory, bytes); }
void* memalign(size_t alignment, size_t bytes) { return note(), __libc_memalign(alignment, bytes); }
void* aligned_alloc(size_t alignment, size_t bytes) { return note(), __libc_memalign(alignment, bytes); }
int posix_memalign(void** memory, size_t alignment, size_t bytes) {
  note();
  *memory = __libc_memalign(alignment, bytes);
  return *memory ? 0 : ENOMEM;
}
}
