#include "src/components/loki/source/syslog/syslog_lane.h"

namespace invar::loki_source_syslog {
namespace {

constexpr uint64_t kClockMs = 250;

}  // namespace

struct SyslogLane::Held {
  ListenerId listener;
  std::unique_ptr<Connection> connection;
  std::shared_ptr<int> alive = std::make_shared<int>();
};

SyslogLane::SyslogLane(Lane& lane, const World& world, SyslogPlanPtr plan)
    : lane_(lane),
      metrics_(world.metrics),
      log_(world.log),
      rows_(lane, metrics_, log_, world.account, world.most_unsettled, *this, [this] { on_settled(); }),
      lookups_(lane.loop(), world.names),
      clock_(lane.loop(), [this] { look_at_clock(); }) {
  rows_.adopt(std::move(plan));
}

SyslogLane::~SyslogLane() = default;

void SyslogLane::adopt(SyslogPlanPtr plan, const OpenListeners& open) {
  const bool had_names = rows_.wants_names();
  rows_.adopt(std::move(plan));
  const bool names_missing = rows_.wants_names() && !had_names;
  for (auto at = connections_.begin(); at != connections_.end();) {
    Held& held = **at++;
    const auto listener = open.find(held.listener);
    if (listener == open.end()) held.connection->close_after_reading();
    else held.connection->adopt(listener->second);
    if (names_missing && held.alive) ask_for_names(held);
  }
  for (auto at = datagrams_.begin(); at != datagrams_.end();) {
    Datagrams& datagrams = *at->second;
    const auto listener = open.find(at->first);
    if (listener != open.end()) datagrams.adopt(listener->second, names_missing);
    else datagrams.close();
    // What waits there is not lost.
    at = listener == open.end() && datagrams.idle() ? datagrams_.erase(at) : std::next(at);
  }
}

void SyslogLane::connect(ListenerId id, ListenerPlanPtr plan, Wire wire, std::string remote_ip) {
  if (drained_) return;
  auto held = std::make_unique<Held>();
  held->listener = id;
  Held& here = *held;
  const auto at = connections_.insert(connections_.end(), std::move(held));
  here.connection = std::make_unique<Connection>(lane_.loop(), rows_, std::move(plan), std::move(wire), std::move(remote_ip), [this, at] { remove(at); });
  if (!clock_.active()) clock_.start(kClockMs, kClockMs);
  if (rows_.wants_names()) ask_for_names(here);
  else here.connection->start();
}

/// A connection that has begun to read goes on meanwhile.
void SyslogLane::ask_for_names(Held& held) {
  lookups_.ask(held.connection->peer().ip, [connection = held.connection.get(), alive = std::weak_ptr(held.alive)](const std::string& names) {
    if (!alive.expired()) connection->start(names);
  });
}

void SyslogLane::read_datagrams(ListenerId id, ListenerPlanPtr plan, Fd fd) {
  if (drained_) return;
  datagrams_[id] = std::make_unique<Datagrams>(lane_.loop(), rows_, metrics_, lookups_, std::move(plan), std::move(fd));
}

/// Later: the connection may be the one that is being called.
void SyslogLane::remove(Connections::iterator at) {
  auto gone = std::make_shared<Connections>();
  gone->splice(gone->end(), connections_, at);
  (*at)->alive.reset();
  lane_.at_turn_end([gone] { gone->clear(); });
  if (connections_.empty()) clock_.stop();
  check_drained();
}

void SyslogLane::resume() {
  rows_.resumed();
  go_on();
}

/// Not from within: what is settled may be what is being handed on.
void SyslogLane::on_settled() {
  if (rows_.stop_waiting())
    lane_.post([this, alive = std::weak_ptr(alive_)] {
      if (!alive.expired()) go_on();
    });
  check_drained();
}

void SyslogLane::go_on() {
  for (auto& [id, datagrams] : datagrams_)
    if (!rows_.paused()) datagrams->go_on();
  // In turn: the first ones may fill the receivers again.
  for (size_t left = connections_.size(); left > 0 && !rows_.paused() && !connections_.empty(); --left) {
    const auto at = connections_.begin();
    connections_.splice(connections_.end(), connections_, at);
    (*at)->connection->go_on();
  }
  check_drained();
}

void SyslogLane::look_at_clock() {
  const uint64_t now = lane_.loop().now_ms();
  for (auto at = connections_.begin(); at != connections_.end();) (*at++)->connection->look_at_clock(now);
}

void SyslogLane::drain(std::function<void()> done) {
  drained_ = std::move(done);
  for (auto at = connections_.begin(); at != connections_.end();) (*at++)->connection->close_after_reading();
  for (auto& [id, datagrams] : datagrams_) datagrams->close();
  rows_.stop();
  check_drained();
}

void SyslogLane::check_drained() {
  if (!drained_ || !connections_.empty() || !rows_.settled()) return;
  for (const auto& [id, datagrams] : datagrams_)
    if (!datagrams->idle()) return;
  std::exchange(drained_, nullptr)();
}

}  // namespace invar::loki_source_syslog
