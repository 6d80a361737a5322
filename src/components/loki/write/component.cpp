#include "src/components/loki/write/component.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "src/base/quote.h"
#include "src/io/disk_segment.h"
#include "src/io/file.h"
#include "src/text/url.h"

namespace invar::loki_write {
namespace {

using enum Presence;

constexpr std::array kQueueRows{
    attr<&QueueArguments::capacity>("capacity", kOptional, "Bytes that may wait in memory; what does not fit goes to disk."),
    attr<&QueueArguments::min_shards>("min_shards", kOptional, "Requests under way at once, at least."),
    attr<&QueueArguments::drain_timeout>("drain_timeout", kOptional, "Longest wait at shutdown for what can still be sent; the rest waits on disk for the next start."),
    attr<&QueueArguments::block_on_overflow>("block_on_overflow", kOptional, "Pauses sources when neither memory nor disk has room, instead of dropping."),
};
constexpr Schema kQueueSchema = schema<QueueArguments>("queue_config", "In-memory queue of an endpoint.", kQueueRows);

constexpr std::array kEndpointRows{
    attr<&EndpointArguments::name>("name", kOptional, "Name of the endpoint."),
    attr<&EndpointArguments::url>("url", kRequired, "Push URL of Loki."),
    attr<&EndpointArguments::batch_wait>("batch_wait", kOptional, "Longest wait before a batch that is not full is sent."),
    attr<&EndpointArguments::batch_size>("batch_size", kOptional, "Bytes of lines and metadata to collect before a batch is sent."),
    attr<&EndpointArguments::remote_timeout>("remote_timeout", kOptional, "Timeout of a push."),
    attr<&EndpointArguments::headers>("headers", kOptional, "Further request headers."),
    attr<&EndpointArguments::min_backoff_period>("min_backoff_period", kOptional, "First wait between attempts."),
    attr<&EndpointArguments::max_backoff_period>("max_backoff_period", kOptional, "Longest wait between attempts."),
    attr<&EndpointArguments::max_backoff_retries>("max_backoff_retries", kOptional,
                                                  "Attempts after which a batch waits on disk, and the endpoint counts as unhealthy; 0 is never."),
    attr<&EndpointArguments::tenant_id>("tenant_id", kOptional, "Tenant sent as X-Scope-OrgID."),
    attr<&EndpointArguments::retry_on_http_429>("retry_on_http_429", kOptional, "Tries again when Loki answers 429."),
    squash<&EndpointArguments::client>(kHttpClientSchema),
    block<&EndpointArguments::queue_config>("queue_config", kOptional, "In-memory queue.", kQueueSchema),
};
constexpr Schema kEndpointSchema = schema<EndpointArguments>("endpoint", "One destination.", kEndpointRows);

constexpr std::array kWalRows{
    attr<&WalArguments::enabled>("enabled", kOptional, "Writes everything to disk before it counts as taken."),
    attr<&WalArguments::max_segment_age>("max_segment_age", kOptional, "Without effect: nothing is removed before it has been sent."),
    attr<&WalArguments::min_read_frequency>("min_read_frequency", kOptional, "Without effect: what is on disk is read as soon as it can be sent."),
    attr<&WalArguments::max_read_frequency>("max_read_frequency", kOptional, "Without effect, as min_read_frequency."),
    attr<&WalArguments::drain_timeout>("drain_timeout", kOptional, "Longest wait at shutdown for requests under way."),
};
constexpr Schema kWalSchema = schema<WalArguments>("wal", "Write-ahead log.", kWalRows);

constexpr std::array kRows{
    block<&Write::Args::endpoints>("endpoint", kOptional, "One destination.", kEndpointSchema),
    attr<&Write::Args::external_labels>("external_labels", kOptional, "Labels added to every entry that does not have them."),
    attr<&Write::Args::max_streams>("max_streams", kOptional, "Streams in one batch at most; 0 is unlimited."),
    block<&Write::Args::wal>("wal", kOptional, "Write-ahead log.", kWalSchema),
};
constexpr Schema kSchema = schema<Write::Args>("loki.write", "Sends log entries to Loki.", kRows);

struct Exports {
  LogsReceiverPtr receiver;
};
constexpr Row kExportRows[] = {attr<&Exports::receiver>("receiver", kRequired, "Takes the entries to send.")};
constexpr Schema kExports = schema<Exports>("loki.write", "", kExportRows);

/// Alloy refuses endpoints without a name whose settings print alike; secrets print as a mark.
EndpointArguments printed(const EndpointArguments& args) {
  EndpointArguments copy = args;
  copy.client = args.client.masked();
  return copy;
}

std::string duplicate_of(const std::vector<EndpointArguments>& endpoints) {
  for (size_t i = 0; i < endpoints.size(); ++i)
    for (size_t j = 0; j < i; ++j) {
      const bool same = endpoints[i].name.empty() && endpoints[j].name.empty() ? printed(endpoints[i]) == printed(endpoints[j])
                                                                               : endpoints[i].name == endpoints[j].name;
      if (same) return "duplicate endpoint configs are not allowed, found duplicate for name: " + endpoints[i].name;
    }
  return "";
}

/// Bytes with which an endpoint never waits for its sources: per shard and lane four full batches, one on its way, one that is compressed, and what arrives meanwhile.
/// Lanes fill the queue in bursts of their own; two would stop and start all the time where there is room for one.
int64_t ample(const EndpointConfig& config, size_t lanes) {
  constexpr int64_t kBatches = 4, kLeast = 4 << 20;
  const auto batch = static_cast<int64_t>(config.batch_size), parts = static_cast<int64_t>(config.shards * lanes);
  if (batch > config.capacity / (kBatches * parts)) return config.capacity;
  return std::min(config.capacity, std::max(kLeast * static_cast<int64_t>(lanes), kBatches * parts * batch));
}

EndpointConfig configure(const EndpointArguments& args, int64_t max_streams) {
  const auto url = parse_url(args.url);
  EndpointConfig config;
  config.name = args.name;
  config.url = url ? url->text() : args.url;
  config.host = url ? url->host : "";
  config.batch_wait_ns = args.batch_wait.ns;
  config.batch_size = static_cast<uint64_t>(std::max<int64_t>(args.batch_size.bytes, 0));
  config.timeout_ns = args.remote_timeout.ns;
  config.min_backoff_ns = args.min_backoff_period.ns;
  config.max_backoff_ns = args.max_backoff_period.ns;
  config.max_retries = args.max_backoff_retries;
  config.tenant = args.tenant_id;
  config.retry_on_429 = args.retry_on_http_429;
  config.max_streams = static_cast<uint64_t>(std::max<int64_t>(max_streams, 0));
  config.capacity = std::max(args.queue_config.capacity.bytes, args.batch_size.bytes);
  config.queued_batches = static_cast<size_t>(std::max<int64_t>(args.queue_config.capacity.bytes / std::max<int64_t>(args.batch_size.bytes, 1), 1));
  config.shards = static_cast<uint32_t>(std::clamp<int64_t>(args.queue_config.min_shards, 1, 1024));
  config.drain_timeout_ns = args.queue_config.drain_timeout.ns;
  config.block_on_overflow = args.queue_config.block_on_overflow;
  for (const auto& [name, value] : args.headers) config.headers.emplace_back(name, value);
  config.http = args.client.config("");
  return config;
}

/// A directory's name: the identity of the endpoint, hashed.
std::string spill_name(const std::string& identity) {
  char name[17];
  std::snprintf(name, sizeof name, "%016llx", static_cast<unsigned long long>(disk_segment::hash(identity)));
  return name;
}

}  // namespace

void EndpointArguments::validate(EndpointArguments& args, ValidateContext& context) {
  const auto url = parse_url(args.url);
  if (!url) return context.refuse("failed to parse remote url " + invar::quoted(args.url) + ": " + url.error().what);
  args.client.check(context);
}

void WalArguments::validate(WalArguments& args, ValidateContext& context) {
  if (args.min_read_frequency >= args.max_read_frequency)
    context.refuse("WAL min read frequency should be lower than max read frequency");
}

const Schema& Write::arguments() { return kSchema; }

std::shared_ptr<const Write::Plan> Write::make_plan(Args args, Span at, Diagnostics& diagnostics) {
  std::string why = args.endpoints.empty() ? "at least one endpoint config must be provided" : duplicate_of(args.endpoints);
  if (!why.empty()) return diagnostics.refuse(at, "failed to create cliens: " + why);
  auto plan = std::make_shared<Plan>();
  for (const auto& endpoint : args.endpoints) plan->endpoints.push_back(configure(endpoint, args.max_streams));
  plan->external_labels.assign(args.external_labels.begin(), args.external_labels.end());
  for (EndpointConfig& endpoint : plan->endpoints) {
    endpoint.write_ahead = args.wal.enabled;
    if (args.wal.enabled) endpoint.drain_timeout_ns = std::max(endpoint.drain_timeout_ns, args.wal.drain_timeout.ns);
  }
  return plan;
}

Value Write::exports(const Args&, const Plan&, const ExportContext& context) {
  return Value::object({{"receiver", receiver_value(context.receiver)}});
}

std::optional<std::string> Write::refused_at(const Args& args, Stability minimum) {
  if (minimum == Stability::kExperimental) return std::nullopt;
  for (const auto& endpoint : args.endpoints)
    if (endpoint.queue_config != QueueArguments{}) return "changing queue_config requires stability.level flag to be experimental";
  return std::nullopt;
}

Result<NodePtr> Write::start(std::shared_ptr<const Plan> plan, NodeContext& context) {
  return NodePtr(std::make_unique<Write>(std::move(plan), context));
}

Write::Write(std::shared_ptr<const Plan> plan, NodeContext& context) : plan_(std::move(plan)), context_(context) {}

void Write::run() {
  running_ = true;
  Loop& delivery = context_.delivery_loop();
  const auto endpoints = match_endpoints(*plan_);
  adopt_spills();
  encoders_ = LaneHalves<Encoder>(context_.lanes(), [plan = lane_plan(*plan_), receiver = context_.receiver(), &delivery,
                                                     slot = dispatcher_](Lane& lane) {
    return std::make_unique<Encoder>(lane, receiver, plan, [&delivery, slot](FragmentPtr fragment, std::shared_ptr<const Encoder::Plan> plan) {
      delivery.post([slot, fragment = std::move(fragment), plan = std::move(plan)] {
        if (*slot) (*slot)->take(fragment, *plan);
      });
    });
  });
  std::vector<std::function<void(std::function<void(Encoder&)>)>> ways;
  for (size_t lane = 0; lane < context_.lanes().count(); ++lane) ways.push_back(encoders_.remote(lane));
  delivery.post([slot = dispatcher_, &delivery, &context = context_, endpoints, ways] {
    *slot = std::make_unique<Dispatcher>(
        Dispatcher::Surroundings{delivery, context.disk_loop(), context.clock(), context.metrics(), context.log(), context.delivery(), context.global_id()},
        Dispatcher::Ways{
            [ways](Settlement settlement, size_t lane) {
              // std::function wants copies; the settlement is shared instead.
              auto kept = std::make_shared<Settlement>(std::move(settlement));
              ways[lane]([kept](Encoder& encoder) { encoder.settled(std::move(*kept)); });
            },
            [ways](std::vector<SpillExit> exits, size_t lane) { ways[lane]([exits = std::move(exits)](Encoder& encoder) { encoder.left_spill(exits); }); },
            [ways] {
              for (const auto& way : ways) way([](Encoder& encoder) { encoder.room(); });
            },
            [ways] {
              for (const auto& way : ways) way([](Encoder& encoder) { encoder.rest(); });
            },
            [&context](std::string trouble) {
              if (trouble.empty())
                context.set_health(HealthState::kHealthy, "started component");
              else
                context.set_health(HealthState::kUnhealthy, std::move(trouble));
            },
        });
    (*slot)->set_endpoints(endpoints);
  });
}

Write::~Write() {
  if (!running_) return;
  // Lanes let go first, then the delivery loop returns what it holds, then the encoders pass that on to the sources and end.
  encoders_.each([](Encoder& encoder) {
    encoder.unbind();
    encoder.seal();
  });
  context_.lanes().barrier();
  call_on(context_.delivery_loop(), [slot = dispatcher_] { slot->reset(); });
}

std::vector<Dispatcher::Setting> Write::match_endpoints(const Plan& plan) {
  std::vector<Known> next;
  for (const EndpointConfig& endpoint : plan.endpoints) {
    const std::string identity = endpoint.name.empty() ? endpoint.url : endpoint.name;
    const auto same = std::find_if(known_.begin(), known_.end(), [&](const Known& k) { return k.gate && k.identity == identity; });
    next.push_back({identity, same == known_.end() ? nullptr : std::exchange(same->gate, nullptr)});
  }
  // An endpoint with another name or URL in the place of one that is gone is the same destination, moved: it gets what the old one could not deliver.
  for (Known& moved : next) {
    if (moved.gate) continue;
    const auto gone = std::find_if(known_.begin(), known_.end(), [](const Known& k) { return k.gate != nullptr; });
    moved.gate = gone == known_.end() ? std::make_shared<Gate>() : std::exchange(gone->gate, nullptr);
  }
  std::vector<Dispatcher::Setting> result;
  for (size_t i = 0; i < plan.endpoints.size(); ++i) {
    const EndpointConfig& endpoint = plan.endpoints[i];
    const GatePtr& gate = next[i].gate;
    gate->capacity = endpoint.capacity;
    gate->blocks = endpoint.block_on_overflow;
    if (!gate->book) gate->book = context_.delivery().ledger.destination(context_.global_id(), next[i].identity);
    EndpointConfig config = endpoint;
    config.ample = ample(endpoint, context_.lanes().count());
    gate->limit = config.ample;
    // Alloy's own two headers go with every request, whatever the user sets under their names.
    std::erase_if(config.headers, [](const auto& h) { return h.first == "X-Agent-Id" || h.first == "X-Alloy-Id"; });
    config.headers.emplace_back("X-Agent-Id", context_.seed_uid());
    config.headers.emplace_back("X-Alloy-Id", context_.seed_uid());
    config.http.user_agent = context_.user_agent();
    config.spill_retry_ms = context_.pace_ms(config.spill_retry_ms);
    config.wal_id = endpoint.name.empty() ? spill_name(next[i].identity).substr(0, 6) : endpoint.name;
    result.push_back({gate, std::move(config), spill_directory(next[i].identity)});
  }
  known_ = std::move(next);
  return result;
}

std::filesystem::path Write::spill_place() const {
  const std::string& base = context_.delivery().settings.spill_path;
  return (base.empty() ? context_.data_path() : std::filesystem::path(base) / context_.global_id()) / "spill";
}

/// Empty: nothing is spilled. No path is built from what a config says.
std::string Write::spill_directory(const std::string& identity) const {
  if (context_.delivery().settings.spill_bytes == 0) return {};
  return spill_place() / spill_name(identity);
}

/// What an earlier run left for endpoints that have another name or URL now belongs to those in their place, as at a reload; the rest stays for the day it is
/// configured again.
void Write::adopt_spills() const {
  const auto entries = list_directory(spill_place());
  if (!entries) return;
  std::vector<std::string> orphans, without;
  const auto exists = [&](const std::string& name) { return std::any_of(entries->begin(), entries->end(), [&](const DirectoryEntry& e) { return e.name == name; }); };
  for (const Known& known : known_)
    if (const std::string name = spill_name(known.identity); !exists(name)) without.push_back(name);
  for (const DirectoryEntry& entry : *entries) {
    const bool known = std::any_of(known_.begin(), known_.end(), [&](const Known& k) { return spill_name(k.identity) == entry.name; });
    if (!known && entry.is_directory) orphans.push_back(entry.name);
  }
  for (const std::string& orphan : orphans) {
    const auto inside = list_directory(spill_place() / orphan);
    if (inside && inside->empty()) {
      std::error_code ignored;
      std::filesystem::remove(spill_place() / orphan, ignored);
      continue;
    }
    std::error_code error;
    if (!without.empty()) std::filesystem::rename(spill_place() / orphan, spill_place() / without.front(), error);
    if (!without.empty() && !error) without.erase(without.begin());
    else context_.log().warn("an earlier run left lines on disk for a destination that is not configured", {{"directory", (spill_place() / orphan).string()}});
  }
}

std::shared_ptr<const Encoder::Plan> Write::lane_plan(const Plan& plan) const {
  auto lanes = std::make_shared<Encoder::Plan>();
  lanes->external_labels = plan.external_labels;
  for (const Known& known : known_) lanes->gates.push_back(known.gate);
  return lanes;
}

void Write::replan(std::shared_ptr<const Plan> plan) {
  plan_ = std::move(plan);
  const auto endpoints = match_endpoints(*plan_);
  // The delivery loop learns of new endpoints before any lane sends to them.
  context_.delivery_loop().post([slot = dispatcher_, endpoints] { (*slot)->set_endpoints(endpoints); });
  encoders_.each([next = lane_plan(*plan_)](Encoder& encoder) { encoder.set_plan(next); });
}

void Write::drain(std::function<void()> done) {
  if (!running_) return done();
  encoders_.each([](Encoder& encoder) { encoder.seal(); });
  context_.lanes().barrier();
  context_.delivery_loop().post([slot = dispatcher_, &main = context_.main_loop(), done = std::move(done)] {
    (*slot)->drain([&main, done] { main.post(done); });
  });
}

extern const ComponentSpec kComponent;
constinit const ComponentSpec kComponent =
    component<Write>("loki.write", Stability::kGenerallyAvailable, kSchema, &kExports, "Sends log entries to Loki.");

}  // namespace invar::loki_write
