#include "src/components/loki/source/syslog/datagrams.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "src/io/listener.h"

namespace invar::loki_source_syslog {
namespace {

constexpr int kRoundsAtOnce = 16;  // before others have their turn

/// The bytes of an address: short enough for IPv4 that no string of it allocates.
std::string key_of(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    const auto* bytes = reinterpret_cast<const char*>(v6.s6_addr);
    return IN6_IS_ADDR_V4MAPPED(&v6) ? std::string(bytes + 12, 4) : std::string(bytes, 16);
  }
  return {reinterpret_cast<const char*>(&reinterpret_cast<const sockaddr_in&>(address).sin_addr), 4};
}

}  // namespace

Datagrams::Datagrams(Loop& loop, Rows& rows, SyslogMetrics& metrics, HostNameLookups& lookups, ListenerPlanPtr plan, Fd fd)
    : loop_(loop),
      rows_(rows),
      metrics_(metrics),
      lookups_(lookups),
      plan_(std::move(plan)),
      reader_(std::move(fd), plan_->intake.most_bytes),
      peers_(std::max<size_t>(plan_->intake.udp_names, 1)),
      ready_(loop, reader_.fd(), [this](unsigned) { read_some(); }) {
  wait_for_more();
}

void Datagrams::wait_for_more() {
  const bool full = waiting_.size() >= std::max<size_t>(plan_->intake.udp_queue, 1);
  (void)ready_.want(closed_ || full || rows_.paused() ? 0 : FdWatch::kReadable).ok();
}

void Datagrams::read_some() {
  bool more = true;
  for (int i = 0; i < kRoundsAtOnce && more && !rows_.paused(); ++i) {
    more = reader_.read([this](const sockaddr_storage& sender, std::string_view bytes) { take(peer_of(sender), bytes); });
    metrics_.udp_dropped.add(reader_.take_dropped());
    rows_.flush();
  }
  wait_for_more();
}

void Datagrams::take(const std::shared_ptr<Peer>& peer, std::string_view bytes) {
  if (rows_.paused() || !peer->named) {
    waiting_.push_back({peer, std::string(bytes)});
    return;
  }
  if (rows_.read_datagram(*plan_, *peer, bytes)) rows_.flush();
}

std::shared_ptr<Peer> Datagrams::peer_of(const sockaddr_storage& address) {
  const std::string key = key_of(address);
  if (auto* known = peers_.find(key)) return *known;
  auto peer = std::make_shared<Peer>();
  peer->ip = address_text(address).first;
  peer->named = !rows_.wants_names();
  if (!peer->named)
    lookups_.ask(peer->ip, [this, peer, alive = std::weak_ptr(alive_)](const std::string& names) {
      if (alive.expired()) return;
      peer->names = names;
      peer->named = true;
      go_on();
    });
  return peers_.add(key, peer);
}

void Datagrams::take_waiting() {
  std::deque<Waiting> waiting = std::move(waiting_);
  waiting_.clear();
  // Those of one sender keep their order: all of them wait, or none.
  for (const Waiting& one : waiting) take(one.peer, one.bytes);
  rows_.flush();
}

void Datagrams::go_on() {
  if (!rows_.paused()) take_waiting();
  wait_for_more();
}

void Datagrams::close() {
  if (!closed_) read_some();
  closed_ = true;
  wait_for_more();
}

}  // namespace invar::loki_source_syslog
