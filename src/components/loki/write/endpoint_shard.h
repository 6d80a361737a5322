#pragma once

#include <deque>
#include <functional>
#include <string>
#include <unordered_map>

#include "src/components/loki/write/endpoint.h"

namespace invar::loki_write {

/// The batches of the streams that share one sender.
struct Endpoint::Shard {
  Shard(EndpointWorld& world, Sender::Owner& owner, std::function<void(Shard&)> on_wait)
      : sender(world, owner), wait(world.loop, [this, on_wait = std::move(on_wait)] { on_wait(*this); }) {}
  Open open;
  std::deque<Batch> ready;
  Sender sender;
  Timer wait;  // the oldest open batch has waited long enough
};

}  // namespace invar::loki_write
