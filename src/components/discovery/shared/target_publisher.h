#pragma once

#include <optional>
#include <span>
#include <vector>

#include "src/io/loop.h"
#include "src/language/target.h"
#include "src/runtime/component.h"

namespace invar::discovery {

/// `{ targets = .. }`
Value target_exports(std::span<const Target> targets);

/// Publishes `targets` at once, but not again within five seconds: each time all that depends on them is evaluated. On main.
class TargetPublisher {
 public:
  static constexpr uint64_t kRestMs = 5000;  // Alloy's pace

  explicit TargetPublisher(NodeContext& context)
      : context_(context), rest_ms_(context.pace_ms(kRestMs)), timer_(context.main_loop(), [this] { publish(); }) {}
  /// The newest ones count.
  void set(std::vector<Target> targets);

  /// The exports of a component that has not found anything yet; those it has, when it runs.
  static Value exports(const ExportContext& context);

 private:
  void publish();
  NodeContext& context_;
  const uint64_t rest_ms_;
  Timer timer_;
  std::vector<Target> waiting_;
  std::optional<uint64_t> published_ms_;
};

}  // namespace invar::discovery
