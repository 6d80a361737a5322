#include "src/components/loki/write/endpoint.h"

#include <algorithm>
#include <cstdlib>
#include <random>

#include "src/base/check.h"
#include "src/telemetry/wire/loki_push.h"

namespace invar::loki_write {
namespace {

constexpr int64_t kMillisecond = 1'000'000;

/// Exponential backoff with jitter (grafana/dskit backoff): between `low` and `high`, both doubling up to the maximum.
struct Backoff {
  int64_t low = 0, high = 0;

  int64_t next(const EndpointConfig& config) {
    if (low == 0 && high == 0) low = config.min_backoff_ns, high = std::min(2 * config.min_backoff_ns, config.max_backoff_ns);
    int64_t wait = low;
    if (low < high) {
      thread_local std::minstd_rand random{std::random_device{}()};
      wait = std::uniform_int_distribution<int64_t>(low, high - 1)(random);
      low = std::min(2 * low, config.max_backoff_ns);
      high = std::min(2 * high, config.max_backoff_ns);
    }
    return std::max<int64_t>(wait, 0);
  }
};

/// Statuses that Alloy drops a batch for, but that a mended configuration on either side ends.
bool means_misconfigured(int status) { return status == 401 || status == 403 || status == 404 || status == 405; }

/// Alloy's text: `server returned HTTP status 500 Internal Server Error (500): <first line>`.
std::string status_text(const HttpResponse& answer) {
  std::string text = "server returned HTTP status " + std::to_string(answer.status);
  if (!answer.status_text.empty()) text += " " + answer.status_text;
  const std::string_view body = std::string_view(answer.body).substr(0, 1024);
  return text + " (" + std::to_string(answer.status) + "): " + std::string(body.substr(0, body.find('\n')));
}

/// Retry-After in seconds (RFC 9110 10.2.3); 0 when absent or a date.
int64_t retry_after_ns(const HttpResponse& answer) {
  constexpr long kLongest = 3600;
  const std::string text(answer.header("Retry-After"));
  return std::clamp(std::strtol(text.c_str(), nullptr, 10), 0L, kLongest) * 1'000'000'000;
}

uint64_t to_ms(int64_t ns) { return static_cast<uint64_t>(std::max<int64_t>(ns + kMillisecond - 1, 0) / kMillisecond); }

}  // namespace

/// The batch in flight: its bytes are made once.
struct Endpoint::Attempt {
  Batch batch;
  std::shared_ptr<const std::string> body;
  std::shared_ptr<const EndpointConfig> config;
  TenantMetrics* metrics = nullptr;
  int64_t failures = 0;
  int64_t sent_ns = 0;
  Backoff backoff;
  HttpCall call;
};

struct Endpoint::Shard {
  explicit Shard(Loop& loop, std::function<void(Shard&)> on_wait, std::function<void(Shard&)> on_retry)
      : wait(loop, [this, on_wait] { on_wait(*this); }), retry(loop, [this, on_retry] { on_retry(*this); }) {}
  Open open;  // by tenant
  std::deque<Batch> ready;
  std::unique_ptr<Attempt> attempt;
  Timer wait;   // the oldest open batch has waited long enough
  Timer retry;
};

/// Where the entries of one stream of a fragment go.
struct Endpoint::Way {
  Shard* shard;
  const std::string* tenant;
  Batch* batch;  // the open one of the tenant; its place in Shard::open does not move
};

Endpoint::Endpoint(EndpointWorld& world, GatePtr gate, EndpointConfig config)
    : world_(world), gate_(std::move(gate)), config_(std::make_shared<const EndpointConfig>(std::move(config))) {
  apply_config();
}

Endpoint::~Endpoint() { INVAR_CHECK(unsettled_.empty()); }

void Endpoint::apply_config() {
  gate_->capacity = config_->capacity;
  gate_->blocks = config_->block_on_overflow;
  http_ = std::make_unique<HttpClient>(world_.loop, config_->http);
  world_.metrics.watch(config_->host, config_->name, gate_);
  const size_t wanted = std::max<uint32_t>(config_->shards, 1);
  while (shards_.size() < wanted)
    shards_.push_back(std::make_unique<Shard>(
        world_.loop,
        [this](Shard& shard) {
          close_expired(shard);
          pump(shard);
        },
        [this](Shard& shard) { send(shard); }));
}

void Endpoint::update(EndpointConfig config) {
  // What a request under way needs stays with it; it is sent again with the new settings.
  for (auto& shard : shards_)
    if (shard->attempt) shard->attempt->call.cancel();
  config_ = std::make_shared<const EndpointConfig>(std::move(config));
  tenants_.clear();
  apply_config();
  for (auto& shard : shards_) {
    if (shard->attempt) shard->attempt->config = config_, shard->attempt->backoff = {}, shard->retry.start(0);
    pump(*shard);
  }
}

TenantMetrics& Endpoint::metrics_of(const std::string& tenant) {
  TenantMetrics*& found = tenants_[tenant];
  if (!found) found = &world_.metrics.tenant(config_->host, tenant);
  return *found;
}

void Endpoint::take(const FragmentPtr& fragment) {
  const auto count = static_cast<uint32_t>(fragment->entries.size());
  unsettled_.emplace(fragment.get(), count);
  const size_t shards = std::max<uint32_t>(config_->shards, 1);
  std::vector<Way> ways;  // by stream
  ways.reserve(fragment->streams.size());
  for (const Fragment::Stream& stream : fragment->streams) {
    const std::string& tenant = stream.tenant ? *stream.tenant : config_->tenant;
    Shard* shard = shards_[stream.hash % shards].get();
    ways.push_back({shard, &tenant, &shard->open[tenant]});
    metrics_of(tenant);
  }
  Batch overflow;
  for (uint32_t i = 0; i < count; ++i) {
    const Way& way = ways[fragment->entries[i].stream];
    if (!add(way, fragment, i)) {
      TenantMetrics& metrics = metrics_of(*way.tenant);
      metrics.dropped_entries[static_cast<size_t>(DropReasonWord::kQueueIsFull)]->add();
      metrics.dropped_bytes[static_cast<size_t>(DropReasonWord::kQueueIsFull)]->add(fragment->entries[i].counted);
      overflow.add(fragment, i);
    }
    if (way.shard->ready.size() > 0 && !way.shard->attempt) begin(*way.shard);
  }
  if (overflow.entries > 0) settle_batch(std::move(overflow), Settled::kDropped);
  for (auto& shard : shards_) pump(*shard);
}

bool Endpoint::add(const Way& way, const FragmentPtr& fragment, uint32_t entry) {
  Shard& shard = *way.shard;
  Batch& batch = *way.batch;
  const Fragment::Entry& e = fragment->entries[entry];
  const bool too_big = batch.entries > 0 && batch.counted + e.counted > config_->batch_size;
  const std::string& labels = fragment->streams[e.stream].labels;
  const bool too_many = config_->max_streams > 0 && batch.streams.size() >= config_->max_streams && !batch.streams.contains(labels);
  if (batch.entries > 0 && (too_big || too_many)) {
    // Alloy counts the queue in batches: a full one that has no place there refuses the entry.
    if (!config_->block_on_overflow && shard.ready.size() >= config_->queued_batches) return false;
    close(shard, batch);
  }
  if (batch.entries == 0) {
    batch.tenant = *way.tenant;
    batch.opened_ns = world_.clock.steady_ns();
    if (!shard.wait.active()) shard.wait.start(to_ms(config_->batch_wait_ns));
  }
  if (config_->max_streams > 0) batch.streams.insert(labels);
  batch.add(fragment, entry);
  return true;
}

void Endpoint::close(Shard& shard, Batch& batch) {
  shard.ready.push_back(std::move(batch));
  batch = Batch();
}

void Endpoint::close_expired(Shard& shard) {
  const int64_t now = world_.clock.steady_ns();
  int64_t next = INT64_MAX;
  for (auto at = shard.open.begin(); at != shard.open.end();) {
    Batch& batch = at->second;
    if (batch.entries == 0) {
      at = shard.open.erase(at);
      continue;
    }
    const int64_t due = batch.opened_ns + config_->batch_wait_ns;
    if (due <= now || draining_)
      close(shard, batch);
    else
      next = std::min(next, due);
    ++at;
  }
  if (next != INT64_MAX) shard.wait.start(to_ms(next - now));
}

void Endpoint::pump(Shard& shard) {
  if (draining_) close_expired(shard);
  if (shard.attempt || shard.ready.empty()) return;
  begin(shard);
}

void Endpoint::begin(Shard& shard) {
  auto attempt = std::make_unique<Attempt>();
  attempt->batch = std::move(shard.ready.front());
  shard.ready.pop_front();
  attempt->config = config_;
  attempt->metrics = &metrics_of(attempt->batch.tenant);
  attempt->body = std::make_shared<const std::string>(loki_push::compress(world_.builder.build(attempt->batch)));
  world_.metrics.request_size(*attempt->metrics).observe(static_cast<double>(attempt->body->size()));
  shard.attempt = std::move(attempt);
  send(shard);
}

void Endpoint::send(Shard& shard) {
  Attempt& attempt = *shard.attempt;
  HttpRequest request;
  request.method = "POST";
  request.url = attempt.config->url;
  request.headers = {{"Content-Type", "application/x-protobuf"}, {"Content-Encoding", "snappy"}};
  if (!attempt.batch.tenant.empty()) request.headers.push_back({"X-Scope-OrgID", attempt.batch.tenant});
  for (const auto& [name, value] : attempt.config->headers)
    if (!has_header(request.headers, name)) request.headers.push_back({name, value});
  request.body = {std::string_view(*attempt.body), attempt.body};
  request.timeout_ms = to_ms(attempt.config->timeout_ns);
  request.body_limit = 64 * 1024;
  attempt.sent_ns = world_.clock.steady_ns();
  attempt.call = http_->send(std::move(request), [this, &shard](Result<HttpResponse> answer) { answered(shard, std::move(answer)); });
}

void Endpoint::answered(Shard& shard, Result<HttpResponse> answer) {
  Attempt& attempt = *shard.attempt;
  const int status = answer ? answer->status : -1;
  const double seconds = static_cast<double>(world_.clock.steady_ns() - attempt.sent_ns) / 1e9;
  world_.metrics.duration(*attempt.metrics, status).observe(seconds);
  if (status / 100 == 2 && status > 0) {
    attempt.metrics->sent_bytes->add(attempt.body->size());
    attempt.metrics->sent_entries->add(attempt.batch.entries);
    set_trouble("");
    return finish(shard, Settled::kDelivered);
  }
  const std::string why = answer ? status_text(*answer) : answer.error().what;
  if (status == 429 && !attempt.config->retry_on_429) {
    world_.log.warn("dropping batch due to rate limiting applied at ingester", {{"component", "endpoint"}, {"host", config_->host}});
    return drop(shard, DropReasonWord::kRateLimited, status, "");
  }
  if (status == 413 && attempt.batch.entries > 1) return split(shard);
  const bool again = status < 0 || status == 429 || status == 408 || status / 100 == 5 || means_misconfigured(status);
  if (!again) return drop(shard, DropReasonWord::kIngesterError, status, why);
  if (means_misconfigured(status)) set_trouble(why);
  retry_later(shard, status, why, answer ? retry_after_ns(*answer) : 0);
}

void Endpoint::retry_later(Shard& shard, int status, const std::string& why, int64_t asked_wait_ns) {
  Attempt& attempt = *shard.attempt;
  world_.log.debug("error sending batch, will retry", {{"component", "endpoint"},
                                                       {"host", config_->host},
                                                       {"status", int64_t{status}},
                                                       {"tenant", attempt.batch.tenant},
                                                       {"error", why}});
  attempt.metrics->retries->add();
  ++attempt.failures;
  const bool exhausted = attempt.config->max_retries > 0 && attempt.failures >= attempt.config->max_retries;
  if (exhausted) {
    if (attempt.failures == attempt.config->max_retries)
      world_.log.error("no retries left, batch waits until the destination answers", {{"component", "endpoint"},
                                                                                      {"host", config_->host},
                                                                                      {"status", int64_t{status}},
                                                                                      {"tenant", attempt.batch.tenant},
                                                                                      {"error", why}});
    set_trouble(why);
  } else if (gate_->full()) {
    set_trouble("queue is full: " + why);
  }
  const int64_t wait = std::max(attempt.backoff.next(*attempt.config), asked_wait_ns);
  shard.retry.start(to_ms(wait));
}

void Endpoint::split(Shard& shard) {
  Batch first = std::move(shard.attempt->batch);
  shard.attempt.reset();
  Batch second = first.split();
  shard.ready.push_front(std::move(second));
  shard.ready.push_front(std::move(first));
  begin(shard);
}

void Endpoint::drop(Shard& shard, DropReasonWord reason, int status, const std::string& why) {
  Attempt& attempt = *shard.attempt;
  if (!why.empty())
    world_.log.error("final error sending batch, no retries left, dropping data", {{"component", "endpoint"},
                                                                                   {"host", config_->host},
                                                                                   {"status", int64_t{status}},
                                                                                   {"tenant", attempt.batch.tenant},
                                                                                   {"error", why}});
  attempt.metrics->dropped_bytes[static_cast<size_t>(reason)]->add(attempt.body->size());
  attempt.metrics->dropped_entries[static_cast<size_t>(reason)]->add(attempt.batch.entries);
  finish(shard, Settled::kDropped);
}

void Endpoint::finish(Shard& shard, Settled outcome) {
  const std::unique_ptr<Attempt> attempt = std::move(shard.attempt);
  Histogram& latency = world_.metrics.latency(*attempt->metrics);
  const int64_t now = world_.clock.wall_ns();
  for (const Piece& piece : attempt->batch.pieces)
    for (uint32_t i = piece.first; i < piece.last;) {
      const int64_t created = piece.fragment->entries[i].created_ns;
      uint64_t equal = 0;
      for (; i < piece.last && piece.fragment->entries[i].created_ns == created; ++i) ++equal;
      if (created != 0 && created <= now) latency.observe(static_cast<double>(now - created) / 1e9, equal);
    }
  settle_batch(std::move(attempt->batch), outcome);
  pump(shard);
  check_drained();
}

void Endpoint::settle_batch(Batch batch, Settled outcome) {
  std::array<Settlement, kMaxLanes> by_lane;
  bool made_room = false;
  for (Piece& piece : batch.pieces) {
    const auto use = unsettled_.find(piece.fragment.get());
    INVAR_CHECK(use != unsettled_.end() && use->second >= piece.size());
    use->second -= piece.size();
    if (use->second == 0) {
      gate_->queued.fetch_sub(static_cast<int64_t>(piece.fragment->bytes.size()));
      unsettled_.erase(use);
      made_room = true;
    }
    Settlement& settlement = by_lane[piece.fragment->lane];
    settlement.outcome = outcome;
    settlement.pieces.push_back(std::move(piece));
  }
  batch.pieces.clear();
  for (size_t lane = 0; lane < by_lane.size(); ++lane)
    if (!by_lane[lane].pieces.empty()) world_.settle(std::move(by_lane[lane]), lane);
  // Lanes are woken when a good part is free, so that they do not start and stop for every fragment.
  const int64_t capacity = gate_->capacity.load();
  if (made_room && gate_->queued.load() <= capacity - capacity / 4 && gate_->waiting.exchange(false)) world_.room();
}

void Endpoint::drain(std::function<void()> drained) {
  draining_ = true;
  drained_ = std::move(drained);
  drain_timer_ = std::make_unique<Timer>(world_.loop, [this] {
    world_.log.warn("failed to flush all queues during shutdown", {{"component", "endpoint"}, {"host", config_->host}});
    if (auto done = std::exchange(drained_, nullptr)) done();
  });
  drain_timer_->start(to_ms(config_->drain_timeout_ns));
  for (auto& shard : shards_) pump(*shard);
  check_drained();
}

void Endpoint::check_drained() {
  if (!drained_ || !unsettled_.empty()) return;
  drain_timer_->stop();
  std::exchange(drained_, nullptr)();
}

void Endpoint::abandon(Settled outcome) {
  for (auto& shard : shards_) {
    shard->wait.stop();
    shard->retry.stop();
    if (shard->attempt) {
      Batch batch = std::move(shard->attempt->batch);
      shard->attempt.reset();  // cancels the request
      settle_batch(std::move(batch), outcome);
    }
    for (Batch& batch : shard->ready) settle_batch(std::move(batch), outcome);
    shard->ready.clear();
    for (auto& [tenant, batch] : shard->open) settle_batch(std::move(batch), outcome);
    shard->open.clear();
  }
  check_drained();
}

void Endpoint::set_trouble(std::string why) {
  if (trouble_ == why) return;
  trouble_ = std::move(why);
  world_.changed();
}

}  // namespace invar::loki_write
