#include "src/clients/kafka/consumer_conf.h"

#include <librdkafka/rdkafka.h>

#include <array>

#include "src/io/file.h"

namespace invar::kafka {
namespace {

/// Sets properties until one is refused.
class Properties {
 public:
  explicit Properties(rd_kafka_conf_t* conf) : conf_(conf) {}
  void set(const char* name, const std::string& value) {
    std::array<char, 512> why{};
    if (problem_.what.empty() && rd_kafka_conf_set(conf_, name, value.c_str(), why.data(), why.size()) != RD_KAFKA_CONF_OK) problem_ = {why.data(), "settings"};
  }
  /// librdkafka does not say which file it cannot read.
  void set_file(const char* name, const std::string& path) {
    if (path.empty()) return;
    if (const auto text = read_file(path); !text && problem_.what.empty()) problem_ = text.error();
    set(name, path);
  }
  const Error& problem() const { return problem_; }

 private:
  rd_kafka_conf_t* conf_;
  Error problem_;
};

const char* name_of(Assignor assignor) {
  switch (assignor) {
    case Assignor::kRoundRobin: return "roundrobin";
    case Assignor::kCooperativeSticky: return "cooperative-sticky";
    case Assignor::kRange: break;
  }
  return "range";
}

/// A text wins over a file.
void set_tls(const TlsConfig& tls, Properties& properties) {
  if (!tls.ca_pem.empty()) properties.set("ssl.ca.pem", tls.ca_pem);
  else properties.set_file("ssl.ca.location", tls.ca_file);
  if (!tls.cert_pem.empty()) properties.set("ssl.certificate.pem", tls.cert_pem);
  else properties.set_file("ssl.certificate.location", tls.cert_file);
  if (!tls.key_pem.empty()) properties.set("ssl.key.pem", tls.key_pem.reveal());
  else properties.set_file("ssl.key.location", tls.key_file);
  if (tls.insecure_skip_verify) properties.set("enable.ssl.certificate.verification", "false");
  if (tls.insecure_skip_verify || !tls.server_name.empty()) properties.set("ssl.endpoint.identification.algorithm", "none");
}

void set_login(const ConsumerSettings& settings, Properties& properties) {
  const bool logs_in = !settings.sasl_mechanism.empty();
  properties.set("security.protocol", logs_in ? settings.over_tls ? "sasl_ssl" : "sasl_plaintext" : settings.over_tls ? "ssl" : "plaintext");
  if (settings.over_tls) set_tls(settings.tls, properties);
  if (!logs_in) return;
  properties.set("sasl.mechanism", settings.sasl_mechanism);
  if (settings.sasl_mechanism == "OAUTHBEARER") return;
  properties.set("sasl.username", settings.user);
  properties.set("sasl.password", settings.password.reveal());
}

}  // namespace

void FreeConf::operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }

Result<ConfPtr> consumer_conf(const ConsumerSettings& settings) {
  ConfPtr conf(rd_kafka_conf_new());
  Properties properties(conf.get());
  std::string brokers;
  for (const std::string& broker : settings.brokers) brokers += (brokers.empty() ? "" : ",") + broker;
  properties.set("bootstrap.servers", brokers);
  properties.set("group.id", settings.group_id);
  properties.set("client.id", settings.client_id);
  properties.set("partition.assignment.strategy", name_of(settings.assignor));
  set_login(settings, properties);

  properties.set("enable.auto.commit", "false");
  properties.set("enable.auto.offset.store", "false");
  properties.set("auto.offset.reset", "earliest");
  properties.set("isolation.level", "read_uncommitted");
  properties.set("check.crcs", "true");
  // A member that is gone is noticed as soon as one of sarama's, and a rebalance takes no longer.
  properties.set("session.timeout.ms", std::to_string(settings.session_ms));
  properties.set("heartbeat.interval.ms", std::to_string(settings.session_ms * 3 / 10));
  properties.set("max.poll.interval.ms", "60000");
  // Of all partitions together: what is fetched ahead is memory.
  properties.set("queued.max.messages.kbytes", "4096");
  properties.set("queued.min.messages", "10000");
  properties.set("fetch.max.bytes", "4194304");
  properties.set("fetch.message.max.bytes", "1048576");
  properties.set("reconnect.backoff.max.ms", "5000");
  properties.set("log.connection.close", "false");
  if (!properties.problem().what.empty()) return properties.problem();
  rd_kafka_conf_set_events(conf.get(), RD_KAFKA_EVENT_FETCH | RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT | RD_KAFKA_EVENT_ERROR |
                                           RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH);
  return conf;
}

}  // namespace invar::kafka
