#include "src/runtime/component.h"

#include <algorithm>

#include "src/base/quote.h"
#include "src/text/json.h"
#include "src/text/time_layout.h"

namespace invar::loki_echo {
namespace {

struct EchoArgs {
  bool operator==(const EchoArgs&) const = default;
};
constexpr Schema kArgumentsSchema = schema<EchoArgs>("loki.echo", "Prints log entries to the agent's own log.", {});

struct Exports {
  LogsReceiverPtr receiver;
};
constexpr std::array kExports{attr<&Exports::receiver>("receiver", Presence::kRequired, "Takes entries.")};
constexpr Schema kExportsSchema = schema<Exports>("loki.echo", "", kExports);

/// `{a="1", b="2"}`, with all labels.
std::string label_text(const LabelSet& set) {
  std::string out = "{";
  for (const Label& label : set.labels()) {
    if (out.size() > 1) out += ", ";
    out.append(label.name) += '=';
    append_quoted(out, label.value);
  }
  return out += '}';
}

std::string metadata_json(const Metadata* metadata) {
  std::vector<Label> pairs;
  if (metadata) pairs.assign(metadata->pairs.begin(), metadata->pairs.end());
  std::sort(pairs.begin(), pairs.end(), [](const Label& a, const Label& b) { return a.name < b.name; });
  std::string out = "{";
  for (const Label& pair : pairs) {
    if (out.size() > 1) out += ',';
    json::append_string(out, pair.name);
    out += ':';
    json::append_string(out, pair.value);
  }
  return out += '}';
}

/// As slog prints times in logfmt.
std::string time_text(int64_t ns) {
  static const TimeLayout kMilliseconds("2006-01-02T15:04:05.000Z07:00");
  std::string out;
  kMilliseconds.format(out, Instant::from_nanos(ns), TimeZone());
  return out;
}

class EchoLane final : public LogSink {
 public:
  explicit EchoLane(const Logger& log) : log_(log) {}
  Flow consume(LogBatch&& batch, Upstream&) override {
    for (const LogRow& row : batch.rows) {
      log_.info("received log entry", {{"entry", std::string(row.line)},
                                       {"entry_timestamp", time_text(row.time_ns)},
                                       {"labels", label_text(*row.labels)},
                                       {"structured_metadata", metadata_json(row.metadata)}});
      settle(*row.ack, Settled::kDelivered, 1, row.source_lines);
    }
    return Flow::kKeepSending;
  }
  void forget(Upstream&) override {}

 private:
  const Logger& log_;
};

struct EchoPlan {};

class EchoNode final : public NodeOf<EchoNode> {
 public:
  using Args = EchoArgs;
  using Plan = EchoPlan;
  static const Schema& arguments() { return kArgumentsSchema; }

  static std::shared_ptr<const Plan> make_plan(Args, Span, Diagnostics&) { return std::make_shared<Plan>(); }
  static Value exports(const Args&, const Plan&, const ExportContext& context) {
    const Exports exported{context.receiver};
    return to_value(kExportsSchema, &exported);
  }
  static Result<NodePtr> start(std::shared_ptr<const Plan>, NodeContext& context) { return NodePtr(std::make_unique<EchoNode>(context)); }

  explicit EchoNode(NodeContext& context) : context_(context) {}
  ~EchoNode() override {
    for (size_t i = 0; i < context_.lanes().count(); ++i)
      context_.lanes()[i].post([receiver = context_.receiver(), i] { receiver->bind(i, nullptr); });
  }
  void run() override {
    halves_ = LaneHalves<EchoLane>(context_.lanes(), [context = &context_](Lane& lane) {
      auto half = std::make_unique<EchoLane>(context->log());
      context->receiver()->bind(lane.index(), half.get());
      return half;
    });
  }
  void replan(std::shared_ptr<const Plan>) {}

 private:
  NodeContext& context_;
  LaneHalves<EchoLane> halves_;
};

}  // namespace

extern const ComponentSpec kComponent;
constinit const ComponentSpec kComponent = component<EchoNode>("loki.echo", Stability::kGenerallyAvailable, kArgumentsSchema,
                                                               &kExportsSchema, "Prints log entries to the agent's own log.");

}  // namespace invar::loki_echo
