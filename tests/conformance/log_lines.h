#pragma once

#include <functional>
#include <string>
#include <vector>

namespace invar {

/// Log lines of a recording, or of a run, made comparable: without what differs between any two runs (times, durations, trace ids), and without lines that
/// invar has no reason to write: about Go's memory and cryptography, peers of a cluster, the end of services, handshakes of TLS.
class LogLines {
 public:
  /// `back` gives a line of ours the recording's ports and paths.
  explicit LogLines(std::function<std::string(const std::string&)> back) : back_(std::move(back)) {}
  std::string comparable(const std::string& line) const;
  /// Those that `wanted` keeps, sorted: their order is that of threads and maps.
  std::vector<std::string> comparable(const std::vector<std::string>& lines, const std::function<bool(const std::string& line)>& wanted = nullptr) const;

 private:
  std::function<std::string(const std::string&)> back_;
};

/// The text of a key of a line in either format, if it has no spaces and no quotes; empty when there is none.
std::string log_value(const std::string& line, const std::string& key);
std::vector<std::string> lines_of(const std::string& text);

}  // namespace invar
