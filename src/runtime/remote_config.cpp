#include "src/runtime/remote_config.h"

#include <array>

#include "src/base/quote.h"
#include "src/io/digest.h"
#include "src/io/file.h"
#include "src/runtime/blocking_request.h"
#include "src/runtime/build_info.h"
#include "src/text/duration.h"

namespace invar {
namespace {

using enum Presence;
using remote_collector::Status;

constexpr Row kRows[] = {
    attr<&RemoteConfigArgs::url>("url", kOptional, "Address of the server"),
    attr<&RemoteConfigArgs::id>("id", kOptional, "Who asks; the id of alloy_seed.json when left out"),
    attr<&RemoteConfigArgs::name>("name", kOptional, "A name for people"),
    filled(attr<&RemoteConfigArgs::attributes>("attributes", kOptional, "What the server may choose a config by")),
    attr<&RemoteConfigArgs::poll_frequency>("poll_frequency", kOptional, "Time between two looks"),
    squash<&RemoteConfigArgs::client>(kHttpClientSchema),
};
constexpr Schema kSchema = schema<RemoteConfigArgs>("remotecfg", "Gets a config from a server", kRows);

constexpr int64_t kFastestPollNs = 10'000'000'000;
constexpr uint64_t kRegisterTimeoutMs = 30'000;
constexpr uint64_t kUnregisterTimeoutMs = 1000;
constexpr size_t kConfigLimit = 16u << 20;
constexpr std::array kSeconds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0};
constexpr std::string_view kService = "/collector.v1.CollectorService/";
constexpr std::string_view kReserved = "collector";

std::string hash_of(std::string_view text) {
  Sha256 digest;
  digest.add(text);
  return digest.hex();
}

/// Connect's words for a request without an answer: without what was asked.
std::string unavailable(const Error& error) {
  const size_t asked = error.what.find("\": ");
  return "unavailable: " + (asked == std::string::npos ? error.what : error.what.substr(asked + 3));
}

/// The message of an answer, or why there is none.
Result<std::string> body_of(Result<HttpResponse> answer) {
  if (!answer) return Error{unavailable(answer.error()), answer.error().reason};
  if (answer->status == 200 && !answer->truncated) return std::move(answer->body);
  return Error{remote_collector::error_of(answer->status, answer->status_text, answer->body), "status"};
}

}  // namespace

const Schema& remote_config_schema() { return kSchema; }

void RemoteConfigArgs::validate(RemoteConfigArgs& args, ValidateContext& context) {
  if (args.poll_frequency.ns < kFastestPollNs)
    return context.refuse("poll_frequency must be at least \"10s\", got " + invar::quoted(format_duration(args.poll_frequency.ns)));
  for (const auto& [name, value] : args.attributes)
    if (name.starts_with(std::string(kReserved) + "."))
      return context.refuse(invar::quoted(kReserved) + " is a reserved namespace for remotecfg attribute keys");
  args.client.check(context);
}

RemoteConfig::RemoteConfig(Context context)
    : context_(std::move(context)), timer_(context_.loop, [this] { poll(false); }), metrics_(context_.metrics.scope({})) {
  (void)make_directories(context_.storage.string(), 0750);  // as Alloy does at once; what fails is said when something is kept there
  loaded_metric_ = &metrics_->gauge("remotecfg_hash", "Hash of the currently active remote configuration.", {{"hash", ""}});
  loaded_metric_->set(1);
  successful_ = &metrics_->gauge("remotecfg_last_load_successful", "Remote config loaded successfully");
  not_modified_ = &metrics_->gauge("remotecfg_last_load_not_modified", "Remote config not modified since last fetch");
  failures_ = &metrics_->counter("remotecfg_load_failures_total", "Remote configuration load failures");
  attempts_ = &metrics_->counter("remotecfg_load_attempts_total", "Attempts to load remote configuration");
  timestamp_ = &metrics_->gauge("remotecfg_last_load_success_timestamp_seconds", "Timestamp of the last successful remote configuration load");
  seconds_ = &metrics_->histogram("remotecfg_request_duration_seconds", "Duration of remote configuration requests.", kSeconds);
}

