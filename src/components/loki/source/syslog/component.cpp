#include <fcntl.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "src/base/quote.h"
#include "src/components/loki/source/syslog/syslog_lane.h"
#include "src/io/listener.h"
#include "src/runtime/component.h"
#include "src/runtime/tls_schema.h"

namespace invar::loki_source_syslog {
namespace {

struct FormatText {
  static constexpr std::string_view kGoType = "config.SyslogFormat";
  Format format = Format::kRfc5424;
  static bool parse(std::string_view text, FormatText& into, std::string& why) {
    if (text == "rfc5424") return into.format = Format::kRfc5424, true;
    if (text == "rfc3164") return into.format = Format::kRfc3164, true;
    if (text == "raw") return into.format = Format::kRaw, true;
    why = "unknown syslog format: " + std::string(text);
    return false;
  }
  std::string text() const { return format == Format::kRaw ? "raw" : format == Format::kRfc3164 ? "rfc3164" : "rfc5424"; }
  bool operator==(const FormatText&) const = default;
};

struct RawArgs {
  bool use_null_terminator_delimiter = false;
  bool operator==(const RawArgs&) const = default;
};

struct CiscoArgs {
  bool enable_all = false, message_counter = false, sequence_number = false, hostname = false, second_fractions = false;
  static void validate(CiscoArgs& args, ValidateContext& context) {
    if (!args.enable_all && !args.message_counter && !args.sequence_number && !args.hostname && !args.second_fractions)
      context.refuse("at least one option in rfc3164_cisco_components has to be enabled");
  }
  bool operator==(const CiscoArgs&) const = default;
};

struct ListenerArgs {
  std::string address, protocol = "tcp";
  Duration idle_timeout = Duration::seconds(120);
  bool label_structured_data = false;
  std::map<std::string, std::string> labels;
  bool use_incoming_timestamp = false, use_rfc5424_message = false, rfc3164_default_to_current_year = false, rfc5424_allow_empty_msg = false;
  int64_t max_message_length = 8192;
  TlsArguments tls_config;
  FormatText syslog_format;
  std::optional<RawArgs> raw_format_options;
  std::optional<CiscoArgs> rfc3164_cisco_components;
  int64_t udp_queue_size = 10, udp_host_cache_size = 128;
  static void validate(ListenerArgs& args, ValidateContext& context);
  bool operator==(const ListenerArgs&) const = default;
};

void ListenerArgs::validate(ListenerArgs& args, ValidateContext& context) {
  const Format format = args.syslog_format.format;
  const auto without_effect = [&](std::string_view name) {
    context.refuse(invar::quoted(name) + " has no effect when syslog format is set to " + invar::quoted(args.syslog_format.text()));
  };
  if (args.protocol != "tcp" && args.protocol != "udp") return context.refuse("syslog listener protocol should be either 'tcp' or 'udp', got " + args.protocol);
  if (args.rfc3164_cisco_components && format != Format::kRfc3164)
    return context.refuse("rfc3164_cisco_components has no effect when syslog format is not \"rfc3164\"");
  if (format != Format::kRfc5424 && args.rfc5424_allow_empty_msg) return without_effect("rfc5424_allow_empty_msg");
  if (format == Format::kRaw) {
    // Fields that do nothing are named, for the sake of who wrote them.
    if (args.use_rfc5424_message) return without_effect("use_rfc5424_message");
    if (args.rfc3164_default_to_current_year) return without_effect("rfc3164_default_to_current_year");
    if (args.use_incoming_timestamp) return without_effect("use_incoming_timestamp");
    return;
  }
  if (args.raw_format_options) context.refuse("raw_format_options has no effect when syslog format is not \"raw\"");
}

struct SyslogArgs {
  std::vector<ListenerArgs> listeners;
  std::vector<LogsReceiverPtr> forward_to;
  relabel::RulesPtr relabel_rules = std::make_shared<const relabel::RulesCapsule>(std::vector<relabel::RuleArgs>());
  bool operator==(const SyslogArgs& other) const {
    const auto same_rules = [](const relabel::RulesPtr& a, const relabel::RulesPtr& b) { return a == b || (a && b && a->equals(*b)); };
    return listeners == other.listeners && forward_to == other.forward_to && same_rules(relabel_rules, other.relabel_rules);
  }
};

using enum Presence;
constexpr std::array kRawRows{
    attr<&RawArgs::use_null_terminator_delimiter>("use_null_terminator_delimiter", kOptional, "Lines end with a NUL byte instead of a line break."),
};
constexpr Schema kRawSchema = schema<RawArgs>("raw_format_options", "How raw lines end.", kRawRows);

constexpr std::array kCiscoRows{
    attr<&CiscoArgs::enable_all>("enable_all", kOptional, "Expects all of them."),
    attr<&CiscoArgs::message_counter>("message_counter", kOptional, "Expects the message counter."),
    attr<&CiscoArgs::sequence_number>("sequence_number", kOptional, "Expects the sequence number."),
    attr<&CiscoArgs::hostname>("hostname", kOptional, "Expects the hostname in front of the timestamp."),
    attr<&CiscoArgs::second_fractions>("second_fractions", kOptional, "Expects fractions of seconds."),
};
constexpr Schema kCiscoSchema = schema<CiscoArgs>("rfc3164_cisco_components", "What Cisco IOS adds to messages of RFC 3164.", kCiscoRows);

constexpr std::array kListenerRows{
    attr<&ListenerArgs::address>("address", kRequired, "Host and port to listen on."),
    attr<&ListenerArgs::protocol>("protocol", kOptional, "tcp or udp."),
    attr<&ListenerArgs::idle_timeout>("idle_timeout", kOptional, "Connections that are silent for so long are closed."),
    attr<&ListenerArgs::label_structured_data>("label_structured_data", kOptional, "Makes labels of structured data."),
    attr<&ListenerArgs::labels>("labels", kOptional, "Labels set on every entry."),
    attr<&ListenerArgs::use_incoming_timestamp>("use_incoming_timestamp", kOptional, "Keeps the senders' timestamps."),
    attr<&ListenerArgs::use_rfc5424_message>("use_rfc5424_message", kOptional, "The line is the whole message, not only its text."),
    attr<&ListenerArgs::rfc3164_default_to_current_year>("rfc3164_default_to_current_year", kOptional,
                                                         "Timestamps of RFC 3164, which have no year, are of the current one instead of the year 0."),
    attr<&ListenerArgs::rfc5424_allow_empty_msg>("rfc5424_allow_empty_msg", kOptional, "Hands on messages without text."),
    attr<&ListenerArgs::max_message_length>("max_message_length", kOptional, "Bytes of the longest message with its length in front, and of the longest datagram."),
    block<&ListenerArgs::tls_config>("tls_config", kOptional, "Certificate and key of the listener, and the CA that clients need a certificate of.", kTlsSchema),
    attr<&ListenerArgs::syslog_format>("syslog_format", kOptional, "rfc5424, rfc3164 or raw."),
    block<&ListenerArgs::raw_format_options>("raw_format_options", kOptional, "How raw lines end.", kRawSchema),
    block<&ListenerArgs::rfc3164_cisco_components>("rfc3164_cisco_components", kOptional, "What Cisco IOS adds to messages of RFC 3164.", kCiscoSchema),
    attr<&ListenerArgs::udp_queue_size>("udp_queue_size", kOptional, "Datagrams that may wait for the names of their senders."),
    attr<&ListenerArgs::udp_host_cache_size>("udp_host_cache_size", kOptional, "Senders of datagrams whose names are remembered."),
};
constexpr Schema kListenerSchema = schema<ListenerArgs>("listener", "One address to listen on.", kListenerRows);

constexpr std::array kRows{
    block<&SyslogArgs::listeners>("listener", kRequired, "One address to listen on.", kListenerSchema),
    attr<&SyslogArgs::forward_to>("forward_to", kRequired, "Receivers of the entries."),
    attr<&SyslogArgs::relabel_rules>("relabel_rules", kOptional, "Rules applied to the labels of messages, those with `__syslog_` included."),
};
constexpr Schema kArgumentsSchema = schema<SyslogArgs>("loki.source.syslog", "Listens for syslog messages.", kRows);

/// A server's settings in the block of a client: its certificate, and the CA that clients need one of.
std::optional<TlsServerConfig> tls_of(const TlsArguments& args) {
  TlsServerConfig config{.cert_pem = args.cert_pem, .cert_file = args.cert_file, .key_pem = args.key_pem, .key_file = args.key_file,
                         .client_ca_pem = args.ca_pem, .client_ca_file = args.ca_file, .cipher_suites = {}, .curves = {}};
  const bool with_ca = !args.ca_pem.empty() || !args.ca_file.empty();
  if (with_ca) config.client_auth = TlsServerConfig::ClientAuth::kRequireAndVerify;
  const bool wanted = with_ca || !args.cert_pem.empty() || !args.cert_file.empty() || !args.key_pem.empty() || !args.key_file.empty();
  return wanted ? std::optional(std::move(config)) : std::nullopt;
}

ListenerPlanPtr plan_of(ListenerArgs args) {
  constexpr int64_t kMostMessage = 64 << 20;
  const auto or_default = [](int64_t value, int64_t usual) { return static_cast<size_t>(value > 0 ? value : usual); };
  auto plan = std::make_shared<ListenerPlan>();
  Intake& intake = plan->intake;
  intake.address = std::move(args.address);
  intake.udp = args.protocol == "udp";
  if (!intake.udp) intake.tls = tls_of(args.tls_config);
  intake.format = args.syslog_format.format;
  intake.most_bytes = or_default(std::min(args.max_message_length, kMostMessage), 8192);
  if (args.raw_format_options && args.raw_format_options->use_null_terminator_delimiter) intake.delimiter = '\0';
  intake.udp_queue = or_default(args.udp_queue_size, 10);
  intake.udp_names = or_default(args.udp_host_cache_size, 128);
  plan->labels.assign(args.labels.begin(), args.labels.end());
  if (const auto& cisco = args.rfc3164_cisco_components) {
    const bool all = cisco->enable_all;
    plan->rfc3164 = {.newlines = false, .message_counter = all || cisco->message_counter, .sequence_number = all || cisco->sequence_number,
                     .hostname_first = all || cisco->hostname, .second_fractions = all || cisco->second_fractions};
  }
  constexpr int64_t kMillisecond = 1'000'000;
  plan->idle_ms = or_default(args.idle_timeout.ns / kMillisecond, 120'000);
  plan->label_structured_data = args.label_structured_data;
  plan->use_incoming_timestamp = args.use_incoming_timestamp;
  plan->use_rfc5424_message = args.use_rfc5424_message;
  plan->allow_empty = args.rfc5424_allow_empty_msg;
  plan->current_year = args.rfc3164_default_to_current_year;
  return plan;
}

/// As Prometheus' model.LabelSet shows itself.
std::string shown(const std::vector<std::pair<std::string, std::string>>& labels) {
  std::string out = "{";
  for (const auto& [name, value] : labels) out += (out.size() > 1 ? ", " : "") + name + "=" + invar::quoted(value);
  return out + "}";
}

/// The socket of one listener, on main. It stays when the listener changes.
struct Listener {
  ListenerId id = 0;  // another one when what has begun cannot go on
  ListenerPlanPtr plan;
  std::shared_ptr<TlsServer> tls;
  std::unique_ptr<Acceptor> acceptor;  // of TCP
  Fd datagrams;                        // of UDP; a lane reads another descriptor of it
  std::string address;
  bool out_of_descriptors = false;
};
using ListenerPtr = std::unique_ptr<Listener>;

Error set_up_error(const Error& error) { return {"error setting up syslog target: " + error.what, error.reason}; }

Result<std::shared_ptr<TlsServer>> make_tls(const std::optional<TlsServerConfig>& config) {
  if (!config) return std::shared_ptr<TlsServer>();
  if ((config->cert_pem.empty() && config->cert_file.empty()) || (config->key_pem.empty() && config->key_file.empty()))
    return Error{"certificate and key must be configured", "tls"};
  auto made = TlsServer::make(*config);
  if (!made) return Error{"unable to load server certificate or key: " + made.error().what, "tls"};
  return made;
}

Result<Fd> bind_udp(const std::string& address) {
  auto fd = open_datagram_socket(address);
  if (fd) return fd;
  constexpr std::string_view kListen = "listen udp: ";
  const Error& error = fd.error();
  if (error.what.starts_with(kListen)) return Error{"error resolving UDP address: " + error.what.substr(kListen.size()), error.reason};
  return set_up_error(error);
}

class SyslogSource final : public NodeOf<SyslogSource> {
 public:
  using Args = SyslogArgs;
  using Plan = SyslogPlan;
  static const Schema& arguments() { return kArgumentsSchema; }

  static SyslogPlanPtr make_plan(Args args, Span, Diagnostics&) {
    auto plan = std::make_shared<Plan>();
    plan->forward_to = std::move(args.forward_to);
    if (args.relabel_rules) plan->rules = relabel::Rules(args.relabel_rules->rules());
    for (ListenerArgs& listener : args.listeners) plan->listeners.push_back(plan_of(std::move(listener)));
    return plan;
  }
  static std::optional<std::string> refused_at(const Args& args, Stability minimum) {
    if (minimum == Stability::kExperimental) return std::nullopt;
    for (const ListenerArgs& listener : args.listeners) {
      if (listener.syslog_format.format == Format::kRaw) return "\"raw\" syslog format is available only at experimental stability level";
      if (listener.rfc3164_cisco_components) return "rfc3164_cisco_components block is available only at experimental stability level";
    }
    return std::nullopt;
  }
  static Value exports(const Args&, const Plan&, const ExportContext&) { return Value(); }
  static Result<NodePtr> start(SyslogPlanPtr plan, NodeContext& context) { return NodePtr(std::make_unique<SyslogSource>(std::move(plan), context)); }

  SyslogSource(SyslogPlanPtr plan, NodeContext& context)
      : plan_(std::move(plan)), context_(context), metrics_(context.metrics()), retry_(context.main_loop(), [this] { open_again(); }) {}

  void run() override {
    halves_ = LaneHalves<SyslogLane>(context_.lanes(), [plan = plan_, names = HostNames::current(), metrics = metrics_, &context = context_](Lane& lane) {
      const AnswerAfter read_on_after = context.delivery().settings.answer_after;
      const size_t most_unsettled = read_on_after == AnswerAfter::kDelivery ? kMostUnsettled : 0;
      SyslogLane::World world{metrics, context.log(), context.delivery().ledger.open(context.global_id(), "", lane.index()), names, most_unsettled};
      auto half = std::make_unique<SyslogLane>(lane, world, plan);
      if (read_on_after == AnswerAfter::kWriteAhead && lane.index() == 0) half->open_write_ahead(context, context.data_path() / "write-ahead");
      return half;
    });
    running_ = true;
    closed_ = plan_->listeners;
    open_those(/*first=*/true);
  }

  /// Listeners whose socket and way of reading stay as they were keep their connections; those that only listen at the same place, their socket.
  void replan(SyslogPlanPtr plan) {
    plan_ = std::move(plan);
    closed_ = plan_->listeners;
    std::vector<ListenerPtr> old = std::exchange(listeners_, {});
    keep_unchanged(old);
    const std::vector<Listener*> begun_anew = keep_sockets(old);
    old.clear();
    OpenListeners open;
    for (const ListenerPtr& listener : listeners_) open[listener->id] = listener->plan;
    halves_.each([plan = plan_, open](SyslogLane& half) { half.adopt(plan, open); });
    for (const Listener* listener : begun_anew) read_datagrams(*listener);
    open_those(/*first=*/true);
  }

  void drain(std::function<void()> done) override {
    if (!running_) return done();
    context_.log().info("loki.source.syslog component shutting down, stopping listeners");
    retry_.stop();
    for (const ListenerPtr& listener : listeners_) say_closed(*listener);
    listeners_.clear();
    auto left = std::make_shared<std::atomic<size_t>>(context_.lanes().count());
    halves_.each([left, done = std::move(done), &main = context_.main_loop()](SyslogLane& half) {
      half.drain([left, done, &main] {
        if (left->fetch_sub(1) == 1) main.post(done);
      });
    });
  }

  std::vector<DebugBlock> debug_info() const override {
    std::vector<DebugBlock> infos;
    for (const ListenerPtr& listener : listeners_)
      infos.push_back({"listeners_info",
                       {{"ready", Value::boolean(true)},
                        {"listen_address", Value::string(listener->address)},
                        {"labels", Value::string(shown(listener->plan->labels))}},
                       /*listed=*/true});
    return infos;
  }

 private:
  static constexpr uint64_t kRetryMs = 5000;
  static constexpr size_t kMostUnsettled = 64;

  /// There is one write-ahead, on the first lane.
  size_t lane_of(size_t number) const {
    return context_.delivery().settings.answer_after == AnswerAfter::kWriteAhead ? 0 : number % context_.lanes().count();
  }

  /// Takes the first one that `fits` out of those that should be open; nullptr: there is none.
  template <class Fits>
  ListenerPlanPtr take_wanted(Fits&& fits) {
    const auto at = std::find_if(closed_.begin(), closed_.end(), fits);
    if (at == closed_.end()) return nullptr;
    ListenerPlanPtr taken = *at;
    closed_.erase(at);
    return taken;
  }

  void keep_unchanged(std::vector<ListenerPtr>& old) {
    for (ListenerPtr& listener : old) {
      auto same = take_wanted([&](const ListenerPlanPtr& wanted) { return wanted->intake == listener->plan->intake; });
      if (!same) continue;
      listener->plan = std::move(same);
      listeners_.push_back(std::move(listener));
    }
  }

  /// Those of the others whose address is still wanted read it in another way from now on.
  std::vector<Listener*> keep_sockets(std::vector<ListenerPtr>& old) {
    std::vector<Listener*> kept;
    for (ListenerPtr& listener : old) {
      if (!listener) continue;
      const Intake& was = listener->plan->intake;
      auto wanted = take_wanted([&](const ListenerPlanPtr& other) { return other->intake.address == was.address && other->intake.udp == was.udp; });
      auto tls = make_tls(wanted ? wanted->intake.tls : std::nullopt);
      if (!wanted || !tls) {
        if (wanted) closed_.push_back(std::move(wanted));
        say_closed(*listener);
        continue;
      }
      listener->id = next_id_++;
      listener->plan = std::move(wanted);
      listener->tls = std::move(*tls);
      kept.push_back(listener.get());
      listeners_.push_back(std::move(listener));
    }
    return kept;
  }

  void open_again() { open_those(/*first=*/false); }

  /// Opens what is not open; what fails is tried again later.
  void open_those(bool first) {
    std::string trouble;
    std::vector<ListenerPlanPtr> failed;
    for (const ListenerPlanPtr& plan : std::exchange(closed_, {})) {
      const auto opened = open(plan);
      if (opened) continue;
      failed.push_back(plan);
      trouble = "failed to create syslog listener: " + opened.error().what;
      if (first) context_.log().error("failed to create syslog listener with provided config", {{"err", opened.error().what}});
    }
    closed_ = std::move(failed);
    if (closed_.empty()) {
      retry_.stop();
      if (std::exchange(unhealthy_, false)) context_.set_health(HealthState::kHealthy, "started component");
      return;
    }
    unhealthy_ = true;
    context_.set_health(HealthState::kUnhealthy, trouble);
    retry_.start(kRetryMs);
  }

  Result<void> open(const ListenerPlanPtr& plan) {
    auto listener = std::make_unique<Listener>();
    listener->id = next_id_++;
    listener->plan = plan;
    if (auto opened = plan->intake.udp ? open_udp(*listener) : open_tcp(*listener); !opened) return opened;
    listeners_.push_back(std::move(listener));
    return {};
  }

  Result<void> open_udp(Listener& listener) {
    auto fd = bind_udp(listener.plan->intake.address);
    if (!fd) return fd.error();
    listener.datagrams = std::move(*fd);
    listener.address = local_address(listener.datagrams.get()).first;
    context_.log().info("syslog listening on address", {{"address", listener.address}, {"protocol", std::string("udp")}});
    read_datagrams(listener);
    return {};
  }

  void read_datagrams(const Listener& listener) {
    if (!listener.datagrams) return;
    auto fd = std::make_shared<Fd>(::fcntl(listener.datagrams.get(), F_DUPFD_CLOEXEC, 0));
    halves_.on(lane_of(listener.id),
               [id = listener.id, plan = listener.plan, fd](SyslogLane& half) { half.read_datagrams(id, plan, std::move(*fd)); });
  }

  Result<void> open_tcp(Listener& listener) {
    auto fd = open_listener(listener.plan->intake.address);
    if (!fd) return set_up_error(fd.error());
    auto tls = make_tls(listener.plan->intake.tls);
    if (!tls) return set_up_error(tls.error());
    listener.tls = std::move(*tls);
    listener.address = local_address(fd->get()).first;
    context_.log().info("syslog listening on address", {{"address", listener.address}, {"protocol", std::string("tcp")}, {"tls", listener.tls != nullptr}});
    const auto take = [this, &listener](Acceptor::Connection connection) { accept(listener, std::move(connection)); };
    listener.acceptor = std::make_unique<Acceptor>(context_.main_loop(), std::move(*fd), take, [this, &listener] {
      if (std::exchange(listener.out_of_descriptors, true)) return;  // said already
      context_.log().warn("failed to accept syslog connection", {{"err", "accept tcp " + listener.address + ": accept4: too many open files"}});
    });
    auto started = listener.acceptor->start();
    return started ? Result<void>() : Result<void>(set_up_error(started.error()));
  }

  /// Connections go to the lanes in turn, each with all of its messages.
  void accept(Listener& listener, Acceptor::Connection connection) {
    listener.out_of_descriptors = false;
    struct Arrival {
      Wire wire;
      std::string ip;
    };
    auto arrival = std::make_shared<Arrival>(Arrival{{std::move(connection.fd), nullptr}, std::move(connection.remote_ip)});
    if (listener.tls) arrival->wire.tls = listener.tls->accept(arrival->wire.fd.get());
    halves_.on(lane_of(next_lane_++), [id = listener.id, plan = listener.plan, arrival](SyslogLane& half) {
      half.connect(id, plan, std::move(arrival->wire), std::move(arrival->ip));
    });
  }

  void say_closed(const Listener& listener) const {
    if (listener.acceptor)
      context_.log().info("syslog server shutting down", {{"address", listener.address}, {"protocol", std::string("tcp")}, {"err", std::string("context canceled")}});
    else context_.log().info("syslog server shutting down", {{"protocol", std::string("udp")}, {"err", std::string("context canceled")}});
  }

  SyslogPlanPtr plan_;
  NodeContext& context_;
  SyslogMetrics metrics_;
  LaneHalves<SyslogLane> halves_;
  std::vector<ListenerPtr> listeners_;
  std::vector<ListenerPlanPtr> closed_;  // that should be open
  Timer retry_;
  ListenerId next_id_ = 1;
  size_t next_lane_ = 0;
  bool running_ = false, unhealthy_ = false;
};

}  // namespace

extern const ComponentSpec kComponent;
constinit const ComponentSpec kComponent = component<SyslogSource>("loki.source.syslog", Stability::kGenerallyAvailable, kArgumentsSchema, nullptr,
                                                                   "Listens for syslog messages.");

}  // namespace invar::loki_source_syslog
