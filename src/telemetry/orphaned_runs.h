#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "src/telemetry/ack.h"

namespace invar {

/// Takes the place of a source that goes away while rows of its runs are still held somewhere, and goes itself when the last of them is settled. On the source's lane.
class OrphanedRuns final : public AckSource {
 public:
  /// `Runs`: a container of std::unique_ptr<AckRun>.
  template <class Runs>
  static void adopt(Runs& runs) {
    if (runs.empty()) return;
    auto* home = new OrphanedRuns;
    for (auto& run : runs) {
      run->source = home;
      home->runs_.push_back(std::move(run));
    }
    runs.clear();
  }
  void on_settled(AckRun& run) override {
    std::erase_if(runs_, [&](const auto& known) { return known.get() == &run; });
    if (runs_.empty()) delete this;
  }

 private:
  OrphanedRuns() = default;
  std::vector<std::unique_ptr<AckRun>> runs_;
};

}  // namespace invar
