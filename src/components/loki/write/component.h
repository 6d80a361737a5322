#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "src/components/loki/write/dispatcher.h"
#include "src/components/loki/write/encoder.h"
#include "src/runtime/http_client_arguments.h"
#include "src/runtime/component.h"

namespace invar::loki_write {

struct QueueArguments {
  ByteSize capacity{10 << 20};
  int64_t min_shards = 1;
  Duration drain_timeout = Duration::seconds(15);
  bool block_on_overflow = true;
  bool operator==(const QueueArguments&) const = default;
};

struct EndpointArguments {
  std::string name;
  std::string url;
  Duration batch_wait = Duration::seconds(1);
  ByteSize batch_size{1 << 20};
  Duration remote_timeout = Duration::seconds(10);
  std::map<std::string, std::string> headers;
  Duration min_backoff_period = Duration::milliseconds(500);
  Duration max_backoff_period = Duration::seconds(300);
  int64_t max_backoff_retries = 10;
  std::string tenant_id;
  bool retry_on_http_429 = true;
  HttpClientArguments client;
  QueueArguments queue_config;
  static void validate(EndpointArguments& args, ValidateContext& context);
  bool operator==(const EndpointArguments&) const = default;
};

struct WalArguments {
  bool enabled = false;
  Duration max_segment_age = Duration::seconds(3600);
  Duration min_read_frequency = Duration::milliseconds(250);
  Duration max_read_frequency = Duration::seconds(1);
  Duration drain_timeout = Duration::seconds(15);
  static void validate(WalArguments& args, ValidateContext& context);
  bool operator==(const WalArguments&) const = default;
};

/// loki.write: sends entries to Loki and to everything that speaks its push protocol.
class Write final : public NodeOf<Write> {
 public:
  struct Args {
    std::vector<EndpointArguments> endpoints;
    std::map<std::string, std::string> external_labels;
    int64_t max_streams = 0;
    WalArguments wal{false, {}, {}, {}, {}};  // its defaults count when the block is written
    bool operator==(const Args&) const = default;
  };
  struct Plan {
    std::vector<EndpointConfig> endpoints;
    std::vector<std::pair<std::string, std::string>> external_labels;
  };

  static const Schema& arguments();
  static std::shared_ptr<const Plan> make_plan(Args args, Span at, Diagnostics& diagnostics);
  static Value exports(const Args& args, const Plan& plan, const ExportContext& context);
  static std::optional<std::string> refused_at(const Args& args, Stability minimum);
  static Result<NodePtr> start(std::shared_ptr<const Plan> plan, NodeContext& context);

  Write(std::shared_ptr<const Plan> plan, NodeContext& context);
  ~Write() override;
  void run() override;
  void replan(std::shared_ptr<const Plan> plan);
  void drain(std::function<void()> done) override;

 private:
  /// Filled on the delivery loop; shared with whatever is posted there.
  using DispatcherSlot = std::shared_ptr<std::unique_ptr<Dispatcher>>;
  struct Known {
    std::string identity;
    GatePtr gate;
  };
  std::vector<Dispatcher::Setting> match_endpoints(const Plan& plan);
  std::filesystem::path spill_place() const;
  std::string spill_directory(const std::string& identity) const;
  void adopt_spills() const;
  std::shared_ptr<const Encoder::Plan> lane_plan(const Plan& plan) const;

  std::shared_ptr<const Plan> plan_;
  NodeContext& context_;
  std::vector<Known> known_;
  DispatcherSlot dispatcher_ = std::make_shared<std::unique_ptr<Dispatcher>>();
  LaneHalves<Encoder> encoders_;
  bool running_ = false;
};

}  // namespace invar::loki_write
