#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "src/components/loki/source/gelf/chunks.h"
#include "src/components/loki/source/gelf/message.h"
#include "src/components/shared/ahead_runs.h"
#include "src/components/shared/push_runs.h"
#include "src/components/shared/relabel.h"
#include "src/io/datagram_reader.h"
#include "src/runtime/lane.h"
#include "src/runtime/logger.h"
#include "src/runtime/metrics.h"

namespace invar::loki_source_gelf {

/// Checked arguments; shared by main and lanes.
struct GelfPlan {
  std::string listen_address;
  bool use_incoming_timestamp = false;
  relabel::Rules rules;
  std::vector<LogsReceiverPtr> forward_to;
};
using GelfPlanPtr = std::shared_ptr<const GelfPlan>;

struct GelfMetrics {
  explicit GelfMetrics(MetricScope& scope);
  Counter &entries, &parsing_errors;
  Counter &incomplete, &udp_dropped, &lost;
};

/// The part of loki.source.gelf on its lane: reads datagrams, makes messages of them, and hands them on. Reads nothing while the receivers pause: the kernel's buffer
/// takes what comes meanwhile, and what it has no room for is counted.
class GelfLane final : public Upstream {
 public:
  struct World {
    GelfMetrics metrics;
    Logger log;
    LedgerAccountPtr account;
    size_t most_unsettled = 0;  // batches on their way to destinations; 0: any number
  };
  GelfLane(Lane& lane, const World& world, GelfPlanPtr plan);
  ~GelfLane() override;

  /// From now on messages are written ahead there. Before the first listen().
  void open_write_ahead(NodeContext& context, std::string directory);
  void adopt(GelfPlanPtr plan);
  /// Reads this socket from now on; what has come to the one before is still taken.
  void listen(Fd socket);
  /// Takes what has come and closes; calls back once every entry handed on is settled.
  void drain(std::function<void()> done);
  void resume() override;

 private:
  void read_some();
  void wait_for_more();
  void take(std::string_view datagram);
  void take_message(std::string_view bytes);
  void add(const Message& message);
  const LabelSet* labels_of(const Message& message);
  const LabelSet* make_labels(const Message& message);
  void flush();
  void on_settled();
  bool stop_waiting();
  bool settled() const { return runs_.empty() && (!ahead_ || ahead_->settled()); }
  void complain(const std::string& why);
  void look_at_clock();
  bool paused() const { return paused_ || waits_; }
  void check_drained();

  Lane& lane_;
  GelfMetrics metrics_;
  Logger log_;
  LedgerAccountPtr account_;
  PushRuns runs_;
  GelfPlanPtr plan_;
  Fanout fanout_;
  std::unique_ptr<AheadRuns> ahead_;
  const size_t most_unsettled_;
  bool paused_ = false, waits_ = false;
  std::unique_ptr<DatagramReader> reader_;
  std::unique_ptr<FdWatch> ready_;
  Chunks chunks_;
  MessageReader messages_;
  Timer clock_;
  LogBatch batch_;
  size_t bytes_ = 0;
  std::string whole_, text_, why_, key_;
  Arena scratch_;
  std::unordered_map<std::string, const LabelSet*> label_sets_;  // by what of a message shows in its labels
  uint64_t labels_of_generation_ = 0;
  uint64_t complaints_since_ms_ = 0;
  size_t complaints_ = 0;
  std::function<void()> drained_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace invar::loki_source_gelf
