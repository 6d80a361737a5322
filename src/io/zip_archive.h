#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace invar {

/// A zip file made in memory: deflated members, at most 4 GiB together.
class ZipArchive {
 public:
  void add(std::string_view name, std::string_view content);
  /// The whole file; add() no more.
  std::string finish();

 private:
  std::string out_;
  std::string directory_;
  uint16_t count_ = 0;
};

/// One gzip member.
std::string gzip_of(std::string_view content);
/// A bare deflate stream, which Go's HTTP servers call `deflate`.
std::string deflate_of(std::string_view content);

}  // namespace invar
