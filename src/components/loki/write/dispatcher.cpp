#include "src/components/loki/write/dispatcher.h"

#include <algorithm>
#include <random>

namespace invar::loki_write {

Dispatcher::Dispatcher(Surroundings surroundings, Ways ways)
    : metrics_(surroundings.metrics),
      health_(std::move(ways.health)),
      world_{{surroundings.loop, surroundings.clock, metrics_, builder_, std::move(surroundings.log), std::move(surroundings.component),
              surroundings.delivery.dead_letters.get(), surroundings.delivery.forks.get()},
             surroundings.disk,
             surroundings.delivery,
             std::random_device{}() | uint64_t{std::random_device{}()} << 32,
             std::move(ways.settle),
             std::move(ways.left),
             std::move(ways.room),
             [this] { report_health(); }},
      idle_memory_(surroundings.loop, [this, rest = std::move(ways.rest)] {
        builder_.release();
        rest();
      }) {}

Dispatcher::~Dispatcher() {
  for (auto& endpoint : endpoints_) endpoint->abandon(Settled::kReturned, kNotDropped);
}

void Dispatcher::set_endpoints(const std::vector<Setting>& endpoints) {
  std::vector<std::unique_ptr<Endpoint>> next;
  for (const Setting& setting : endpoints) {
    const auto same = std::find_if(endpoints_.begin(), endpoints_.end(), [&](const auto& e) { return e && e->gate() == setting.gate; });
    if (same == endpoints_.end()) {
      next.push_back(std::make_unique<Endpoint>(world_, setting.gate, setting.config, setting.spill_directory));
    } else {
      (*same)->update(setting.config);
      next.push_back(std::move(*same));
    }
  }
  endpoints_.swap(next);
  for (auto& gone : next)
    if (gone) gone->abandon(Settled::kDropped, drop_reason("removed"));
  report_health();
}

void Dispatcher::take(const FragmentPtr& fragment, const Encoder::Plan& plan) {
  idle_memory_.note_work(fragment->bytes.size());
  for (const GatePtr& gate : plan.gates) {
    const auto known = std::find_if(endpoints_.begin(), endpoints_.end(), [&](const auto& e) { return e->gate() == gate; });
    if (known != endpoints_.end())
      (*known)->take(fragment);
    else
      world_.settle({{{fragment, 0, static_cast<uint32_t>(fragment->entries.size())}}, Settled::kDropped, drop_reason("removed"), gate->book->id}, fragment->lane);
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
