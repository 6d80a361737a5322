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

/// Publishes `targets` at once, but not again within five seconds (Alloy's pace): each time all that depends on them is evaluated. On main.
class TargetPublisher {
 public:
  explicit TargetPublisher(NodeContext& context) : context_(context), timer_(context.main_loop(), [this] { publish(); }) {}
  /// The newest ones count.
  void set(std::vector<Target> targets);

  /// The exports of a component that has not found anything yet; those it has, when it runs.
  static Value exports(const ExportContext& context);

 private:
  void publish();
  NodeContext& context_;
  Timer timer_;
  std::vector<Target> waiting_;
  std::optional<uint64_t> published_ms_;
};

}  // namespace invar::discovery
