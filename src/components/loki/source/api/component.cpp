#include <array>
#include <cmath>

#include "src/components/loki/source/api/api_lane.h"
#include "src/components/shared/server_arguments.h"
#include "src/components/shared/server_metrics.h"
#include "src/io/ingest_server.h"
#include "src/language/spoken.h"
#include "src/runtime/component.h"

namespace invar::loki_source_api {
namespace {

struct ApiArgs {
  ServerArguments server;
  std::vector<LogsReceiverPtr> forward_to;
  std::map<std::string, std::string> labels;
  relabel::RulesPtr relabel_rules = std::make_shared<const relabel::RulesCapsule>(std::vector<relabel::RuleArgs>());
  bool use_incoming_timestamp = false;
  ByteSize max_send_message_size{100 << 20};
  bool operator==(const ApiArgs& other) const {
    const auto same_rules = [](const relabel::RulesPtr& a, const relabel::RulesPtr& b) { return a == b || (a && b && a->equals(*b)); };
    return server == other.server && forward_to == other.forward_to && labels == other.labels && same_rules(relabel_rules, other.relabel_rules) &&
           use_incoming_timestamp == other.use_incoming_timestamp && max_send_message_size == other.max_send_message_size;
  }
};

using enum Presence;
constexpr std::array kRows{
    squash<&ApiArgs::server>(kServerSchema),
    attr<&ApiArgs::forward_to>("forward_to", kRequired, "Receivers of the entries."),
    attr<&ApiArgs::labels>("labels", kOptional, "Labels set on every entry; they replace a sender's."),
    attr<&ApiArgs::relabel_rules>("relabel_rules", kOptional, "Rules applied to the labels of pushed streams, `__` labels included."),
    attr<&ApiArgs::use_incoming_timestamp>("use_incoming_timestamp", kOptional, "Keeps the senders' timestamps."),
    attr<&ApiArgs::max_send_message_size>("max_send_message_size", kOptional, "Largest request taken, as sent and uncompressed."),
};
constexpr Schema kArgumentsSchema = schema<ApiArgs>("loki.source.api", "Takes logs that others push, as Loki would.", kRows);

constexpr size_t kDefaultMessageBytes = 100u << 20;
constexpr std::string_view kTenantHeader = "X-Scope-OrgID";

struct ApiPlan {
  LogsPlanPtr logs;
  ServerArguments server;
  size_t message_bytes;
  /// A stream may get labels here that it came without.
  bool adds_labels() const {
    return !logs->rules.empty() || std::any_of(logs->labels.begin(), logs->labels.end(), [](const auto& label) { return !label.second.empty(); });
  }
};
using ApiPlanPtr = std::shared_ptr<const ApiPlan>;

/// One tenant of a request, as Loki's tenant rules have it; empty when there is none, several, or an unsafe one.
std::string tenant_of(std::string_view header) {
  std::string first;
  for (size_t at = 0, index = 0;; ++index) {
    const size_t bar = header.find('|', at);
    std::string_view tenant = header.substr(at, bar == std::string_view::npos ? bar : bar - at);
    tenant = tenant.substr(0, tenant.find(':'));
    if (index == 0) first = tenant;
    else if (tenant != first) return {};
    if (bar == std::string_view::npos) break;
    at = bar + 1;
  }
  const auto allowed = [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || std::string_view("!-_.*'()").find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (first.size() > 150 || first == "." || first == ".." || !std::all_of(first.begin(), first.end(), allowed)) return {};
  return first;
}

enum class Route : uint8_t { kNone, kPush, kRaw, kReady };
struct KnownRoute {
  std::string_view path, name;
  Route route;
};
constexpr std::array kRoutes{KnownRoute{"/loki/api/v1/push", "loki_api_v1_push", Route::kPush}, KnownRoute{"/api/v1/push", "api_v1_push", Route::kPush},
                             KnownRoute{"/loki/api/v1/raw", "loki_api_v1_raw", Route::kRaw}, KnownRoute{"/api/v1/raw", "api_v1_raw", Route::kRaw},
                             KnownRoute{"/ready", "ready", Route::kReady}};

/// What requests need, reached from the server's thread. Outlives every server.
struct Intake {
  const Clock& clock;
  Logger log;
  ServerMetrics metrics;
  std::vector<std::function<void(std::function<void(ApiLane&)>)>> lanes;
  std::mutex mutex;
  size_t message_bytes;  // under mutex
  bool adds_labels;      // likewise
  AnswerAfter answer_after;
};
using IntakePtr = std::shared_ptr<Intake>;

/// A request from its arrival to its answer.
struct Visit {
  IntakePtr intake;
  IngestServer::Respond respond;
  std::string method, path, route;
  size_t received;
  int64_t began_ns;

  void answer(IngestResponse response) {
    const int64_t took = intake->clock.steady_ns() - began_ns;
    {
      const std::lock_guard lock(intake->mutex);
      intake->metrics.request_ended(method, route, response.status, received, response.body.size(), static_cast<double>(took) / 1e9);
    }
    if (intake->log.enabled(LogLevel::kDebug))
      intake->log.debug(method + " " + path + " (" + std::to_string(response.status) + ") " + show_value(Duration{took}).as_string());
    respond(std::move(response));
  }
  void refuse(const Error& error) {
    intake->log.warn("failed to parse request", {{"err", error.what}});
    answer(IngestResponse::error(400, error.what));
  }
};
using VisitPtr = std::shared_ptr<Visit>;

/// Never 204 for entries that Loki would refuse, and Alloy throws away.
bool has_labels(const loki_push::PushRequest& request) {
  return std::all_of(request.streams.begin(), request.streams.end(), [](const auto& stream) {
    return stream.count == 0 || std::any_of(stream.labels.begin(), stream.labels.end(), [](const auto& label) { return !label.second.empty(); });
  });
}

void hand_over(const VisitPtr& visit, Push push, const std::string& remote_ip) {
  // All connections of one sender lead to one lane: what it sends keeps its order. There is one write-ahead, on the first.
  const bool ahead = visit->intake->answer_after == AnswerAfter::kWriteAhead;
  const size_t lane = ahead ? 0 : std::hash<std::string>()(remote_ip) % visit->intake->lanes.size();
  push.created_ns = visit->intake->clock.wall_ns();
  push.done = [visit](bool taken) {
    visit->answer(taken ? IngestResponse{.status = 204, .content_type = {}, .body = {}}
                        : IngestResponse::error(503, "the receivers are busy: send again later"));
  };
  auto shared = std::make_shared<Push>(std::move(push));
  visit->intake->lanes[lane]([shared](ApiLane& half) { half.take(std::move(*shared)); });
}

/// What is to be written ahead of it.
std::optional<OriginalPush> original_of(const VisitPtr& visit, const IngestRequest& request) {
  if (visit->intake->answer_after != AnswerAfter::kWriteAhead) return std::nullopt;
  return OriginalPush{std::string(request.header("Content-Type")), std::string(request.header("Content-Encoding")), request.body};
}

void visit_push(const VisitPtr& visit, IngestRequest request) {
  auto original = original_of(visit, request);
  size_t limit;
  bool adds_labels;
  {
    const std::lock_guard lock(visit->intake->mutex);
    limit = visit->intake->message_bytes;
    adds_labels = visit->intake->adds_labels;
  }
  auto decoded = loki_push::decode_push(std::move(request.body), request.header("Content-Type"), request.header("Content-Encoding"), limit);
  if (!decoded) return visit->refuse(decoded.error());
  if (!adds_labels && !has_labels(**decoded)) return visit->refuse({"error at least one label pair is required per stream", "labels"});
  if ((*decoded)->entries.empty()) return visit->answer({.status = 204, .content_type = {}, .body = {}});
  Push push{.request = std::move(*decoded), .tenant = tenant_of(request.header(kTenantHeader)), .original = std::move(original), .done = {}};
  hand_over(visit, std::move(push), request.remote_ip);
}

void visit_raw(const VisitPtr& visit, IngestRequest request) {
  auto original = original_of(visit, request);
  auto raw = raw_request(std::move(request.body));
  if (raw->entries.empty()) return visit->answer({.status = 204, .content_type = {}, .body = {}});
  hand_over(visit, Push{.request = std::move(raw), .tenant = {}, .raw = true, .original = std::move(original), .done = {}}, request.remote_ip);
}

void serve(const IntakePtr& intake, IngestRequest request, IngestServer::Respond respond) {
  const auto known = std::find_if(kRoutes.begin(), kRoutes.end(), [&](const KnownRoute& route) { return route.path == request.path; });
  const std::string_view method = known != kRoutes.end() && known->route == Route::kReady ? "GET" : "POST";
  const bool found = known != kRoutes.end() && method == request.method;
  auto visit = std::make_shared<Visit>(Visit{.intake = intake, .respond = std::move(respond), .method = request.method, .path = request.path,
                                             .route = found ? std::string(known->name) : "other", .received = request.body.size(),
                                             .began_ns = intake->clock.steady_ns()});
  {
    const std::lock_guard lock(intake->mutex);
    intake->metrics.request_began(visit->method, visit->route);
  }
  if (!found)
    return visit->answer(known == kRoutes.end() ? IngestResponse::error(404, "404 page not found") : IngestResponse{.status = 405, .content_type = {}, .body = {}});
  if (known->route == Route::kReady) return visit->answer({.status = 200, .content_type = "text/plain; charset=utf-8", .body = "ready"});
  if (known->route == Route::kPush) return visit_push(visit, std::move(request));
  visit_raw(visit, std::move(request));
}

class ApiSource final : public NodeOf<ApiSource> {
 public:
  using Args = ApiArgs;
  using Plan = ApiPlan;
  static const Schema& arguments() { return kArgumentsSchema; }

  static std::shared_ptr<const Plan> make_plan(Args args, Span, Diagnostics&) {
    auto logs = std::make_shared<LogsPlan>();
    logs->forward_to = std::move(args.forward_to);
    logs->labels.assign(args.labels.begin(), args.labels.end());
    if (args.relabel_rules) logs->rules = relabel::Rules(args.relabel_rules->rules());
    logs->use_incoming_timestamp = args.use_incoming_timestamp;
    const int64_t bytes = args.max_send_message_size.bytes;
    logs->message_bytes = bytes > 0 ? static_cast<size_t>(bytes) : kDefaultMessageBytes;
    return std::make_shared<Plan>(Plan{logs, std::move(args.server), logs->message_bytes});
  }
  static Value exports(const Args&, const Plan&, const ExportContext&) { return Value(); }
  static Result<NodePtr> start(ApiPlanPtr plan, NodeContext& context) {
    auto node = std::make_unique<ApiSource>(std::move(plan), context);
    if (auto bound = node->bind(*node->plan_, node->server_); !bound) return bound.error();
    return NodePtr(std::move(node));
  }

  ApiSource(ApiPlanPtr plan, NodeContext& context)
      : plan_(std::move(plan)),
        context_(context),
        written_(context.metrics().counter("loki_source_api_entries_written", "Total number of entries written.")),
        intake_(new Intake{.clock = context.clock(),
                           .log = context.log(),
                           .metrics = ServerMetrics(context.metrics(), "loki_source_api", plan_->server.http->conn_limit,
                                                    plan_->server.grpc->server_max_concurrent_streams),
                           .lanes = {},
                           .mutex = {},
                           .message_bytes = plan_->message_bytes,
                           .adds_labels = plan_->adds_labels(),
                           .answer_after = context.delivery().settings.answer_after}) {}
  ~ApiSource() override {
    server_.reset();
    replaced_.clear();
  }

  void run() override {
    static constexpr std::string_view kLost = "invar_source_lost_lines_total";
    Counter& lost = context_.metrics().counter(kLost, "Lines that were answered, and given back by a destination that stopped.");
    const AnswerAfter answer_after = intake_->answer_after;
    halves_ = LaneHalves<ApiLane>(context_.lanes(), [plan = plan_->logs, &written = written_, &lost, answer_after, &context = context_](Lane& lane) {
      auto account = context.delivery().ledger.open(context.global_id(), "", lane.index());
      auto half = std::make_unique<ApiLane>(lane, ApiLane::Figures{written, lost}, plan, answer_after, std::move(account));
      if (answer_after == AnswerAfter::kWriteAhead && lane.index() == 0) half->open_write_ahead(context, context.data_path() / "write-ahead");
      return half;
    });
    for (size_t i = 0; i < context_.lanes().count(); ++i) intake_->lanes.push_back(halves_.remote(i));
    start_server();
  }

  /// A server whose settings change is bound before the load is accepted.
  Result<void> prepare_replan(const Plan& plan) {
    prepared_.reset();
    if (plan.server == plan_->server && plan.message_bytes == plan_->message_bytes) return {};
    return bind(plan, prepared_);
  }

  void replan(ApiPlanPtr plan) {
    plan_ = std::move(plan);
    halves_.each([logs = plan_->logs](ApiLane& half) { half.adopt(logs); });
    {
      const std::lock_guard lock(intake_->mutex);
      intake_->message_bytes = plan_->message_bytes;
      intake_->adds_labels = plan_->adds_labels();
    }
    if (!prepared_) return;
    context_.log().info("stopping server");
    retire(std::exchange(server_, std::move(prepared_)));
    start_server();
  }

  void drain(std::function<void()> done) override {
    if (!running_) return done();
    context_.log().info("force shutdown of server");
    server_->close([this, done = std::move(done)] {
      context_.log().info("=== Handler.Stop()'d ===");
      auto left = std::make_shared<std::atomic<size_t>>(intake_->lanes.size());
      for (const auto& lane : intake_->lanes)
        lane([left, done, &main = context_.main_loop()](ApiLane& half) {
          half.drain([left, done, &main] {
            if (left->fetch_sub(1) == 1) main.post(done);
          });
        });
    });
  }

 private:
  using ServerPtr = std::shared_ptr<IngestServer>;

  Result<void> bind(const Plan& plan, ServerPtr& server) {
    const auto tls = plan.server.make_tls();
    if (!tls) return Error{"failed to run embedded server: " + tls.error().what, tls.error().reason};
    const auto& http = *plan.server.http;
    const auto milliseconds = [](Duration d) { return static_cast<uint64_t>(std::max<int64_t>(0, d.ns / 1'000'000)); };
    IngestServer::Options options;
    options.connections = http.conn_limit > 0 ? static_cast<size_t>(http.conn_limit) : 0;
    options.body_bytes = plan.message_bytes;
    if (const uint64_t read = milliseconds(http.server_read_timeout)) options.read_ms = read;
    if (const uint64_t idle = milliseconds(http.server_idle_timeout)) options.idle_ms = idle;
    options.too_large = [limit = plan.message_bytes](size_t declared) {
      return IngestResponse::error(400, "message size too large than max (" + std::to_string(declared) + " vs " + std::to_string(limit) + ")");
    };
    options.counted = [intake = intake_](size_t count) { intake->metrics.set_connections(count); };
    auto fresh = std::make_shared<IngestServer>(std::move(options), [intake = intake_](IngestRequest request, IngestServer::Respond respond) {
      serve(intake, std::move(request), std::move(respond));
    });
    const std::string address = plan.server.listen_address();
    const bool same_place = server_ && address == plan_->server.listen_address();
    if (auto bound = same_place ? fresh->share(*server_, *tls) : fresh->bind(address, *tls); !bound)
      return Error{"failed to run embedded server: " + bound.error().what, bound.error().reason};
    server = std::move(fresh);
    return {};
  }

  void start_server() {
    context_.log().info("starting server");
    server_->start();
    running_ = true;
    context_.log().info("server listening on addresses", {{"http", server_->address()}});
  }

  /// Lets go of a server once its requests are answered, or its time is over.
  void retire(ServerPtr server) {
    IngestServer* address = server.get();
    auto limit = std::make_unique<Timer>(context_.main_loop(), [this, address] { replaced_.erase(address); });
    limit->start(static_cast<uint64_t>(std::max<int64_t>(0, plan_->server.graceful_shutdown_timeout.ns / 1'000'000)));
    replaced_.emplace(address, Replaced{std::move(server), std::move(limit)});
    address->close([this, address, alive = std::weak_ptr(alive_), &main = context_.main_loop()] {
      main.post([this, address, alive] {
        if (!alive.expired()) replaced_.erase(address);
      });
    });
  }

  struct Replaced {
    ServerPtr server;
    std::unique_ptr<Timer> limit;
  };
  ApiPlanPtr plan_;
  NodeContext& context_;
  Counter& written_;
  IntakePtr intake_;
  LaneHalves<ApiLane> halves_;
  ServerPtr server_, prepared_;
  std::map<IngestServer*, Replaced> replaced_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
  bool running_ = false;
};

}  // namespace

extern const ComponentSpec kComponent;
constinit const ComponentSpec kComponent = component<ApiSource>("loki.source.api", Stability::kGenerallyAvailable, kArgumentsSchema, nullptr,
                                                                "Takes logs that others push, as Loki would.");

}  // namespace invar::loki_source_api
