#pragma once

#include <functional>
#include <memory>
#include <string>

#include "src/components/loki/source/syslog/rows.h"
#include "src/io/wire.h"

namespace invar::loki_source_syslog {

/// One TCP connection, on a lane's loop. Reads nothing while the receivers pause.
class Connection {
 public:
  /// `gone` is called when nothing more comes of it; it may destroy this.
  Connection(Loop& loop, Rows& rows, ListenerPlanPtr plan, Wire wire, std::string remote_ip, std::function<void()> gone);

  const Peer& peer() const { return peer_; }
  /// Begins to read, if it has not yet: the sender's names are known, or not wanted.
  void start(const std::string& names = {});
  void adopt(ListenerPlanPtr plan) { plan_ = std::move(plan); }
  /// After a pause.
  void go_on();
  /// Reads no more; what was read is handed on, then it is gone.
  void close();
  /// The same after a last look at what has come.
  void close_after_reading();
  /// Called now and then: a message that has ended is not held back for the next one, and a silent sender is let go.
  void look_at_clock(uint64_t now_ms);

 private:
  void read_some();
  void process(std::string_view fresh, Framing::End end);
  /// False when it is gone.
  bool process_rest();
  void wait_for_more();

  Loop& loop_;
  Rows& rows_;
  ListenerPlanPtr plan_;
  Wire wire_;
  Peer peer_;
  std::function<void()> gone_;
  Stream stream_;
  std::string rest_;  // of a message that is not whole, or that waits for the receivers
  FdWatch ready_;
  uint64_t last_ms_ = 0;
  bool started_ = false, closed_ = false;
};

}  // namespace invar::loki_source_syslog
