#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "src/clients/kafka/consumer.h"
#include "src/components/loki/source/kafka/kafka_batch.h"
#include "src/components/loki/source/kafka/message_labels.h"
#include "src/components/loki/source/kafka/token_source.h"
#include "src/components/loki/source/kafka/topic_filter.h"
#include "src/io/loop.h"
#include "src/runtime/logger.h"

namespace invar::loki_source_kafka {

/// A member of a consumer group: looks for its topics, reads the partitions it is given in batches, and commits what is settled of them. A
/// partition is given back when what is on its way has come to rest, or after a few seconds. All of it belongs to the given loop.
class GroupMember final : kafka::Consumer::Owner {
 public:
  struct Settings {
    kafka::ConsumerSettings client;
    TopicFilter topics;
    TokenSource::Settings tokens;
    bool operator==(const Settings&) const = default;
  };
  struct Ways {
    std::function<void(KafkaBatchPtr)> deliver;
    /// Nothing more of the claim is to be sent; answered by released().
    std::function<void(const ClaimPtr&)> release;
    /// What is wrong, or nothing any more.
    std::function<void(const std::string& about, std::optional<Error>)> report;
    size_t lanes = 1;
  };
  GroupMember(Loop& loop, Logger log, Settings settings, LabelPlanPtr labels, Ways ways);
  ~GroupMember() override;

  void begin();
  /// Others than before: leaves the group and joins the new one.
  void change(Settings settings);
  void set_labels(LabelPlanPtr labels);
  /// Reads no more; calls back once everything is settled, committed, and the group left.
  void stop(std::function<void()> done);
  /// Commits what has been told, and is gone.
  void abandon();

  // From the lanes.
  void handed_on(uint64_t claim, size_t bytes);
  void settled(const std::vector<SettledOffset>& offsets);
  void released(uint64_t claim);

 private:
  struct Held {
    ClaimPtr claim;
    KafkaBatchPtr filling;
    size_t ahead = 0;  // bytes that wait at the lane
    bool without_labels = false, held_up = false, releasing = false, released = false;
    int64_t settled = -1, committed = -1;  // offsets; committed: asked for, and not refused yet
    bool reads() const { return !without_labels && !releasing; }
  };
  struct Revocation {
    std::vector<kafka::TopicPartition> partitions;
    bool lost = false;
  };

  void open();
  void end_consumer();
  void look_for_topics();
  void topics_failed(const Error& error);
  void set_topics(std::vector<std::string> topics);
  void plan_work();
  void work();
  void deliver(Held& held);
  void hold_up();
  void tick();
  void commit();
  std::vector<kafka::PartitionOffset> settled_of(const std::vector<kafka::TopicPartition>& partitions) const;
  std::vector<kafka::TopicPartition> held_partitions() const;
  void commit_now(const std::vector<kafka::PartitionOffset>& offsets);
  void release_all();
  bool at_rest() const;
  void end_waiting();
  void finish_revocation();
  void go_on_leaving();
  Held* find(std::string_view topic, int32_t partition);

  void on_message(const kafka::Message& message) override;
  void on_assigned(std::vector<kafka::TopicPartition> partitions) override;
  void on_revoked(std::vector<kafka::TopicPartition> partitions, bool lost) override;
  void on_commit_failed(std::vector<kafka::TopicPartition> partitions, Error why) override;
  void on_error(Error error) override;
  void on_token_wanted() override;

  Loop& loop_;
  Logger log_;
  Settings settings_;
  LabelPlanPtr labels_;
  Ways ways_;
  std::unique_ptr<kafka::Consumer> consumer_;
  std::unique_ptr<TokenSource> tokens_;
  std::vector<std::string> topics_;
  std::map<kafka::TopicPartition, Held> held_;
  /// What is settled of partitions that were given back, and the group would not take: when it gives one to this member again, reading goes on there.
  std::map<kafka::TopicPartition, int64_t> uncommitted_;
  Held* last_ = nullptr;  // of the last message
  size_t ahead_ = 0;      // bytes that wait at the lanes, but for partitions that are held up
  uint64_t next_claim_ = 1;
  std::optional<Revocation> revocation_;
  Timer tick_timer_, topics_timer_, hold_up_timer_, revocation_timer_, commit_timer_;
  // Leaving: for good, or for other settings.
  bool leaving_ = false, closing_ = false;
  uint64_t leave_before_ms_ = 0, looked_ms_ = 0, open_again_ms_ = 0;
  std::optional<Settings> next_;
  std::function<void()> stopped_;
  bool first_look_ = true, ever_connected_ = false, work_planned_ = false, gone_ = false;
  std::string last_broker_error_, told_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace invar::loki_source_kafka
