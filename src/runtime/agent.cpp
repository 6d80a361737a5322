#include "src/runtime/agent.h"

#include <unistd.h>

#include <csignal>
#include <random>

#include "src/io/admin_server.h"
#include "src/io/file.h"
#include "src/io/path_watch.h"
#include "src/io/process_memory.h"
#include "src/base/quote.h"
#include "src/runtime/admin_routes.h"
#include "src/runtime/build_info.h"
#include "src/runtime/ledger_json.h"
#include "src/runtime/log_feed.h"
#include "src/runtime/log_output.h"
#include "src/runtime/module.h"
#include "src/runtime/process_metrics.h"
#include "src/runtime/redaction.h"
#include "src/runtime/remote_config.h"
#include "src/runtime/retirement.h"
#include "src/runtime/seed.h"
#include "src/text/path.h"

namespace invar {
namespace {

constexpr unsigned kMallocArenas = 2;
constexpr int kLedgerTimeoutMs = 5'000;
constexpr uint64_t kConfigSettleMs = 300;  // several files of a config are often written one after the other
constexpr size_t kLoadMemory = 512 * 1024;  // what a load counts for: always worth looking for what it left

std::string new_trace_id() {
  std::random_device random;
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string id(32, '0');
  for (char& digit : id) digit = kDigits[random() & 15];
  return id;
}

std::string host_name() {
  char name[256] = "";
  ::gethostname(name, sizeof name - 1);
  return name;
}

}  // namespace

/// A load that went well so far, and waits to be committed.
struct PreparedLoad {
  ModuleSource source;  // the blocks that `root` points to
  std::unique_ptr<Module> root;
  LoadState state;
  std::string hash;
};

struct Agent::Inside {
  explicit Inside(AgentOptions given);
  ~Inside();

  std::optional<LoadRefusal> run();
  std::optional<LoadRefusal> prepare(PreparedLoad& load);
  std::optional<LoadRefusal> evaluate(PreparedLoad& load);
  void commit(PreparedLoad load);
  std::optional<LoadRefusal> reload();
  void take_over(PreparedLoad load);
  void apply_logging(const LoggingArgs& logging);
  void apply_http(const LoadState& state);
  void retire_missing(const std::vector<InstancePtr>& before, const Module& module);
  void evaluate_due();
  void evaluate_imports();
  void evaluate_due(Module& module);
  std::optional<std::string> load_remote(const std::string& text);
  std::optional<std::string> evaluate_remote(PreparedLoad load);
  void keep_modules();
  void on_signal(int signal);
  void reload_and_log();
  void look_at_config();
  void shut_down();
  void flush_threads();
  void close_server();
  Result<void> listen();

