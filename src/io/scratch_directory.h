#pragma once

#include <string>

namespace invar {

/// A fresh directory below $TMPDIR (or /tmp), removed with everything in it at the end of its life; for tests, demos
/// and self-checks.
class ScratchDirectory {
 public:
  ScratchDirectory();
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace invar
