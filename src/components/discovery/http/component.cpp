#include <array>
#include <memory>

#include "src/base/quote.h"
#include "src/components/discovery/shared/refresh_loop.h"
#include "src/components/discovery/shared/target_groups.h"
#include "src/components/discovery/shared/target_publisher.h"
#include "src/io/http_client.h"
#include "src/runtime/build_info.h"
#include "src/runtime/component.h"
#include "src/runtime/http_client_arguments.h"
#include "src/text/regex.h"
#include "src/text/url.h"

namespace invar::discovery_http {
namespace {

using enum Presence;

struct HttpArgs {
  HttpClientArguments client;
  Duration refresh_interval = Duration::seconds(60);
  UrlText url;
  bool operator==(const HttpArgs&) const = default;
  static void validate(HttpArgs& args, ValidateContext& context) { args.client.check(context); }
};
constexpr std::array kRows{
    squash<&HttpArgs::client>(kHttpClientSchema),
    attr<&HttpArgs::refresh_interval>("refresh_interval", kOptional, "Wait between requests, and the longest that one may take."),
    attr<&HttpArgs::url>("url", kRequired, "Where the target groups are."),
};
constexpr Schema kSchema = [] {
  Schema made = schema<HttpArgs>("discovery.http", "Asks an HTTP server for targets.", kRows);
  made.unmarshaler = true;
  return made;
}();

struct Exports {
  std::vector<Target> targets;
};
constexpr std::array kExportRows{
    attr<&Exports::targets>("targets", kOptional, "The targets of all groups, `__address__` and their group's labels."),
};
constexpr Schema kExports = schema<Exports>("discovery.http", "", kExportRows);

constexpr size_t kMostBytes = 64u << 20;

/// `application/json`, perhaps with the charset utf-8, in any case.
bool is_json(std::string_view content_type) {
  static const Regex kJson = *Regex::compile(R"(^(?i:application\/json(;\s*charset=("utf-8"|utf-8))?)$)");
  return kJson.matches(content_type);
}

/// discovery.http: asks a server for target groups. On main, which waits for nothing.
class HttpDiscovery final : public NodeOf<HttpDiscovery> {
 public:
  using Args = HttpArgs;
  struct Plan {
    HttpArgs args;
    std::string url;  // as Go writes it
  };

  static const Schema& arguments() { return kSchema; }
  static std::shared_ptr<const Plan> make_plan(Args args, Span, Diagnostics&) {
    const auto url = parse_url(args.url.written);
    std::string text = url ? url->text() : args.url.written;
    return std::make_shared<Plan>(Plan{std::move(args), std::move(text)});
  }
  static Value exports(const Args&, const Plan&, const ExportContext& context) { return discovery::TargetPublisher::exports(context); }
  static Result<NodePtr> start(std::shared_ptr<const Plan> plan, NodeContext& context) {
    return NodePtr(std::make_unique<HttpDiscovery>(std::move(plan), context));
  }

  HttpDiscovery(std::shared_ptr<const Plan> plan, NodeContext& context)
      : plan_(std::move(plan)),
        context_(context),
        publisher_(context),
        refreshes_(context, "http", [this] { ask(); }),
        failures_(context.metrics().counter("prometheus_sd_http_failures_total", "Number of HTTP service discovery refresh failures.")) {}

  void run() override { begin(); }
  void replan(std::shared_ptr<const Plan> plan) {
    plan_ = std::move(plan);
    if (client_) begin();
  }

 private:
  void begin() {
    call_.cancel();
    client_ = std::make_unique<HttpClient>(context_.main_loop(), plan_->args.client.config("Prometheus/" + std::string(kAlloyVersion)));
    refreshes_.begin(plan_->args.refresh_interval.ns);
  }

  void ask() {
    HttpRequest request;
    request.url = plan_->url;
    request.headers = {{"Accept", "application/json"},
                       {"X-Prometheus-Refresh-Interval-Seconds", format_float(static_cast<double>(plan_->args.refresh_interval.ns) / 1e9)}};
    request.timeout_ms = refreshes_.timeout_ms();
    request.body_limit = kMostBytes;
    call_ = client_->send(std::move(request), [this](Result<HttpResponse> response) { take(groups_of(response)); });
  }

  void take(Result<std::vector<discovery::TargetGroup>> groups) {
    if (!groups) {
      failures_.add();
      return refreshes_.failed(groups.error().what);
    }
    refreshes_.succeeded();
    std::vector<Target> targets;
    for (discovery::TargetGroup& group : *groups) {
      group.set("__meta_url", plan_->url);
      append_targets(group, targets);
    }
    publisher_.set(std::move(targets));
  }

  static Result<std::vector<discovery::TargetGroup>> groups_of(const Result<HttpResponse>& response) {
    if (!response) return response.error();
    if (response->status != 200) {
      std::string status = std::to_string(response->status);
      if (!response->status_text.empty()) status += " " + response->status_text;
      return Error{"server returned HTTP status " + status, "status"};
    }
    const std::string_view type = trim_space(response->header("Content-Type"));
    if (!is_json(type)) return Error{"unsupported content type " + quoted(response->header("Content-Type")), "content_type"};
    if (response->truncated) return Error{"the answer is larger than 64 MiB", "too_large"};
    return discovery::read_json_groups(response->body);
  }

  std::shared_ptr<const Plan> plan_;
  NodeContext& context_;
  discovery::TargetPublisher publisher_;
  discovery::RefreshLoop refreshes_;
  Counter& failures_;
  std::unique_ptr<HttpClient> client_;
  HttpCall call_;
};

}  // namespace

extern const ComponentSpec kComponent;
constinit const ComponentSpec kComponent =
    component<HttpDiscovery>("discovery.http", Stability::kGenerallyAvailable, kSchema, &kExports, "Asks an HTTP server for targets.");

}  // namespace invar::discovery_http
