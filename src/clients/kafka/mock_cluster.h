#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace invar::kafka {

/// Kafka for tests: brokers within this process, on free ports of this machine, and a producer. Knows consumer groups, and forgets all with its end.
class MockCluster {
 public:
  explicit MockCluster(int brokers = 1);
  ~MockCluster();
  MockCluster(const MockCluster&) = delete;

  /// `host:port`, of several brokers separated by commas.
  const std::string& address() const { return address_; }
  void create_topic(const std::string& topic, int partitions);

  struct Sent {
    std::string_view key = {};
    std::optional<std::string_view> value = {};  // none: a null message
    int64_t time_ms = 0;                         // 0: now
  };
  /// Queues a message; flush() waits until all are written.
  void produce(const std::string& topic, int32_t partition, const Sent& message);
  void flush();

  /// What a group has committed; -1: nothing.
  int64_t committed(const std::string& group, const std::string& topic, int32_t partition) const;
  /// Brokers that are down refuse connections, and keep what they have.
  void set_down(bool down);

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
  std::string address_;
  int brokers_;
};

}  // namespace invar::kafka
