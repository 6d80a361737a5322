#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "src/components/shared/relabel.h"
#include "src/runtime/lane.h"
#include "src/runtime/metrics.h"
#include "src/telemetry/wire/push_request.h"

namespace invar::loki_source_api {

/// What happens to entries, decided; shared by all lanes.
struct LogsPlan {
  std::vector<LogsReceiverPtr> forward_to;
  std::vector<std::pair<std::string, std::string>> labels;
  relabel::Rules rules;
  bool use_incoming_timestamp = false;
};
using LogsPlanPtr = std::shared_ptr<const LogsPlan>;

/// A decoded request on its way to a lane. A raw one has one stream, which gets the configured labels only.
struct Push {
  loki_push::PushRequestPtr request;
  std::string tenant;
  bool raw = false;
  int64_t created_ns = 0;
  /// Called once, on the lane, when the next component has taken all of it, or when it would not even begin.
  std::function<void(bool taken)> done;
};

/// The part of loki.source.api on one lane: makes batches of requests and hands them on.
class ApiLane final : public AckSource, public Upstream {
 public:
  ApiLane(Lane& lane, Counter& written, Counter& lost, LogsPlanPtr plan);
  ~ApiLane() override;

  void adopt(LogsPlanPtr plan);
  /// Refuses (done(false)) while it waits for a receiver.
  void take(Push push);
  /// Calls back once every entry handed on is settled.
  void drain(std::function<void()> done);

  void on_settled(AckRun& run) override;
  void resume() override;

 private:
  struct Pending {
    Push push;
    size_t stream = 0, entry = 0;  // where it goes on
  };
  void advance();
  void send_some(Pending& pending);
  const LabelSet* labels_of(const Push& push, const loki_push::PushRequest::Stream& stream);
  AckRun& new_run(size_t rows);
  void check_drained();

  Lane& lane_;
  Counter& written_;
  Counter& lost_;  // given back by a destination that stopped: nobody can be asked to send them again
  LogsPlanPtr plan_;
  Fanout fanout_;
  bool paused_ = false;
  std::unique_ptr<Pending> pending_;
  LogBatch batch_;
  Arena scratch_;
  std::deque<std::unique_ptr<AckRun>> runs_;
  std::vector<std::unique_ptr<AckRun>> spare_;
  uint64_t next_ = 0;
  std::function<void()> drained_;
};

}  // namespace invar::loki_source_api
