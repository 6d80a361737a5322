#pragma once

#include <string>
#include <vector>

#include "src/base/clock.h"
#include "tests/conformance/suite.h"
#include "tests/harness/component_harness.h"

namespace invar {

/// One component of a recorded config on a fake clock.
class ComponentRig {
 public:
  using Entry = harness::Entry;
  ComponentRig(std::string id, int64_t wall_ns) : clock_(wall_ns), component_(std::move(id), clock_) { component_.experimental = true; }

  /// Loads the first block of that name; false with `diagnostics`.
  bool load(const std::string& text, std::string_view name) { return component_.load(text, name); }
  const Diagnostics& diagnostics() const { return component_.diagnostics(); }
  /// What the component exports.
  const Value& exports() const { return component_.exports(); }

  /// Sends one batch, in one turn of the lane.
  void send(const std::vector<Entry>& entries);
  /// Moves the clock and lets timers of the component run.
  void advance(int64_t ns);
  /// Drains the component as at the end of the process.
  void stop() { component_.stop(); }
  LogSink* input() { return component_.input(); }
  FakeClock& fake_clock() { return clock_; }

  const std::vector<harness::Received>& received() { return component_.sink().received; }
  /// Prometheus text of everything the component shows.
  std::string exposed() const { return component_.metrics_text(); }
  /// Empty when every line sent is accounted for; after stop().
  std::string ledger_fault() const { return component_.ledger_fault(); }

 private:
  FakeClock clock_;
  harness::ComponentHarness component_;
};

/// An entry as vectors write it, for comparison: bytes that are no UTF-8 are shown quoted.
Json entry_json(const ComponentRig::Entry& entry);
/// The times of vectors: RFC 3339, or `now`, `now-1h` relative to `now_ns`.
int64_t recorded_time(const std::string& text, int64_t now_ns);
ComponentRig::Entry recorded_entry(const Json& entry, int64_t now_ns);
/// Diagnostics as vectors record them.
Json diagnostics_json(const ComponentRig& rig);
std::string joined_messages(const Diagnostics& diagnostics);
/// With U+FFFD for each byte that is no UTF-8, as Go's JSON encoder wrote the vectors.
std::string mended(std::string_view text);

}  // namespace invar
