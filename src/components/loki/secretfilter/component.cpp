#include "src/runtime/component.h"

#include <cmath>
#include <cstdio>
#include <map>
#include <random>

#include "src/components/loki/secretfilter/detector.h"
#include "src/components/shared/duration_summary.h"
#include "src/io/digest.h"

namespace invar::loki_secretfilter {
namespace {

struct SecretFilterArgs {
  std::vector<LogsReceiverPtr> forward_to;
  std::string origin_label;
  std::string redact_with;
  uint64_t redact_percent = 80;
  std::string gitleaks_config;
  double rate = 1.0;
  Duration processing_timeout;
  bool drop_on_timeout = false;
  bool label_timed_out = false;
  bool operator==(const SecretFilterArgs&) const = default;
  static void validate(SecretFilterArgs& args, ValidateContext& context) {
    if (!(args.rate < 0.0 || args.rate > 1.0)) return;
    char text[64 + 310];
    std::snprintf(text, sizeof text, "secretfilter: rate must be between 0.0 and 1.0, received %f", args.rate);
    context.refuse(text);
  }
};

using enum Presence;
constexpr std::array kArguments{
    attr<&SecretFilterArgs::forward_to>("forward_to", kRequired, "Where the entries go."),
    attr<&SecretFilterArgs::origin_label>("origin_label", kOptional, "Label whose value is the `origin` of the metric of secrets by rule."),
    attr<&SecretFilterArgs::redact_with>("redact_with", kOptional, "What stands where a secret was; `$SECRET_NAME` and `$SECRET_HASH` are filled in."),
    attr<&SecretFilterArgs::redact_percent>("redact_percent", kOptional, "Percentage of a secret that is taken away when there is no `redact_with`."),
    attr<&SecretFilterArgs::gitleaks_config>("gitleaks_config", kOptional, "TOML file with rules of gitleaks; empty: its own."),
    attr<&SecretFilterArgs::rate>("rate", kOptional, "Share of the entries that are looked at; the others pass as they are."),
    attr<&SecretFilterArgs::processing_timeout>("processing_timeout", kOptional, "Longest time for one entry; 0 is any."),
    attr<&SecretFilterArgs::drop_on_timeout>("drop_on_timeout", kOptional, "Drops entries that took longer."),
    attr<&SecretFilterArgs::label_timed_out>("label_timed_out", kOptional, "Gives entries that took longer the label `secretfilter=\"timed-out\"`."),
};
constexpr Schema kArgumentsSchema = schema<SecretFilterArgs>("loki.secretfilter", "Takes secrets out of lines.", kArguments);

struct Exports {
  LogsReceiverPtr receiver;
};
constexpr std::array kExports{attr<&Exports::receiver>("receiver", kRequired, "Takes entries.")};
constexpr Schema kExportsSchema = schema<Exports>("loki.secretfilter", "", kExports);

struct SecretFilterPlan {
  SecretFilterArgs args;
  uint64_t percent;
};
using SecretFilterPlanPtr = std::shared_ptr<const SecretFilterPlan>;

struct Figures {
  Figures(MetricScope& scope, std::shared_ptr<DurationSummary> time)
      : metrics(scope),
        redacted(scope.counter("loki_secretfilter_secrets_redacted_total", "Total number of secrets that have been redacted.")),
        bypassed(scope.counter("loki_secretfilter_entries_bypassed_total", "Total number of entries forwarded without processing due to sampling.")),
        timed_out(scope.counter("loki_secretfilter_lines_timed_out_total",
                                "Total number of log lines that exceeded the processing timeout, regardless of whether they were dropped or forwarded unredacted.")),
        dropped(scope.counter("loki_secretfilter_lines_dropped_total", "Total number of log lines dropped due to processing timeout.")),
        spent(std::move(time)) {}
  Counter& by_category(const std::string& rule, std::string_view origin) const {
    return metrics.counter("loki_secretfilter_secrets_redacted_by_category_total", "Number of secrets redacted, partitioned by rule name and origin label value.",
                           {{"rule", rule}, {"origin", std::string(origin)}});
  }
  MetricScope& metrics;
  Counter& redacted;
  Counter& bypassed;
  Counter& timed_out;
  Counter& dropped;
  std::shared_ptr<DurationSummary> spent;
};

void replace_everywhere(std::string& text, std::string_view from, std::string_view to) {
  if (from.empty()) return;
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
}

/// What gitleaks leaves of a secret.
std::string masked(std::string_view secret, uint64_t percent) {
  if (percent >= 100) return "REDACTED";
  if (secret.empty()) return {};
  const double left = std::nearbyint(static_cast<double>(secret.size()) * static_cast<double>(100 - percent) / 100.0);
  return std::string(secret.substr(0, static_cast<size_t>(left))) + "...";
}

class SecretFilterLane final : public LogSink {
 public:
  SecretFilterLane(Lane& lane, NodeContext& context, Figures figures, SecretFilterPlanPtr plan, RuleSetPtr rules)
      : lane_(lane),
        log_(context.log()),
        figures_(std::move(figures)),
        plan_(std::move(plan)),
        detector_(std::move(rules)),
        fanout_(lane.index()),
        dropped_(drop_reason("processing_timeout")),
        state_(std::random_device()() | static_cast<uint64_t>(std::random_device()()) << 32) {
    fanout_.set_receivers(plan_->args.forward_to);
  }

