#include "src/clients/kafka/mock_cluster.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <array>

#include "src/base/check.h"

namespace invar::kafka {
namespace {

rd_kafka_t* make_client(rd_kafka_type_t type, const std::string& brokers, const std::string& group) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t*, int, const char*, const char*) {});
  std::array<char, 512> why{};
  if (!brokers.empty()) rd_kafka_conf_set(conf, "bootstrap.servers", brokers.c_str(), why.data(), why.size());
  if (!group.empty()) rd_kafka_conf_set(conf, "group.id", group.c_str(), why.data(), why.size());
  rd_kafka_t* client = rd_kafka_new(type, conf, why.data(), why.size());
  INVAR_CHECK(client != nullptr);
  return client;
}

}  // namespace

struct MockCluster::Inside {
  rd_kafka_t* host = nullptr;
  rd_kafka_mock_cluster_t* cluster = nullptr;
  rd_kafka_t* producer = nullptr;
};

MockCluster::MockCluster(int brokers) : inside_(std::make_unique<Inside>()), brokers_(brokers) {
  inside_->host = make_client(RD_KAFKA_PRODUCER, {}, {});
  inside_->cluster = rd_kafka_mock_cluster_new(inside_->host, brokers);
  INVAR_CHECK(inside_->cluster != nullptr);
  rd_kafka_mock_group_initial_rebalance_delay_ms(inside_->cluster, 100);
  address_ = rd_kafka_mock_cluster_bootstraps(inside_->cluster);
  inside_->producer = make_client(RD_KAFKA_PRODUCER, address_, {});
}

MockCluster::~MockCluster() {
  rd_kafka_destroy(inside_->producer);
  rd_kafka_mock_cluster_destroy(inside_->cluster);
  rd_kafka_destroy(inside_->host);
}

void MockCluster::create_topic(const std::string& topic, int partitions) { rd_kafka_mock_topic_create(inside_->cluster, topic.c_str(), partitions, 1); }

void MockCluster::produce(const std::string& topic, int32_t partition, const Sent& message) {
  const auto value = message.value.value_or(std::string_view());
  for (;;) {
    const auto error = rd_kafka_producev(inside_->producer, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                         RD_KAFKA_V_KEY((message.key.empty() ? nullptr : message.key.data()), message.key.size()),
                                         RD_KAFKA_V_VALUE((message.value ? const_cast<char*>(value.data()) : nullptr), value.size()),
                                         RD_KAFKA_V_TIMESTAMP(message.time_ms), RD_KAFKA_V_END);
    if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) return INVAR_CHECK(!error);
    rd_kafka_poll(inside_->producer, 10);
  }
}

void MockCluster::flush() { INVAR_CHECK(!rd_kafka_flush(inside_->producer, 30'000)); }

int64_t MockCluster::committed(const std::string& group, const std::string& topic, int32_t partition) const {
  rd_kafka_t* asking = make_client(RD_KAFKA_CONSUMER, address_, group);
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, topic.c_str(), partition);
  const auto error = rd_kafka_committed(asking, list, 5000);
  const int64_t offset = error || list->elems[0].offset < 0 ? -1 : list->elems[0].offset;
  rd_kafka_topic_partition_list_destroy(list);
  rd_kafka_destroy(asking);
  return offset;
}

void MockCluster::set_down(bool down) {
  for (int32_t id = 1; id <= brokers_; ++id) {
    if (down) rd_kafka_mock_broker_set_down(inside_->cluster, id);
    else rd_kafka_mock_broker_set_up(inside_->cluster, id);
  }
}

}  // namespace invar::kafka
