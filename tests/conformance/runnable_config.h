#pragma once

#include <map>
#include <set>
#include <string>

namespace invar {

/// A recorded config as this build can run it: blocks of components that are not built, and references to them in lists and calls, are blanked out,
/// so that every position stays where it was recorded.
struct RunnableConfig {
  std::string text;
  std::set<std::string> missing;  // ids at the root that were blanked out: loki.enrich.en

  /// What is missing: `component loki.enrich`, or arguments of one; empty when the id was not blanked out.
  std::string why_missing(const std::string& id) const;
};
/// `recorded` must parse. `refused`: ids of further components that this build does not run as they are written.
RunnableConfig runnable_config(const std::string& recorded, const std::set<std::string>& refused = {});

/// Exchanges the ports of a recording (137xx, 138xx) for free ones of as many digits, and back, so that sessions can run beside each other and sizes stay.
class MovedPorts {
 public:
  std::string moved(const std::string& recorded);
  std::string back(const std::string& ours) const;
  int moved(int recorded);

 private:
  std::map<std::string, std::string> to_ours_;
};

}  // namespace invar
