#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "src/base/clock.h"
#include "src/io/http_client.h"
#include "src/runtime/http_client_arguments.h"
#include "src/runtime/logger.h"
#include "src/runtime/metrics.h"
#include "src/runtime/remote_collector.h"

namespace invar {

/// Arguments of the remotecfg block.
struct RemoteConfigArgs {
  std::string url, id, name;
  std::map<std::string, std::string> attributes;
  Duration poll_frequency = Duration::seconds(60);
  HttpClientArguments client;
  static void validate(RemoteConfigArgs& args, ValidateContext& context);
  friend bool operator==(const RemoteConfigArgs&, const RemoteConfigArgs&) = default;
};
const Schema& remote_config_schema();

/// A config from elsewhere, which runs beside the one on disk as the module `remotecfg`: registers with the server, polls it, and keeps what it got last on disk for a
/// start without the server. On main.
class RemoteConfig {
 public:
  struct Context {
    Loop& loop;
    const Clock& clock;
    Logger log;
    MetricRegistry& metrics;
    std::filesystem::path storage;  // of the copies
    std::string seed_uid, user_agent;
    /// Runs the config in place of the one that runs; why not, in which case nothing has changed.
    std::function<std::optional<std::string>(const std::string& text)> load;
  };
  explicit RemoteConfig(Context context);
  ~RemoteConfig();

  /// Part of a load that may still be refused: registers with the server, unless it knows us by these arguments already. Blocks.
  Result<void> register_with(const RemoteConfigArgs& args);
  /// The load is committed. Arguments without a URL end the polling; the config that runs stays until it is replaced.
  void apply(const RemoteConfigArgs& args);
  /// The process ends: `done` is called once the server has heard of it, or a second has passed.
  void unregister(std::function<void()> done);

 private:
  HttpClientConfig client_config(const RemoteConfigArgs& args) const;
  HttpRequest request(const RemoteConfigArgs& args, std::string_view method, std::string body) const;
  std::string id_of(const RemoteConfigArgs& args) const { return args.id.empty() ? context_.seed_uid : args.id; }
  remote_collector::Attributes attributes_of(const RemoteConfigArgs& args) const;
  std::filesystem::path copy_path() const;
  void poll(bool may_use_copy);
  void take(Result<HttpResponse> answer, bool may_use_copy);
  void take_config(const remote_collector::ConfigResponse& response);
  void fail(const std::string& error, bool may_use_copy);
  void load_copy();
  void note_loaded(const std::string& hash);
  void set_status(remote_collector::Status status, std::string error = {});
  void report();

  Context context_;
  RemoteConfigArgs args_;
  std::optional<RemoteConfigArgs> registered_;
  std::unique_ptr<HttpClient> client_;
  HttpCall call_, report_;
  Timer timer_;
  std::string loaded_hash_, received_hash_, server_hash_;
  remote_collector::Status status_ = remote_collector::Status::kUnset;
  std::string status_error_;
  bool status_is_new_ = true;
  std::unique_ptr<MetricScope> metrics_;
  Gauge *loaded_metric_, *successful_, *not_modified_, *timestamp_;
  Counter *failures_, *attempts_;
  Histogram* seconds_;
};

}  // namespace invar