  AgentOptions options;
  const SystemClock& clock = SystemClock::instance();
  std::shared_ptr<Logger::Output> output;
  Logger log;
  MetricRegistry metrics;
  std::unique_ptr<MetricScope> process_metrics;
  std::unique_ptr<MetricScope> cluster_metrics;
  ConfigMetrics config_metrics{metrics, options.cluster.name};
  Loop main_loop;
  IdleMemory idle_memory{main_loop, &release_code_pages};
  LoopThread delivery{"delivery"};
  LoopThread disk{"disk"};
  Delivery shared_delivery;
  std::unique_ptr<Lanes> lanes;
  std::unique_ptr<Host> host;
  std::unique_ptr<Retirement> retirement;
  ModuleSource source;
  std::unique_ptr<LogFeed> feed;
  std::unique_ptr<Module> root;
  ModuleSource remote_source;
  std::unique_ptr<Module> remote_root;  // the config of remotecfg; nullptr: none
  std::unique_ptr<RemoteConfig> remote;
  std::atomic<bool> ready{false};
  bool evaluation_scheduled = false;
  bool imports_scheduled = false;
  bool said_tracing = false;
  std::string tried_hash;  // of the config that was read last, taken or not
  std::unique_ptr<PathWatch> config_watch;
  bool stopping = false;
  AdminState admin_state;
  std::optional<HttpServiceArgs> http_args;  // as applied
  std::unique_ptr<AdminServer> admin;
};

Agent::Inside::Inside(AgentOptions given)
    : options(std::move(given)),
      output(options.log_write ? std::make_shared<Logger::Output>(clock, options.log_write) : std::make_shared<Logger::Output>(clock)),
      log(output),
      process_metrics(register_process_metrics(metrics)) {
  if (options.cluster.address.empty()) options.cluster.address = options.listen_address;
  if (options.cluster.node_name.empty()) options.cluster.node_name = host_name();
  if (options.cluster.enabled) cluster_metrics = register_cluster_metrics(metrics, options.cluster);
  log.info("Alloy is starting");
  if (options.at_start) options.at_start(log);
  ignore_broken_pipes();
  raise_open_file_limit();
  tune_malloc(kMallocArenas);
  shared_delivery.settings = options.delivery;
  add_ledger_metrics(*process_metrics, shared_delivery.ledger);
  if (!options.dead_letters.empty())
    shared_delivery.dead_letters = std::make_unique<DeadLetters>(disk.loop(), options.dead_letters, options.dead_letter_bytes, log, metrics);
  lanes = std::make_unique<Lanes>(options.lanes ? options.lanes : Lanes::default_count(), clock);
  if (lanes->count() > 1) shared_delivery.forks = std::make_unique<ForkJoin>("compress", lanes->count() - 1);
  delivery.start();
  disk.start();
  host.reset(new Host{.main_loop = main_loop,
                      .clock = clock,
                      .lanes = *lanes,
                      .delivery_loop = delivery.loop(),
                      .disk_loop = disk.loop(),
                      .delivery = shared_delivery,
                      .metrics = metrics,
                      .log = log,
                      .gate = options.gate,
                      .storage_path = options.storage_path,
                      .seed_uid = load_seed(options.storage_path, clock, log),
                      .user_agent = user_agent(),
                      .library = options.library,
                      .find_component = options.find_component,
                      .schedule_evaluation =
                          [this] {
                            if (std::exchange(evaluation_scheduled, true)) return;
                            main_loop.post([this] { evaluate_due(); });
                          },
                      .before_start = [this](const std::string& global_id) { retirement->release(global_id); },
                      .controllers = ControllerMetrics(metrics),
                      .import_changed =
                          [this] {
                            if (std::exchange(imports_scheduled, true)) return;
                            main_loop.post([this] { evaluate_imports(); });
                          }});
  host->controllers.of("remotecfg");
  retirement = std::make_unique<Retirement>(*host);
  remote = std::make_unique<RemoteConfig>(RemoteConfig::Context{.loop = main_loop,
                                                                .clock = clock,
                                                                .log = log.with({{"service", "remotecfg"}}),
                                                                .metrics = metrics,
                                                                .storage = host->storage_path / "remotecfg",
                                                                .seed_uid = host->seed_uid,
                                                                .user_agent = host->user_agent,
                                                                .load = [this](const std::string& text) { return load_remote(text); }});
  host->register_collector = [this](const RemoteConfigArgs& args) { return remote->register_with(args); };
}

Agent::Inside::~Inside() {
  close_server();
  output->set_copy(Logger::Output::Copy::kReceivers, nullptr);
  feed.reset();
  remote.reset();
  remote_root.reset();
  root.reset();
  retirement.reset();
  flush_threads();
  lanes.reset();
  disk.stop_and_join();
  delivery.stop_and_join();
}

void Agent::Inside::close_server() {
  if (!admin) return;
  const bool served = !admin->address().empty();
  admin.reset();
  if (served) log.with({{"service", "http"}}).info("http server closed", {{"addr", LogAddress{options.listen_address}}, {"err", "http: Server closed"}});
}

/// What nodes left to other threads on their way out is done before those end: lanes may hand to delivery and disk, and back.
void Agent::Inside::flush_threads() {
  for (int round = 0; round < 2; ++round) {
    lanes->barrier();
    call_on(delivery.loop(), [] {});
    call_on(disk.loop(), [] {});
  }
  main_loop.turn();
}

std::optional<LoadRefusal> Agent::Inside::prepare(PreparedLoad& load) {
  const std::string reading = "reading config path " + invar::quoted(options.config_path) + ": ";
  const auto text = read_config(options.config_path);
  if (!text) return LoadRefusal{{}, {}, reading + text.error().what};
  load.hash = tried_hash = text->hash();
  if (auto refusal = parse_config(*text, load.source)) {
    const std::string error = reading + refusal->error();
    return LoadRefusal{std::move(refusal->diagnostics), text->files, error};
  }
  return evaluate(load);
}

std::optional<LoadRefusal> Agent::Inside::evaluate(PreparedLoad& load) {
  const GraphContext context{.gate = options.gate, .find_component = options.find_component, .root = true, .outer = nullptr,
                             .variables = {{"module_path", Value::string(module_path_of(options.config_path))}}, .argument_names = {}};
  GraphPlan plan = plan_graph(load.source, context, load.state.errors);
  if (load.state.errors.has_errors()) return LoadRefusal::of(std::move(load.state.errors));
  Diagnostics unbuilt;
  find_unbuilt(load.source, context, unbuilt);
  load.state.trace_id = new_trace_id();
  load.root = std::make_unique<Module>(*host, "", std::move(plan));
  host->plan_only = unbuilt.has_errors();
  load.root->evaluate({}, root.get(), load.state);
  host->plan_only = false;
  if (!load.state.errors.has_errors()) load.state.errors = unbuilt.has_errors() ? std::move(unbuilt) : std::move(load.state.unbuilt);
  if (load.state.errors.has_errors()) return LoadRefusal::of(std::move(load.state.errors));
  return std::nullopt;
}

void Agent::Inside::commit(PreparedLoad load) {
  const std::string hash = load.hash;
  take_over(std::move(load));
  config_metrics.note_success(hash, clock.wall_ns());
}

void Agent::Inside::take_over(PreparedLoad load) {
  apply_logging(load.state.logging);
  if (load.state.tracing && !std::exchange(said_tracing, true)) log.info("the tracing block has no effect: invar produces no spans");
  apply_http(load.state);
  std::vector<InstancePtr> before;
  if (root) root->list_instances(before);
  // The receivers are bound within the same transaction, before the feed may use them.
  lanes->transaction([&] {
    load.root->commit();
    if (feed) feed->set_receivers(load.state.logging.write_to);
  });
  root = std::move(load.root);
  source = std::move(load.source);
  keep_modules();
  retire_missing(before, *root);
  remote->apply(load.state.remote);
  log.info("scheduling loaded components and services", {{"controller_id", ""}});
  release_free_memory();
  release_code_pages();  // parsing and building is done; what goes on needs little of it
  idle_memory.note_work(kLoadMemory);
}

void Agent::Inside::keep_modules() {
  std::set<std::string> module_ids;
  for (const auto* module : {root.get(), remote_root.get()})
    if (module) module->list_ids(module_ids);
  module_ids.insert("remotecfg");  // as in Alloy, also while there is none
  host->controllers.keep(module_ids);
}

void Agent::Inside::apply_logging(const LoggingArgs& logging) {
  if (!logging.write_to.empty() && !feed) {
    feed = std::make_unique<LogFeed>(*lanes, metrics);
    output->set_copy(Logger::Output::Copy::kReceivers, [this](std::string_view line) { feed->push(line); });
  }
  if (logging.write_to.empty() && feed) {
    output->set_copy(Logger::Output::Copy::kReceivers, nullptr);
    feed.reset();
  }
  output->configure(logging.level.level, logging.format.format);
}

void Agent::Inside::apply_http(const LoadState& state) {
  admin_state.set_login(state.http.auth);
  admin_state.live_debugging.store(state.live_debugging.enabled);
  admin->set_tls(state.tls);
  if (http_args && *http_args == state.http) return;
  http_args = state.http;
  log.with({{"service", "http"}}).info(state.tls ? "applying TLS config to HTTP server" : "applying non-TLS config to HTTP server");
}

void Agent::Inside::retire_missing(const std::vector<InstancePtr>& before, const Module& module) {
  std::vector<InstancePtr> now, gone;
  module.list_instances(now);
  const std::set<InstancePtr> kept(now.begin(), now.end());
  for (const InstancePtr& instance : before)
    if (!kept.contains(instance)) gone.push_back(instance);
  if (!gone.empty()) retirement->begin(std::move(gone), options.drain_ns);
}

std::optional<LoadRefusal> Agent::Inside::reload() {
  if (stopping) return LoadRefusal{{}, {}, "shutting down"};
  PreparedLoad load;
  if (auto refusal = prepare(load)) {
    config_metrics.note_failure();
    return refusal;
  }
  commit(std::move(load));
  return std::nullopt;
}

void Agent::Inside::evaluate_due() {
  evaluation_scheduled = false;
  if (stopping) return;
  for (Module* module : {root.get(), remote_root.get()})
    if (module) evaluate_due(*module);
}

void Agent::Inside::evaluate_due(Module& module) {
  lanes->transaction([&] { module.evaluate_due(); });
  std::vector<InstancePtr> gone;
  if (module.prepare_templates()) lanes->transaction([&] { module.commit_templates(gone); });
  keep_modules();  // also without those of items that were refused
  if (!gone.empty()) retirement->begin(std::move(gone), options.drain_ns);
}

/// The config as it was read last, with what its imports bring in now: all or nothing, like a reload.
void Agent::Inside::evaluate_imports() {
  imports_scheduled = false;
  if (!root || stopping) return;
  PreparedLoad load;
  load.source = source;
  if (const auto refusal = evaluate(load)) {
    log.error("failed to update imported modules", {{"err", refusal->error}});
    root->refuse_imports(refusal->error);
  } else {
    take_over(std::move(load));
  }
  if (!remote_root) return;
  PreparedLoad remote_load;
  remote_load.source = remote_source;
  const auto error = evaluate_remote(std::move(remote_load));
  if (error) remote_root->refuse_imports(*error);
}

std::optional<std::string> Agent::Inside::load_remote(const std::string& text) {
  PreparedLoad load;
  ConfigText config;
  config.files.push_back(std::make_shared<const Source>("remotecfg", text, false));
  if (const auto refusal = parse_config(config, load.source)) return refusal->error();
  return evaluate_remote(std::move(load));
}

/// A graph of its own beside the root: all or nothing too.
std::optional<std::string> Agent::Inside::evaluate_remote(PreparedLoad load) {
  if (stopping) return "shutting down";
  const GraphContext context{.gate = options.gate, .find_component = options.find_component, .root = false, .outer = nullptr,
                             .variables = {{"module_path", Value::string(module_path_of(options.config_path))}}, .argument_names = {}};
  Diagnostics& errors = load.state.errors;
  GraphPlan plan = plan_graph(load.source, context, errors);
  if (!errors.has_errors()) find_unbuilt(load.source, context, errors);
  if (errors.has_errors()) return summary(errors);
  load.state.trace_id = new_trace_id();
  load.root = std::make_unique<Module>(*host, "remotecfg", std::move(plan));
  load.root->evaluate({}, remote_root.get(), load.state);
  if (!errors.has_errors()) errors = std::move(load.state.unbuilt);
  if (errors.has_errors()) return summary(errors);
  std::vector<InstancePtr> before;
  if (remote_root) remote_root->list_instances(before);
  lanes->transaction([&] { load.root->commit(); });
  remote_root = std::move(load.root);
  remote_source = std::move(load.source);
  keep_modules();
  retire_missing(before, *remote_root);
  return std::nullopt;
}

void Agent::Inside::on_signal(int signal) {
  // Who asks twice does not want to wait.
  if (signal != SIGHUP) return stopping ? main_loop.stop() : shut_down();
  reload_and_log();
}

void Agent::Inside::reload_and_log() {
  if (const auto refusal = reload())
    log.error("failed to reload config", {{"err", refusal->error}});
  else
    log.info("config reloaded");
}

void Agent::Inside::look_at_config() {
  if (stopping) return;
  const auto text = read_config(options.config_path);
  if (text && text->hash() == tried_hash) return;
  log.info("config has changed", {{"path", options.config_path}});
  reload_and_log();
}

void Agent::Inside::shut_down() {
  if (std::exchange(stopping, true)) return;
  output->set_copy(Logger::Output::Copy::kReceivers, nullptr);
  feed.reset();
  std::vector<InstancePtr> all;
  for (auto* module : {&root, &remote_root}) {
    if (*module) (*module)->list_instances(all);
    module->reset();
  }
  const auto one_less = [this, left = std::make_shared<int>(2)] {
    if (--*left == 0) main_loop.stop();
  };
  remote->unregister(one_less);
  retirement->begin(std::move(all), options.drain_ns, one_less);
}

Result<void> Agent::Inside::listen() {
  admin = std::make_unique<AdminServer>();
  admin_state.ready = &ready;
  admin_state.log = log;
  admin_state.metrics = &metrics;
  admin_state.main_loop = &main_loop;
  admin_state.ledger = [this] { return ledger_json(*lanes, delivery.loop(), shared_delivery.ledger, kLedgerTimeoutMs); };
  admin_state.log_output = output;
  admin_state.cluster = options.cluster;
  admin_state.runtime_flags = options.runtime_flags;
  admin_state.support_bundle = options.support_bundle;
  admin_state.pprof = options.pprof;
  admin_state.sources = [this] {
    std::vector<std::pair<std::string, std::string>> texts;
    for (const ast::FilePtr& file : source.files)
      texts.emplace_back(std::filesystem::path(file->source->name()).filename().string(), redacted(*file));
    return texts;
  };
  admin_state.root = [this]() -> const Module* { return root.get(); };
  admin_state.remote_root = [this]() -> const Module* { return remote_root.get(); };
  admin_state.reload = [this]() -> std::optional<std::string> {
    if (const auto refusal = reload()) return refusal->error;
    return std::nullopt;
  };
  add_admin_routes(*admin, admin_state, options.ui_prefix);
  const Result<void> listening = admin->listen(options.listen_address);
  // Whoever asks for any free port reads in the log which one it is.
  if (listening.ok() && options.listen_address.ends_with(":0")) options.listen_address.replace(options.listen_address.size() - 1, 1, std::to_string(admin->port()));
  return listening;
}

std::optional<LoadRefusal> Agent::Inside::run() {
  const SignalWatch signals(main_loop, {SIGTERM, SIGINT, SIGHUP}, [this](int signal) { on_signal(signal); });
  PreparedLoad load;
  if (auto refusal = prepare(load)) {
    // Alloy shows the log of a first load only when it came as far as the logging block.
    if (load.state.logging_evaluated) output->configure(load.state.logging.level.level, load.state.logging.format.format);
    return refusal;
  }
  if (auto listening = listen(); !listening) {
    output->configure(load.state.logging.level.level, load.state.logging.format.format);
    log.with({{"service", "http"}}).error("failed to listen on " + options.listen_address, {{"err", listening.error().what}});
    return LoadRefusal{{}, {}, listening.error().what};
  }
  commit(std::move(load));
  log.with({{"service", "http"}}).info("now listening for http traffic", {{"addr", options.listen_address}});
  if (options.watch_config)
    config_watch = std::make_unique<PathWatch>(main_loop, options.config_path, kConfigSettleMs, [this] { look_at_config(); });
  ready.store(true);
  log.info("{^_^} Alloy is running");
  main_loop.run();
  ready.store(false);
  return std::nullopt;
}

Agent::Agent(AgentOptions options) : inside_(std::make_unique<Inside>(std::move(options))) {}
Agent::~Agent() = default;
std::optional<LoadRefusal> Agent::run() { return inside_->run(); }
void Agent::stop() {
  inside_->main_loop.post([this] { inside_->shut_down(); });
}

}  // namespace invar