  Flow consume(LogBatch&& batch, Upstream& upstream) override {
    const bool any_wanted = plan_->args.rate > 0;
    int64_t began = any_wanted ? lane_.clock().steady_ns() : 0;
    bool any_dropped = false;
    spent_.clear();
    for (LogRow& row : batch.rows) {
      if (!is_chosen()) {
        figures_.bypassed.add();
        continue;
      }
      look(batch, row);
      const int64_t ended = lane_.clock().steady_ns();
      spent_.push_back(ended - std::exchange(began, ended));
      any_dropped |= row.dropped != kNotDropped;
    }
    figures_.spent->add(spent_, began);
    if (any_dropped) take_out_dropped(batch, [this](DropReason, const LogRow&) { figures_.dropped.add(); });
    return fanout_.send(std::move(batch), upstream);
  }
  void forget(Upstream& upstream) override { fanout_.forget(upstream); }

  void adopt(SecretFilterPlanPtr plan, RuleSetPtr rules) {
    plan_ = std::move(plan);
    if (&detector_.rules() != rules.get()) {
      by_category_.clear();
      detector_ = Detector(std::move(rules));
    }
    fanout_.set_receivers(plan_->args.forward_to);
  }

 private:
  void look(LogBatch& batch, LogRow& row) {
    const int64_t timeout = plan_->args.processing_timeout.ns;
    const int64_t deadline = timeout > 0 ? lane_.clock().steady_ns() + timeout : 0;
    const std::vector<Finding>& findings = detector_.find(row.line, lane_.clock(), deadline);
    if (deadline != 0 && lane_.clock().steady_ns() >= deadline) {
      figures_.timed_out.add();
      if (plan_->args.drop_on_timeout) {
        row.dropped = dropped_;
        return;
      }
      if (plan_->args.label_timed_out) row.labels = lane_.labels().with(row.labels, "secretfilter", "timed-out");
    }
    if (findings.empty()) return;
    if (log_.enabled(LogLevel::kDebug)) log_.debug("secrets detected in line", {{"findings", uint64_t{findings.size()}}});
    redact(batch, row, findings);
  }

  void redact(LogBatch& batch, LogRow& row, const std::vector<Finding>& findings) {
    line_.assign(row.line);
    const SecretFilterArgs& args = plan_->args;
    const std::string_view origin = args.origin_label.empty() ? std::string_view() : row.labels->find(args.origin_label).value_or("");
    // A secret may hold another: the longest goes first, or its tail would be left.
    longest_first_.assign(findings.begin(), findings.end());
    std::stable_sort(longest_first_.begin(), longest_first_.end(), [](const Finding& a, const Finding& b) { return a.secret.size() > b.secret.size(); });
    for (const Finding& finding : longest_first_) {
      const std::string& rule = detector_.rules().rules()[finding.rule].id;
      std::string placeholder = args.redact_with;
      if (placeholder.empty()) {
        placeholder = masked(finding.secret, plan_->percent);
      } else {
        replace_everywhere(placeholder, "$SECRET_NAME", rule);
        if (placeholder.find("$SECRET_HASH") != std::string::npos) replace_everywhere(placeholder, "$SECRET_HASH", sha1_hex(finding.secret));
      }
      replace_everywhere(line_, finding.secret, placeholder);
      figures_.redacted.add();
      count(rule, origin);
    }
    row.line = batch.arena().copy(line_);
  }

  void count(const std::string& rule, std::string_view origin) {
    constexpr size_t kRemembered = 4096;
    if (by_category_.size() >= kRemembered) by_category_.clear();
    Counter*& known = by_category_[{rule, std::string(origin)}];
    if (!known) known = &figures_.by_category(rule, origin);
    known->add();
  }

  /// Jaeger's probabilistic sampler, as Alloy has it.
  bool is_chosen() {
    constexpr uint64_t kMost = INT64_MAX;
    const double rate = plan_->args.rate;
    if (rate >= 1) return true;
    if (rate <= 0) return false;
    return static_cast<uint64_t>(static_cast<double>(kMost) * rate) >= random() % kMost + 1;
  }
  uint64_t random() {  // splitmix64
    uint64_t z = state_ += 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }

