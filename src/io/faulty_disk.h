#pragma once

#include <optional>
#include <string>

#include "src/io/disk_files.h"

namespace invar {

/// The system's files with faults as they are asked for; for tests.
class FaultyDisk final : public DiskFiles {
 public:
  uint64_t space_left = UINT64_MAX;  // bytes until writes say that the disk is full, in the middle of one
  int fail_writes = 0;               // so many of the next writes fail with EIO
  int fail_syncs = 0;
  int good_syncs_before = 0;
  int fail_reads = 0;
  std::optional<Space> free_space;   // what space() says
  std::string boot = "boot";
  uint64_t syncs = 0;

  Result<void> write_at(int fd, std::span<const std::string_view> parts, uint64_t offset) override {
    if (fail_writes > 0) return --fail_writes, broken("write");
    for (const std::string_view part : parts) {
      const std::string_view fitting = part.substr(0, space_left);
      const std::string_view one[] = {fitting};
      if (auto written = DiskFiles::write_at(fd, one, offset); !written) return written;
      offset += fitting.size();
      if (space_left != UINT64_MAX) space_left -= fitting.size();
      if (fitting.size() < part.size()) return Error{"write: no space left on device", "no_space"};
    }
    return {};
  }
  Result<size_t> read_at(int fd, std::span<char> into, uint64_t offset) override {
    if (fail_reads > 0) return --fail_reads, broken("read");
    return DiskFiles::read_at(fd, into, offset);
  }
  Result<void> sync(int) override {
    ++syncs;
    if (fail_syncs > 0 && good_syncs_before-- <= 0) return --fail_syncs, broken("fdatasync");
    return {};
  }
  Result<Space> space(const std::string& path) override {
    if (free_space) return *free_space;
    return DiskFiles::space(path);
  }
  std::string boot_id() override { return boot; }

 private:
  static Error broken(std::string_view call) { return {std::string(call) + ": input/output error", "io"}; }
};

}  // namespace invar
