#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "src/components/loki/source/api/push.h"
#include "src/components/shared/relabel.h"
#include "src/runtime/lane.h"
#include "src/runtime/metrics.h"
#include "src/runtime/write_ahead.h"

namespace invar::loki_source_api {

/// What happens to entries, decided; shared by all lanes.
struct LogsPlan {
  std::vector<LogsReceiverPtr> forward_to;
  std::vector<std::pair<std::string, std::string>> labels;
  relabel::Rules rules;
  bool use_incoming_timestamp = false;
  size_t message_bytes = 100u << 20;
};
using LogsPlanPtr = std::shared_ptr<const LogsPlan>;

/// The part of loki.source.api on one lane: makes batches of requests and hands them on, and says when a sender may be answered.
class ApiLane final : public AckSource, public Upstream, private WriteAhead::Owner {
 public:
  struct Figures {
    Counter& written;
    Counter& lost;  // given back by a destination that stopped: nobody can be asked to send them again
  };
  ApiLane(Lane& lane, Figures figures, LogsPlanPtr plan, AnswerAfter answer_after, LedgerAccountPtr account);
  ~ApiLane() override;

  /// From now on pushes are written ahead there. For AnswerAfter::kWriteAhead, before the first push.
  void open_write_ahead(NodeContext& context, std::string directory);
  void adopt(LogsPlanPtr plan);
  /// Refuses (done(false)) while it waits for a receiver and nothing is written ahead.
  void take(Push push);
  /// Calls back once every entry handed on is settled.
  void drain(std::function<void()> done);

  void on_settled(AckRun& run) override;
  void resume() override;

 private:
  using Range = std::pair<size_t, size_t>;  // of entries
  /// A push that is being handed on, or whose entries are not settled.
  struct Work {
    Push push;
    std::deque<Range> ranges;  // still to be handed on
    size_t open_runs = 0;
    std::vector<Range> returned;
    uint64_t item = 0;  // of the write-ahead
    CommitMarks marks;  // of what is settled of it
  };
  using WorkPtr = std::shared_ptr<Work>;

  void answered(uint64_t item, const Error* error) override;
  void handed_on(uint64_t item, std::string payload) override;
  void begin(Push push, uint64_t item);
  void advance();
  void send_some(const WorkPtr& work);
  void sent(WorkPtr work);
  void settle_work(const WorkPtr& work);
  const LabelSet* labels_of(const Push& push, const loki_push::PushRequest::Stream& stream);
  AckRun& new_run(size_t rows, const WorkPtr& work, Range range);
  void check_drained();

  Lane& lane_;
  Figures figures_;
  LogsPlanPtr plan_;
  const AnswerAfter answer_after_;
  LedgerAccountPtr account_;
  Fanout fanout_;
  bool paused_ = false;
  bool advancing_ = false;
  bool draining_ = false;
  bool wants_ = false;  // asked the write-ahead for the next item
  std::unique_ptr<WriteAhead> ahead_;
  std::unordered_map<uint64_t, std::function<void(bool)>> unanswered_;  // by item
  WorkPtr pending_;
  std::deque<WorkPtr> again_;  // given back by a destination
  LogBatch batch_;
  Arena scratch_;
  std::deque<std::unique_ptr<AckRun>> runs_;
  std::unordered_map<const AckRun*, std::pair<WorkPtr, Range>> work_of_;
  std::vector<std::unique_ptr<AckRun>> spare_;
  uint64_t next_ = 0;
  std::function<void()> drained_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace invar::loki_source_api