  Lane& lane_;
  Logger log_;
  Figures figures_;
  SecretFilterPlanPtr plan_;
  Detector detector_;
  Fanout fanout_;
  DropReason dropped_;
  uint64_t state_;
  std::string line_;
  std::vector<Finding> longest_first_;
  std::vector<int64_t> spent_;
  std::map<std::pair<std::string, std::string>, Counter*> by_category_;
};

class SecretFilter final : public NodeOf<SecretFilter> {
 public:
  using Args = SecretFilterArgs;
  using Plan = SecretFilterPlan;
  static const Schema& arguments() { return kArgumentsSchema; }

  static std::shared_ptr<const Plan> make_plan(Args args, Span, Diagnostics&) {
    const uint64_t percent = args.redact_percent >= 1 && args.redact_percent <= 100 ? args.redact_percent : 80;
    return std::make_shared<Plan>(Plan{std::move(args), percent});
  }
  static Value exports(const Args&, const Plan&, const ExportContext& context) {
    const Exports exported{context.receiver};
    return to_value(kExportsSchema, &exported);
  }
  static Result<NodePtr> start(SecretFilterPlanPtr plan, NodeContext& context) {
    auto rules = rules_of(*plan);
    if (!rules) return rules.error();
    return NodePtr(std::make_unique<SecretFilter>(std::move(plan), context, std::move(*rules)));
  }

  SecretFilter(SecretFilterPlanPtr plan, NodeContext& context, RuleSetPtr rules) : plan_(std::move(plan)), context_(context), rules_(std::move(rules)) {}
  ~SecretFilter() override {
    for (size_t i = 0; i < context_.lanes().count(); ++i)
      context_.lanes()[i].post([receiver = context_.receiver(), i] { receiver->bind(i, nullptr); });
  }

  void run() override {
    log_arguments("loki.secretfilter config updated");
    log_arguments("loki.secretfilter initialized");
    const auto spent = DurationSummary::collect(context_.metrics(), context_.clock(), "loki_secretfilter_processing_duration_seconds",
                                                "Summary of the time taken to process and redact logs in seconds.");
    const Figures figures(context_.metrics(), spent);
    halves_ = LaneHalves<SecretFilterLane>(context_.lanes(), [figures, plan = plan_, rules = rules_, context = &context_](Lane& lane) {
      auto half = std::make_unique<SecretFilterLane>(lane, *context, figures, plan, rules);
      context->receiver()->bind(lane.index(), half.get());
      return half;
    });
  }

  /// The file is read before the load is accepted.
  Result<void> prepare_replan(const Plan& plan) {
    auto rules = rules_of(plan);
    if (!rules) return rules.error();
    prepared_ = std::move(*rules);
    return {};
  }
  void replan(SecretFilterPlanPtr plan) {
    plan_ = std::move(plan);
    if (prepared_) rules_ = std::move(prepared_);
    prepared_.reset();
    log_arguments("loki.secretfilter config updated");
    halves_.each([plan = plan_, rules = rules_](SecretFilterLane& half) { half.adopt(plan, rules); });
  }

 private:
  void log_arguments(std::string_view message) const {
    const Args& args = plan_->args;
    context_.log().debug(message, {{"origin_label", args.origin_label},
                                   {"redact_with", args.redact_with},
                                   {"redact_percent", plan_->percent},
                                   {"gitleaks_config", args.gitleaks_config},
                                   {"rate", args.rate},
                                   {"processing_timeout", LogDuration{args.processing_timeout.ns}},
                                   {"drop_on_timeout", args.drop_on_timeout},
                                   {"label_timed_out", args.label_timed_out}});
  }
  static Result<RuleSetPtr> rules_of(const Plan& plan) {
    if (plan.args.gitleaks_config.empty()) return RuleSet::defaults();
    auto read = RuleSet::read(plan.args.gitleaks_config);
    if (!read) return Error{"failed to create gitleaks detector: " + read.error().what, read.error().reason};
    return std::move(*read);
  }

  SecretFilterPlanPtr plan_;
  NodeContext& context_;
  RuleSetPtr rules_, prepared_;
  LaneHalves<SecretFilterLane> halves_;
};

}  // namespace

extern const ComponentSpec kComponent;
constinit const ComponentSpec kComponent =
    component<SecretFilter>("loki.secretfilter", Stability::kPublicPreview, kArgumentsSchema, &kExportsSchema, "Takes secrets out of lines.");

}  // namespace invar::loki_secretfilter
