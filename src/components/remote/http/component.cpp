#include <algorithm>
#include <optional>
#include <utility>

#include "src/runtime/component.h"
#include "src/runtime/http_poll.h"

namespace invar::remote_http {
namespace {

using enum Presence;

struct RemoteArgs {
  std::string url;
  Duration poll_frequency = Duration::seconds(60);
  Duration poll_timeout = Duration::seconds(10);
  bool is_secret = false;
  std::string method = "GET";
  std::map<std::string, std::string> headers;
  std::string body;
  HttpClientArguments client;
  static void validate(RemoteArgs& args, ValidateContext& context) {
    args.client.check(context);  // Alloy's block checks itself, first
    if (args.poll_frequency.ns <= 0) return context.refuse("poll_frequency must be greater than 0");
    if (args.poll_timeout.ns <= 0) return context.refuse("poll_timeout must be greater than 0");
    if (args.poll_timeout.ns >= args.poll_frequency.ns) return context.refuse("poll_timeout must be less than poll_frequency");
    if (const auto why = HttpPoll::refused(args.method, args.url)) context.refuse(*why);
  }
  friend bool operator==(const RemoteArgs&, const RemoteArgs&) = default;
};

constexpr Row kRows[] = {
    attr<&RemoteArgs::url>("url", kRequired, "Where the text is"),
    attr<&RemoteArgs::poll_frequency>("poll_frequency", kOptional, "Time between two requests"),
    attr<&RemoteArgs::poll_timeout>("poll_timeout", kOptional, "Longest time for an answer"),
    attr<&RemoteArgs::is_secret>("is_secret", kOptional, "The text is a secret"),
    attr<&RemoteArgs::method>("method", kOptional, "Method of the request"),
    attr<&RemoteArgs::headers>("headers", kOptional, "Headers of the request"),
    attr<&RemoteArgs::body>("body", kOptional, "Body of the request"),
    block<&RemoteArgs::client>("client", kOptional, "HTTP client settings", kHttpClientSchema),
};
constexpr Schema kSchema = schema<RemoteArgs>("remote.http", "Exports what a web server answers.", kRows);

struct Exports {
  OptionalSecret content;
};
constexpr Row kExportRows[] = {attr<&Exports::content>("content", kRequired, "What the server answered")};
constexpr Schema kExports = schema<Exports>("remote.http", "", kExportRows);

Value exports_of(bool is_secret, const std::string& content) {
  return Value::object({{"content", optional_secret_value({is_secret, content})}});
}

/// remote.http. On main; a load waits for the first answer, as what depends on the text is evaluated with it.
class RemoteHttp final : public NodeOf<RemoteHttp> {
 public:
  using Args = RemoteArgs;
  struct Plan {
    RemoteArgs args;
  };

  static const Schema& arguments() { return kSchema; }
  static std::shared_ptr<const Plan> make_plan(Args args, Span, Diagnostics&) { return std::make_shared<const Plan>(Plan{std::move(args)}); }
  static Value exports(const Args& args, const Plan&, const ExportContext& context) {
    return context.current ? *context.current : exports_of(args.is_secret, {});
  }
  static Result<NodePtr> start(std::shared_ptr<const Plan> plan, NodeContext& context) {
    auto node = std::make_unique<RemoteHttp>(plan, context);
    if (auto asked = node->prepare_replan(*plan); !asked) return asked.error();
    node->take_prepared();
    return NodePtr(std::move(node));
  }

  RemoteHttp(std::shared_ptr<const Plan> plan, NodeContext& context)
      : plan_(std::move(plan)), context_(context), poll_(poll_of(*plan_)), timer_(context.main_loop(), [this] { ask(); }) {}

  Result<void> prepare_replan(const Plan& plan) {
    auto text = poll_of(plan)->ask_now();
    if (!text) return text.error();
    prepared_ = std::move(*text);
    return {};
  }
  void replan(std::shared_ptr<const Plan> plan) {
    plan_ = std::move(plan);
    poll_ = poll_of(*plan_);
    take_prepared();
    run();
  }
  void run() override {
    const auto every = static_cast<uint64_t>(plan_->args.poll_frequency.ns / 1'000'000);
    timer_.start(std::max<uint64_t>(every, 1), std::max<uint64_t>(every, 1));
  }

 private:
  std::unique_ptr<HttpPoll> poll_of(const Plan& plan) const {
    const RemoteArgs& args = plan.args;
    HttpPoll::Settings settings{args.url, args.method, args.headers, args.body, args.poll_timeout, args.client};
    return std::make_unique<HttpPoll>(std::move(settings), context_.user_agent(), context_.log());
  }

  void ask() {
    poll_->ask(context_.main_loop(), [this](Result<std::string> text) {
      if (text) take(std::move(*text));
      else context_.set_health(HealthState::kUnhealthy, "polling failed: " + text.error().what);  // the last text stays exported
    });
  }

  void take(const std::string& text) {
    context_.publish(exports_of(plan_->args.is_secret, text));
    context_.set_health(HealthState::kHealthy, "polled endpoint");
  }
  void take_prepared() {
    if (auto text = std::exchange(prepared_, std::nullopt)) take(*text);
  }

  std::shared_ptr<const Plan> plan_;
  NodeContext& context_;
  std::unique_ptr<HttpPoll> poll_;
  Timer timer_;
  std::optional<std::string> prepared_;  // what the next plan's server answered
};

}  // namespace

extern const ComponentSpec kComponent;
constinit const ComponentSpec kComponent =
    component<RemoteHttp>("remote.http", Stability::kGenerallyAvailable, kSchema, &kExports, "Exports what a web server answers.");

}  // namespace invar::remote_http
