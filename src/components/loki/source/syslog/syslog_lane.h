#pragma once

#include <list>
#include <map>

#include "src/components/loki/source/syslog/connection.h"
#include "src/components/loki/source/syslog/datagrams.h"

namespace invar::loki_source_syslog {

using ListenerId = uint64_t;
/// The listeners that are open, and what becomes of what they read.
using OpenListeners = std::map<ListenerId, ListenerPlanPtr>;

/// The part of loki.source.syslog on one lane: reads, parses and hands on.
class SyslogLane final : public Upstream {
 public:
  struct World {
    SyslogMetrics metrics;
    Logger log;
    LedgerAccountPtr account;
    std::shared_ptr<const HostNames> names;
    size_t most_unsettled = 0;  // batches on their way to destinations; 0: any number
  };
  SyslogLane(Lane& lane, const World& world, SyslogPlanPtr plan);
  ~SyslogLane() override;

  /// From now on messages are written ahead there. Before the first of them.
  void open_write_ahead(NodeContext& context, std::string directory) { rows_.open_write_ahead(context, std::move(directory)); }
  /// Connections and sockets of listeners that are not open any more are closed.
  void adopt(SyslogPlanPtr plan, const OpenListeners& open);
  void connect(ListenerId id, ListenerPlanPtr plan, Wire wire, std::string remote_ip);
  void read_datagrams(ListenerId id, ListenerPlanPtr plan, Fd fd);
  /// Closes all; calls back once every entry handed on is settled.
  void drain(std::function<void()> done);
  void resume() override;

 private:
  struct Held;
  using Connections = std::list<std::unique_ptr<Held>>;
  void remove(Connections::iterator at);
  void ask_for_names(Held& held);
  void go_on();
  void on_settled();
  void look_at_clock();
  void check_drained();

  Lane& lane_;
  SyslogMetrics metrics_;
  Logger log_;
  Rows rows_;
  HostNameLookups lookups_;
  Connections connections_;
  std::map<ListenerId, std::unique_ptr<Datagrams>> datagrams_;
  Timer clock_;
  std::function<void()> drained_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace invar::loki_source_syslog
