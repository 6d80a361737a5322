#pragma once

#include <string>
#include <vector>

#include "src/base/result.h"
#include "src/text/regex.h"

namespace invar::loki_source_kafka {

/// Which topics of a cluster are read: those that are named, and those that an expression, which begins with `^`, matches.
class TopicFilter {
 public:
  TopicFilter() = default;
  /// Error: as Alloy words it.
  static Result<TopicFilter> compile(const std::vector<std::string>& topics);
  /// In the order given.
  std::vector<std::string> matching(const std::vector<std::string>& topics) const;
  bool operator==(const TopicFilter& other) const { return written_ == other.written_; }

 private:
  bool takes(const std::string& topic) const;
  std::vector<std::string> written_, names_;
  std::vector<Regex> patterns_;
};

}  // namespace invar::loki_source_kafka
