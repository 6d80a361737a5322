#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "src/components/loki/source/syslog/message.h"
#include "src/components/shared/relabel.h"
#include "src/io/tls_server.h"
#include "src/telemetry/log_sink.h"

namespace invar::loki_source_syslog {

enum class Format : uint8_t { kRfc5424, kRfc3164, kRaw };

/// Where a listener gets bytes from, and how it cuts them into messages. What has begun goes on only while this stays as it is.
struct Intake {
  std::string address;
  bool udp = false;
  std::optional<TlsServerConfig> tls;
  Format format = Format::kRfc5424;
  size_t most_bytes = 8192;  // of a message
  char delimiter = '\n';     // of raw lines
  size_t udp_queue = 10;     // datagrams that wait for the name of their sender
  size_t udp_names = 128;    // senders whose names are remembered
  bool operator==(const Intake&) const = default;
};

/// One `listener`, decided; shared by all lanes.
struct ListenerPlan {
  Intake intake;
  std::vector<std::pair<std::string, std::string>> labels;
  Rfc3164Options rfc3164;
  uint64_t idle_ms = 120'000;
  bool label_structured_data = false;
  bool use_incoming_timestamp = false;
  bool use_rfc5424_message = false;
  bool allow_empty = false;
  bool current_year = false;
};
using ListenerPlanPtr = std::shared_ptr<const ListenerPlan>;

struct SyslogPlan {
  std::vector<LogsReceiverPtr> forward_to;
  relabel::Rules rules;
  std::vector<ListenerPlanPtr> listeners;
};
using SyslogPlanPtr = std::shared_ptr<const SyslogPlan>;

}  // namespace invar::loki_source_syslog
