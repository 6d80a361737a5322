#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "src/base/clock.h"
#include "src/components/loki/write/batch.h"
#include "src/components/loki/write/encoder.h"
#include "src/components/loki/write/endpoint_config.h"
#include "src/components/loki/write/write_metrics.h"
#include "src/io/http_client.h"
#include "src/io/loop.h"
#include "src/runtime/logger.h"

namespace invar::loki_write {

/// What endpoints share on the delivery loop, and how they reach the rest of the process.
struct EndpointWorld {
  Loop& loop;
  const Clock& clock;
  WriteMetrics& metrics;
  RequestBuilder& builder;
  Logger log;
  std::function<void(Settlement, size_t lane)> settle;  // to the lane's encoder
  std::function<void()> room;                           // wakes the lanes that paused
  std::function<void()> changed;                        // trouble() has changed
};

/// One destination on the delivery loop: batches per tenant and shard, one request in flight per shard, retries that send the same bytes, a bounded queue.
///
/// What a status means (defects.json lists where this is more than Alloy does): 2xx delivered; 429, 408, 5xx and no answer are tried again with backoff, after
/// max_backoff_retries attempts too; 401, 403, 404 and 405 likewise, since waiting for a mended configuration loses nothing; 413 splits the batch; other answers
/// drop it, counted as ingester_error.
class Endpoint {
 public:
  Endpoint(EndpointWorld& world, GatePtr gate, EndpointConfig config);
  ~Endpoint();

  const GatePtr& gate() const { return gate_; }
  const EndpointConfig& config() const { return *config_; }
  /// What is queued stays; requests under way end with their old settings.
  void update(EndpointConfig config);
  void take(const FragmentPtr& fragment);
  /// Sends what is there without waiting for full batches; `drained` is called when nothing is left, or when drain_timeout has passed.
  void drain(std::function<void()> drained);
  /// Gives up everything that is queued.
  void abandon(Settled outcome);
  /// Why it does not deliver, for health; empty when it does.
  const std::string& trouble() const { return trouble_; }

 private:
  struct Attempt;
  struct Shard;
  using Open = std::unordered_map<std::string, Batch>;

  void apply_config();
  struct Way;
  /// False: the queue is full and the endpoint does not block.
  bool add(const Way& way, const FragmentPtr& fragment, uint32_t entry);
  void close(Shard& shard, Batch& batch);
  void pump(Shard& shard);
  void close_expired(Shard& shard);
  void begin(Shard& shard);
  void send(Shard& shard);
  void answered(Shard& shard, Result<HttpResponse> answer);
  void retry_later(Shard& shard, int status, const std::string& why, int64_t asked_wait_ns);
  void split(Shard& shard);
  void drop(Shard& shard, DropReasonWord reason, int status, const std::string& why);
  void finish(Shard& shard, Settled outcome);
  void settle_batch(Batch batch, Settled outcome);
  void set_trouble(std::string why);
  void check_drained();
  TenantMetrics& metrics_of(const std::string& tenant);

  EndpointWorld& world_;
  GatePtr gate_;
  std::shared_ptr<const EndpointConfig> config_;
  std::unique_ptr<HttpClient> http_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::unordered_map<const Fragment*, uint32_t> unsettled_;  // entries
  std::unordered_map<std::string, TenantMetrics*> tenants_;
  std::string trouble_;
  bool draining_ = false;
  std::function<void()> drained_;
  std::unique_ptr<Timer> drain_timer_;
};

}  // namespace invar::loki_write
