#pragma once

#include <cstdint>
#include <string>

namespace invar::bench {

/// A moment in UTC, broken down once and written in the layouts that programs use.
class Stamp {
 public:
  explicit Stamp(int64_t nanoseconds);
  void append_rfc3339(std::string& into) const;    ///< 2006-01-02T15:04:05.000000000Z
  void append_nginx(std::string& into) const;      ///< 02/Jan/2006:15:04:05 +0000
  void append_klog(std::string& into) const;       ///< 0102 15:04:05.000000
  void append_java(std::string& into) const;       ///< 2006-01-02 15:04:05.000
  void append_suffix(std::string& into) const;     ///< 20060102-150405.000
  int64_t microseconds() const { return nanoseconds_ / 1000; }

 private:
  int64_t nanoseconds_;
  uint32_t year_, month_, day_, hour_, minute_, second_, fraction_;
};

}  // namespace invar::bench
