#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/base/secret.h"
#include "src/io/loop.h"
#include "src/io/tls.h"

namespace invar::kafka {

/// How a group's partitions are divided among its members.
enum class Assignor : uint8_t { kRange, kRoundRobin, kCooperativeSticky };

struct ConsumerSettings {
  std::vector<std::string> brokers;  // host:port
  std::string group_id;
  std::string client_id;
  Assignor assignor = Assignor::kRange;
  bool over_tls = false;
  TlsConfig tls;              // of over_tls
  std::string sasl_mechanism;  // PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER; empty: no login
  std::string user;
  Secret password;
  int session_ms = 10'000;  // without a sign of life for so long a member is out of its group
  bool operator==(const ConsumerSettings&) const = default;
};

struct TopicPartition {
  std::string topic;
  int32_t partition = 0;
  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
};

struct PartitionOffset {
  static constexpr int64_t kNone = -1;  // there is none, or none is wanted
  TopicPartition at;
  int64_t offset = kNone;  // the next one to read
};

/// Valid during on_message().
struct Message {
  std::string_view topic;
  int32_t partition = 0;
  int64_t offset = 0;
  std::string_view key, value;
  int64_t time_ms = -1;  // Unix; -1: it has none
};

/// A member of a consumer group: librdkafka, which connects, fetches and keeps the membership on threads of its own, as a queue of events that
/// one loop reads. Offsets are committed by commit() and in no other way; a partition that the group has no offset of is read from its oldest
/// message. Belongs to the loop.
class Consumer {
 public:
  /// What happens, from within poll().
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_message(const Message& message) = 0;
    /// To be answered by assign(), or the group waits.
    virtual void on_assigned(std::vector<TopicPartition> partitions) = 0;
    /// To be answered by unassign(), at any later time within a minute. `lost`: others may have them already, nothing can be committed.
    virtual void on_revoked(std::vector<TopicPartition> partitions, bool lost) = 0;
    /// Partitions whose offsets could not be committed.
    virtual void on_commit_failed(std::vector<TopicPartition> partitions, Error why) = 0;
    /// Reason: "connection" when a broker cannot be reached, "brokers" when none can, "consumer" for the rest. It is tried again in any case.
    virtual void on_error(Error error) = 0;
    /// OAUTHBEARER: to be answered by set_token() or refuse_token().
    virtual void on_token_wanted() = 0;
  };
  /// `log` gets librdkafka's remarks with a syslog level, on any thread.
  using Log = std::function<void(int level, std::string_view text)>;

  /// Connects to nothing yet. `on_ready`: there is something to poll(). Error: settings that cannot work, such as a broken certificate.
  static Result<std::unique_ptr<Consumer>> open(Loop& loop, const ConsumerSettings& settings, Log log, std::function<void()> on_ready);
  /// As after a kill when it was not closed before: the group notices after the session's timeout.
  ~Consumer();
  Consumer(const Consumer&) = delete;

  /// Tells of what has happened, at most `most` events, without waiting; how many there were. Fewer than `most`: on_ready() tells of the next.
  size_t poll(Owner& owner, size_t most);

  /// All topics of the cluster, sorted. Waits.
  Result<std::vector<std::string>> topics(int timeout_ms);
  void subscribe(const std::vector<std::string>& topics);
  void unsubscribe();

  /// Each is read from its offset on, or where the group's is.
  void assign(const std::vector<PartitionOffset>& partitions);
  void unassign(const std::vector<TopicPartition>& partitions);
  /// Stops fetching, and forgets what has been fetched and not yet told.
  void pause(const std::vector<TopicPartition>& partitions);
  /// Goes on behind the last message told.
  void resume(const std::vector<TopicPartition>& partitions);

  /// Offsets of the group. Waits.
  Result<std::vector<PartitionOffset>> committed(const std::vector<TopicPartition>& partitions, int timeout_ms);
  /// Answered by on_commit_failed(), or by nothing.
  void commit(const std::vector<PartitionOffset>& offsets);
  /// Waits for the answer.
  Result<void> commit_now(const std::vector<PartitionOffset>& offsets, int timeout_ms);

  std::string member_id() const;
  int32_t generation_id() const;

  void set_token(const std::string& token, const std::string& principal, int64_t expires_ms);
  void refuse_token(const std::string& why);

  /// Leaves the group; goes on being polled until closed(). on_revoked() is told first.
  void close();
  bool closed() const;

 private:
  struct Inside;
  explicit Consumer(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

/// What librdkafka says of a broker that it cannot connect to, as Go's net.Dial does; other texts as they are.
std::string dial_error(std::string_view text);

}  // namespace invar::kafka
