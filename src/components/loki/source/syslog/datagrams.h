#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "src/components/loki/source/syslog/rows.h"
#include "src/components/shared/lru.h"
#include "src/io/datagram_reader.h"
#include "src/io/host_names.h"

struct sockaddr_storage;

namespace invar::loki_source_syslog {

/// One UDP socket, on a lane's loop. Reads nothing while the receivers pause, or too many datagrams wait for the names of their senders: the kernel's buffer takes what
/// comes meanwhile, and what it has no room for is counted.
class Datagrams {
 public:
  Datagrams(Loop& loop, Rows& rows, SyslogMetrics& metrics, HostNameLookups& lookups, ListenerPlanPtr plan, Fd fd);

  /// `forget_names`: those of senders that were not asked for are wanted now.
  void adopt(ListenerPlanPtr plan, bool forget_names) {
    plan_ = std::move(plan);
    if (forget_names) peers_.clear();
  }
  /// After a pause, or when a name is known.
  void go_on();
  /// Takes what has come, and no more.
  void close();
  /// Nothing waits any more.
  bool idle() const { return waiting_.empty(); }

 private:
  struct Waiting {
    std::shared_ptr<Peer> peer;
    std::string bytes;
  };
  void read_some();
  void take(const std::shared_ptr<Peer>& peer, std::string_view bytes);
  void take_waiting();
  std::shared_ptr<Peer> peer_of(const sockaddr_storage& address);
  void wait_for_more();

  Loop& loop_;
  Rows& rows_;
  SyslogMetrics& metrics_;
  HostNameLookups& lookups_;
  ListenerPlanPtr plan_;
  DatagramReader reader_;
  Lru<std::string, std::shared_ptr<Peer>> peers_;
  std::deque<Waiting> waiting_;
  FdWatch ready_;
  bool closed_ = false;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace invar::loki_source_syslog
