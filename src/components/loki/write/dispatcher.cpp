#include "src/components/loki/write/dispatcher.h"

#include <algorithm>

namespace invar::loki_write {

Dispatcher::Dispatcher(Loop& loop, const Clock& clock, MetricScope& metrics, Logger log, Ways ways)
    : metrics_(metrics),
      health_(std::move(ways.health)),
      world_{loop, clock, metrics_, builder_, std::move(log), std::move(ways.settle), std::move(ways.room), [this] { report_health(); }},
      idle_memory_(loop, [this, rest = std::move(ways.rest)] {
        builder_.release();
        rest();
      }) {}

Dispatcher::~Dispatcher() {
  for (auto& endpoint : endpoints_) endpoint->abandon(Settled::kReturned);
}

void Dispatcher::set_endpoints(const std::vector<std::pair<GatePtr, EndpointConfig>>& endpoints) {
  std::vector<std::unique_ptr<Endpoint>> next;
  for (const auto& [gate, config] : endpoints) {
    const auto same = std::find_if(endpoints_.begin(), endpoints_.end(), [&](const auto& e) { return e && e->gate() == gate; });
    if (same == endpoints_.end()) {
      next.push_back(std::make_unique<Endpoint>(world_, gate, config));
    } else {
      (*same)->update(config);
      next.push_back(std::move(*same));
    }
  }
  endpoints_.swap(next);
  for (auto& gone : next)
    if (gone) gone->abandon(Settled::kDropped);
  report_health();
}

void Dispatcher::take(const FragmentPtr& fragment, const Encoder::Plan& plan) {
  idle_memory_.note_work(fragment->bytes.size());
  for (const GatePtr& gate : plan.gates) {
    const auto known = std::find_if(endpoints_.begin(), endpoints_.end(), [&](const auto& e) { return e->gate() == gate; });
    if (known != endpoints_.end())
      (*known)->take(fragment);
    else
      world_.settle({{{fragment, 0, static_cast<uint32_t>(fragment->entries.size())}}, Settled::kDropped}, fragment->lane);
  }
}

void Dispatcher::drain(std::function<void()> drained) {
  const auto left = std::make_shared<size_t>(endpoints_.size() + 1);
  const auto one_less = [left, drained = std::move(drained)] {
    if (--*left == 0) drained();
  };
  for (auto& endpoint : endpoints_) endpoint->drain(one_less);
  one_less();
}

void Dispatcher::report_health() {
  std::string trouble;
  for (const auto& endpoint : endpoints_) {
    if (!endpoint || endpoint->trouble().empty()) continue;
    if (!trouble.empty()) trouble += "; ";
    trouble += "endpoint " + endpoint->config().host + " does not take logs: " + endpoint->trouble();
  }
  health_(std::move(trouble));
}

}  // namespace invar::loki_write
