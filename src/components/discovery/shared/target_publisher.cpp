#include "src/components/discovery/shared/target_publisher.h"

namespace invar::discovery {

Value target_exports(std::span<const Target> targets) { return Value::object({{"targets", target_list(targets)}}); }

Value TargetPublisher::exports(const ExportContext& context) {
  const bool known = context.current && context.current->is(ValueType::kObject) && context.current->find("targets");
  return known ? *context.current : target_exports({});
}

void TargetPublisher::set(std::vector<Target> targets) {
  waiting_ = std::move(targets);
  if (timer_.active()) return;
  const uint64_t now = context_.main_loop().now_ms();
  if (!published_ms_ || now >= *published_ms_ + rest_ms_) return publish();
  timer_.start(*published_ms_ + rest_ms_ - now);
}

void TargetPublisher::publish() {
  published_ms_ = context_.main_loop().now_ms();
  context_.publish(target_exports(waiting_));
}

}  // namespace invar::discovery