RemoteConfig::~RemoteConfig() = default;

HttpClientConfig RemoteConfig::client_config(const RemoteConfigArgs& args) const { return args.client.config(context_.user_agent); }

HttpRequest RemoteConfig::request(const RemoteConfigArgs& args, std::string_view method, std::string body) const {
  HttpRequest request;
  request.method = "POST";
  request.url = args.url;
  while (request.url.ends_with('/')) request.url.pop_back();
  request.url.append(kService).append(method);
  request.headers = {{"Content-Type", "application/proto"}, {"Connect-Protocol-Version", "1"}};
  request.body = HttpBody::of(std::move(body));
  request.timeout_ms = kRegisterTimeoutMs;
  request.body_limit = kConfigLimit;
  return request;
}

remote_collector::Attributes RemoteConfig::attributes_of(const RemoteConfigArgs& args) const {
  remote_collector::Attributes all{{"collector.version", std::string(kAlloyVersion)}, {"collector.os", "linux"}};
  for (const auto& [name, value] : args.attributes) all[name] = value;
  return all;
}

Result<void> RemoteConfig::register_with(const RemoteConfigArgs& args) {
  if (args.url.empty() || (registered_ && *registered_ == args)) return {};
  const auto answer = body_of(request_now(client_config(args), request(args, "RegisterCollector",
                                                                       remote_collector::register_request(id_of(args), args.name, attributes_of(args)))));
  if (answer) return registered_ = args, Result<void>();
  context_.log.error("failed to register collector with remote server", {{"id", id_of(args)}, {"name", args.name}, {"err", answer.error().what}});
  context_.log.error("failed to register collector during configuration update", {{"err", answer.error().what}});
  return Error{answer.error()};
}

void RemoteConfig::apply(const RemoteConfigArgs& args) {
  if (args == args_) return;
  args_ = args;
  call_.cancel();
  report_.cancel();
  client_.reset();
  timer_.stop();
  if (args_.url.empty()) return;
  client_ = std::make_unique<HttpClient>(context_.loop, client_config(args_));
  const auto every = static_cast<uint64_t>(args_.poll_frequency.ns / 1'000'000);
  timer_.start(every, every);
  received_hash_.clear();
  poll(true);
}

void RemoteConfig::unregister(std::function<void()> done) {
  timer_.stop();
  report_.cancel();
  if (!client_) return done();
  HttpRequest goodbye = request(args_, "UnregisterCollector", remote_collector::unregister_request(id_of(args_)));
  goodbye.timeout_ms = kUnregisterTimeoutMs;
  call_ = client_->send(std::move(goodbye), [this, done = std::move(done)](Result<HttpResponse> answer) {
    if (const auto body = body_of(std::move(answer)); !body) {
      context_.log.error("failed to unregister collector with remote server", {{"id", id_of(args_)}, {"err", body.error().what}});
      context_.log.error("failed to unregister collector during service shutdown", {{"err", body.error().what}});
    }
    done();
  });
}

void RemoteConfig::poll(bool may_use_copy) {
  if (call_.pending()) return;
  const bool tell = std::exchange(status_is_new_, false);
  auto message = remote_collector::config_request(id_of(args_), server_hash_, attributes_of(args_), tell ? status_ : Status::kUnset, tell ? status_error_ : "");
  call_ = client_->send(request(args_, "GetConfig", std::move(message)),
                        [this, may_use_copy](Result<HttpResponse> answer) { take(std::move(answer), may_use_copy); });
}

void RemoteConfig::take(Result<HttpResponse> answer, bool may_use_copy) {
  attempts_->add();
  if (answer && answer->status == 200) seconds_->observe(static_cast<double>(answer->duration_ns) / 1e9);
  const auto body = body_of(std::move(answer));
  if (!body) return fail(body.error().what, may_use_copy);
  const auto response = remote_collector::read_config_response(*body);
  if (!response) return fail(response.error().what, may_use_copy);
  if (!response->not_modified) return take_config(*response);
  not_modified_->set(1);
  if (!loaded_hash_.empty() && loaded_hash_ == received_hash_) set_status(Status::kApplied);
}

