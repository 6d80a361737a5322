#pragma once

#include <string>
#include <unordered_map>

#include "src/components/loki/source/syslog/framing.h"
#include "src/components/loki/source/syslog/listener_plan.h"
#include "src/components/shared/ahead_runs.h"
#include "src/components/shared/push_runs.h"
#include "src/runtime/lane.h"
#include "src/runtime/logger.h"
#include "src/runtime/metrics.h"
#include "src/text/time_layout.h"

namespace invar::loki_source_syslog {

struct SyslogMetrics {
  explicit SyslogMetrics(MetricScope& scope);
  Counter &entries, &parsing_errors, &empty_messages;
  Counter &framing_errors, &udp_dropped, &lost;
};

/// Who sends, and which labels what they send was given.
struct Peer {
  std::string ip;
  std::string names;
  bool named = false;  // `names` is known, as far as it is wanted; of datagrams

  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  /// By what of a message shows in its labels.
  std::unordered_map<std::string, const LabelSet*, Hash, std::equal_to<>> label_sets;
  std::string last_key;
  const LabelSet* last_set = nullptr;
  uint64_t labels_of = 0;  // the plan and the table that these are of
};

/// Bytes of one connection or datagram on their way to messages.
class Stream {
 public:
  Stream(const Intake& intake, bool goes_on)
      : raw_(intake.format == Format::kRaw), framing_(intake.most_bytes, goes_on), raw_framing_(intake.delimiter) {}
  Frame next(std::string_view bytes, Framing::End end) { return raw_ ? raw_framing_.next(bytes, end) : framing_.next(bytes, end); }
  /// Nothing further of it can be read.
  bool over() const { return raw_ ? raw_framing_.over() : framing_.over(); }

 private:
  bool raw_;
  Framing framing_;
  RawFraming raw_framing_;
};

/// Makes rows of bytes, on one lane, and hands them on in batches. Rows point to the bytes they were made of: flush() before those go.
class Rows {
 public:
  /// `most_unsettled`: batches that may be on their way to destinations; 0: as many as the receivers take.
  Rows(Lane& lane, SyslogMetrics& metrics, Logger log, LedgerAccountPtr account, size_t most_unsettled, Upstream& upstream, std::function<void()> settled);
  ~Rows();

  /// From now on rows are written ahead there. Before the first one.
  void open_write_ahead(NodeContext& context, std::string directory);
  /// Hands on nothing more of what is written ahead.
  void stop();
  void adopt(SyslogPlanPtr plan);
  /// Whether names of senders can show in labels.
  bool wants_names() const { return !plan_->rules.empty(); }

  /// Takes messages off the front of `bytes` until none is whole or the receivers pause; returns how many bytes that were.
  size_t read(Stream& stream, const ListenerPlan& plan, Peer& peer, std::string_view bytes, Framing::End end);
  /// A datagram is read whole, pause or not. True when it is time to flush().
  bool read_datagram(const ListenerPlan& plan, Peer& peer, std::string_view bytes);
  void flush();

  /// By the receivers, or until more is delivered.
  bool paused() const { return paused_ || waits_; }
  void resumed() { paused_ = false; }
  /// After something is settled, or safe: whether it is enough by now to go on.
  bool stop_waiting();
  bool settled() const { return runs_.empty() && (!ahead_ || ahead_->settled()); }

 private:
  void take(const Frame& frame, const ListenerPlan& plan, Peer& peer, bool stream);
  bool parse(const Frame& frame, const ListenerPlan& plan);
  void add(const ListenerPlan& plan, Peer& peer);
  std::string_view line_of(const ListenerPlan& plan);
  int64_t time_of(const ListenerPlan& plan) const;
  const LabelSet* labels_of(const ListenerPlan& plan, Peer& peer);
  const LabelSet* make_labels(const ListenerPlan& plan, const Peer& peer);
  void make_key(const ListenerPlan& plan);
  bool full() const { return batch_.rows.size() >= LogBatch::kMaxRows || bytes_ >= LogBatch::kMaxBytes; }
  void complain(std::string_view text, std::string_view why);

  Lane& lane_;
  SyslogMetrics& metrics_;
  Logger log_;
  Upstream& upstream_;
  LedgerAccountPtr account_;
  std::function<void()> settled_;
  PushRuns runs_;
  SyslogPlanPtr plan_ = std::make_shared<SyslogPlan>();
  uint64_t adopted_ = 0;
  Fanout fanout_;
  std::unique_ptr<AheadRuns> ahead_;
  const size_t most_unsettled_;
  bool paused_ = false;
  bool waits_ = false;
  LogBatch batch_;
  size_t bytes_ = 0;
  Message message_;
  std::string why_, key_, text_;
  Arena scratch_;
  uint64_t complaints_since_ms_ = 0;
  size_t complaints_ = 0;
};

}  // namespace invar::loki_source_syslog
