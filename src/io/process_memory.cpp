#include "src/io/process_memory.h"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

namespace invar {
namespace {

constexpr uint64_t kLookMs = 3000;
constexpr uint64_t kLetGoMs = 300;  // other threads take this long to drop theirs
constexpr size_t kWorthReleasing = 64 * 1024;
constexpr size_t kBusy = 1 << 20;  // in kLookMs

/// Segments without PF_W are plain views of their file: dropping their pages loses nothing. Relocated constants lie in
/// writable segments.
int release_segments(dl_phdr_info* object, size_t, void*) {
  const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const auto& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0 || segment.p_memsz != segment.p_filesz) continue;
    const uintptr_t begin = (object->dlpi_addr + segment.p_vaddr) & ~(page - 1);
    const uintptr_t end = object->dlpi_addr + segment.p_vaddr + segment.p_memsz;
    ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
  return 0;
}

}  // namespace

void tune_malloc(unsigned arenas) {
  if (arenas > 0) ::mallopt(M_ARENA_MAX, static_cast<int>(arenas));
  // Request bodies and fragments are a few hundred KiB and come and go by the thousand: mapped one by one, each would be faulted in page by page again.
  constexpr int kLargestReused = 4 << 20, kMostKeptFree = 4 << 20;
  ::mallopt(M_MMAP_THRESHOLD, kLargestReused);
  ::mallopt(M_TRIM_THRESHOLD, kMostKeptFree);
}

void release_free_memory() { ::malloc_trim(0); }

void release_code_pages() { ::dl_iterate_phdr(&release_segments, nullptr); }

IdleMemory::IdleMemory(Loop& loop, std::function<void()> let_go) : let_go_(std::move(let_go)), timer_(loop, [this] { look(); }) {}

void IdleMemory::note_work(size_t bytes) {
  since_release_ += bytes;
  since_look_ += bytes;
  if (since_release_ >= kWorthReleasing && !timer_.active()) timer_.start(kLookMs);
}

void IdleMemory::look() {
  if (letting_go_) {
    letting_go_ = false;
    release_free_memory();
    return;
  }
  if (std::exchange(since_look_, 0) >= kBusy) return timer_.start(kLookMs);
  since_release_ = 0;
  letting_go_ = true;
  let_go_();
  timer_.start(kLetGoMs);
}

}  // namespace invar
