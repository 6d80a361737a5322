// Any bytes as a file of a queue on disk: it opens, gives out only what has its checksums, in rising order, takes new records, and is empty in the end.
#include <sys/mman.h>
#include <unistd.h>

#include <map>

#include "src/base/check.h"
#include "src/io/disk_queue.h"

namespace {

using namespace invar;

/// Files in memory.
class MemoryDisk final : public DiskFiles {
 public:
  std::map<std::string, Fd> files;

  Result<Fd> open(const std::string& path, bool create) override {
    Fd& file = files[path];
    if (!file || create) file.reset(::memfd_create("segment", MFD_CLOEXEC));
    return Fd(::dup(file.get()));
  }
  Result<void> sync(int) override { return {}; }
  Result<void> remove(const std::string& path) override {
    files.erase(path);
    return {};
  }
  Result<void> make_directory(const std::string&) override { return {}; }
  Result<std::vector<DirectoryEntry>> list(const std::string&) override {
    std::vector<DirectoryEntry> entries;
    for (const auto& [path, file] : files) entries.push_back({path.substr(path.rfind('/') + 1)});
    return entries;
  }
  Result<Space> space(const std::string&) override { return Space{1u << 30, 1u << 30}; }
  std::string boot_id() override { return "boot"; }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  MemoryDisk disk;
  const FakeClock clock;
  disk.files["q/0000000000000001.seg"].reset(::memfd_create("segment", MFD_CLOEXEC));
  INVAR_CHECK(::write(disk.files.begin()->second.get(), data, size) == static_cast<ssize_t>(size));
  DiskQueue queue(disk, clock, {.directory = "q"});
  INVAR_CHECK(queue.open().ok());
  const DiskQueue::Tally found = queue.figures().unread;
  const bool numbers_left = queue.next_sequence() != 0;  // a foreign record may have the last one
  const std::string_view payload[] = {"label", "payload"};
  if (numbers_left) {
    INVAR_CHECK(queue.append({queue.next_sequence(), disk_segment::RecordHeader::kRepeatable, 5, 1, 1, false, payload, true}).ok());
    INVAR_CHECK(queue.commit().ok());
    INVAR_CHECK(queue.mark_all().ok());
  }
  uint64_t read = 0;
  bool ours = false;
  while (const auto record = queue.read()) {
    ++read;
    INVAR_CHECK(record->payload.size() <= size + 12);
    ours = record->content() == "payload";
    queue.done(record->sequence);
  }
  INVAR_CHECK(!numbers_left || ours);
  INVAR_CHECK(read + queue.damage().corrupt.records == found.records + (numbers_left ? 1 : 0));
  return 0;
}