void RemoteConfig::fail(const std::string& error, bool may_use_copy) {
  failures_->add();
  successful_->set(0);
  status_is_new_ = true;  // it was not heard
  context_.log.error("failed to get configuration from remote server", {{"id", id_of(args_)}, {"err", error}});
  set_status(Status::kFailed, error);
  context_.log.error(may_use_copy ? "failed to fetch remote config, falling back to cache" : "failed to fetch remote config, continuing with current config",
                     {{"err", error}});
  if (may_use_copy && loaded_hash_.empty()) load_copy();
}

void RemoteConfig::take_config(const remote_collector::ConfigResponse& response) {
  timestamp_->set(static_cast<double>(context_.clock.wall_ns()) / 1e9);
  not_modified_->set(0);
  if (!response.hash.empty()) server_hash_ = response.hash;
  const std::string hash = hash_of(response.content);
  if (hash == received_hash_) return;
  received_hash_ = hash;
  if (hash == loaded_hash_) return set_status(Status::kApplied), report();
  context_.log.info("attempting to parse and load new remote configuration", {{"config_hash", hash}});
  if (const auto error = context_.load(response.content)) {
    context_.log.error("failed to parse and load new remote configuration", {{"received_hash", hash}, {"loaded_hash", loaded_hash_}, {"err", *error}});
    successful_->set(0);
    set_status(Status::kFailed, *error);
    return report();
  }
  note_loaded(hash);
  successful_->set(1);
  set_status(Status::kApplied);
  context_.log.info("successfully loaded remote configuration", {{"config_hash", hash}, {"config_size", static_cast<int64_t>(response.content.size())}});
  auto kept = make_directories(context_.storage.string(), 0750);
  if (kept) kept = replace_file(copy_path().string(), response.content, 0600);
  if (!kept) context_.log.error("failed to flush remote configuration contents the on-disk cache", {{"err", kept.error().what}});
  report();
}

void RemoteConfig::note_loaded(const std::string& hash) {
  metrics_->remove("remotecfg_hash", {{"hash", loaded_hash_}});
  loaded_hash_ = hash;
  loaded_metric_ = &metrics_->gauge("remotecfg_hash", "Hash of the currently active remote configuration.", {{"hash", hash}});
  loaded_metric_->set(1);
}

void RemoteConfig::set_status(Status status, std::string error) {
  if (status == status_ && error == status_error_) return;
  status_ = status;
  status_error_ = std::move(error);
  status_is_new_ = true;
}

/// Tells the server at once what became of its config; what it answers is asked for again at the next poll.
void RemoteConfig::report() {
  if (!std::exchange(status_is_new_, false)) return;
  auto message = remote_collector::config_request(id_of(args_), server_hash_, attributes_of(args_), status_, status_error_);
  report_ = client_->send(request(args_, "GetConfig", std::move(message)), [this](Result<HttpResponse> answer) {
    if (const auto body = body_of(std::move(answer)); !body) {
      status_is_new_ = true;
      context_.log.error("status notification call failed, will retry on next poll", {{"err", body.error().what}});
    }
  });
}

std::filesystem::path RemoteConfig::copy_path() const {
  std::string key = args_.url + "\n" + id_of(args_) + "\n" + args_.name + "\n";
  for (const auto& [name, value] : args_.attributes) key.append(name).append("=").append(value).append("\n");
  return context_.storage / hash_of(key);
}

void RemoteConfig::load_copy() {
  const std::string path = copy_path().string();
  const auto text = read_file(path, kConfigLimit);
  if (!text) return context_.log.error("failed to read from cache", {{"cache_path", path}, {"err", text.error().what}});
  if (const auto error = context_.load(*text)) return context_.log.error("failed to load from cache", {{"cache_path", path}, {"err", *error}});
  note_loaded(hash_of(*text));
  context_.log.info("successfully loaded configuration from cache",
                    {{"config_hash", loaded_hash_}, {"config_size", static_cast<int64_t>(text->size())}, {"cache_path", path}});
}

}  // namespace invar
