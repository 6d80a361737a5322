#pragma once

#include <memory>

#include "src/clients/kafka/consumer.h"

struct rd_kafka_conf_s;

namespace invar::kafka {

struct FreeConf {
  void operator()(rd_kafka_conf_s* conf) const;
};
using ConfPtr = std::unique_ptr<rd_kafka_conf_s, FreeConf>;

/// librdkafka's settings, as Alloy's client (sarama) has them where both have them. Error: a value that it does not take.
Result<ConfPtr> consumer_conf(const ConsumerSettings& settings);

}  // namespace invar::kafka
