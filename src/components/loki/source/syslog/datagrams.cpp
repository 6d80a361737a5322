#include "src/components/loki/source/syslog/datagrams.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "src/io/listener.h"

namespace invar::loki_source_syslog {
namespace {

constexpr size_t kMostAtOnce = 32;
constexpr size_t kBufferBytes = 512 * 1024;  // of all at once
constexpr int kRoundsAtOnce = 16;            // before others have their turn
constexpr int kSocketBuffer = 1024 * 1024;

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

struct Datagrams::Buffers {
  explicit Buffers(size_t each) : size(each), count(std::clamp<size_t>(kBufferBytes / std::max<size_t>(each, 1), 1, kMostAtOnce)), bytes(new char[size * count]) {
    for (size_t i = 0; i < count; ++i) {
      pieces[i] = {bytes.get() + i * size, size};
      msghdr& header = messages[i].msg_hdr;
      header.msg_iov = &pieces[i];
      header.msg_iovlen = 1;
      header.msg_name = &senders[i];
      header.msg_control = &control[i];
    }
  }
  /// The kernel overwrites the sizes each time.
  void prepare() {
    for (size_t i = 0; i < count; ++i) {
      messages[i].msg_hdr.msg_namelen = sizeof senders[i];
      messages[i].msg_hdr.msg_controllen = sizeof control[i];
    }
  }
  std::string_view text(size_t i) const { return {bytes.get() + i * size, messages[i].msg_len}; }

  size_t size, count;
  std::unique_ptr<char[]> bytes;
  std::array<mmsghdr, kMostAtOnce> messages{};
  std::array<iovec, kMostAtOnce> pieces{};
  std::array<sockaddr_storage, kMostAtOnce> senders{};
  struct alignas(cmsghdr) Control {
    char bytes[CMSG_SPACE(sizeof(uint32_t))];
  };
  std::array<Control, kMostAtOnce> control{};
};

Datagrams::Datagrams(Loop& loop, Rows& rows, SyslogMetrics& metrics, HostNameLookups& lookups, ListenerPlanPtr plan, Fd fd)
    : loop_(loop),
      rows_(rows),
      metrics_(metrics),
      lookups_(lookups),
      plan_(std::move(plan)),
      fd_(std::move(fd)),
      buffers_(std::make_unique<Buffers>(plan_->intake.most_bytes)),
      peers_(std::max<size_t>(plan_->intake.udp_names, 1)),
      ready_(loop, fd_.get(), [this](unsigned) { read_some(); }) {
  const int on = 1;
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &kSocketBuffer, sizeof kSocketBuffer);
  wait_for_more();
}

Datagrams::~Datagrams() = default;

void Datagrams::wait_for_more() {
  const bool full = waiting_.size() >= std::max<size_t>(plan_->intake.udp_queue, 1);
  (void)ready_.want(closed_ || full || rows_.paused() ? 0 : FdWatch::kReadable).ok();
}

void Datagrams::read_some() {
  for (int i = 0; i < kRoundsAtOnce && !rows_.paused() && receive() == buffers_->count; ++i) {
  }
  wait_for_more();
}

/// One call for many datagrams.
size_t Datagrams::receive() {
  buffers_->prepare();
  const int got = ::recvmmsg(fd_.get(), buffers_->messages.data(), static_cast<unsigned>(buffers_->count), MSG_DONTWAIT, nullptr);
  if (got <= 0) return 0;
  for (size_t i = 0; i < static_cast<size_t>(got); ++i) {
    msghdr& header = buffers_->messages[i].msg_hdr;
    for (cmsghdr* c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
      if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_RXQ_OVFL) continue;
      uint32_t dropped = 0;  // since the socket was opened
      std::memcpy(&dropped, CMSG_DATA(c), sizeof dropped);
      metrics_.udp_dropped.add(dropped - dropped_seen_);
      dropped_seen_ = dropped;
    }
    take(peer_of(buffers_->senders[i]), buffers_->text(i));
  }
  rows_.flush();
  return static_cast<size_t>(got);
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
