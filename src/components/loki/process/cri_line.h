#pragma once

#include <string_view>

namespace invar::loki_process {

/// A line of a container runtime taken apart: `<time> stdout|stderr [P|F] <content>`.
struct CriLine {
  std::string_view time;
  bool is_stderr = false;
  bool partial = false;
  std::string_view content;
};

/// As lenient as Alloy: the time is whatever stands before the first white space, the flag may be missing. False when it is no such line.
bool parse_cri(std::string_view line, CriLine& out);

}  // namespace invar::loki_process
