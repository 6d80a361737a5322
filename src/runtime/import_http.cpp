#include "src/runtime/http_client_arguments.h"
#include "src/runtime/http_poll.h"
#include "src/runtime/import_source.h"

namespace invar {
namespace {

using enum Presence;

struct HttpImportArgs {
  std::string url;
  Duration poll_frequency = Duration::seconds(60);
  Duration poll_timeout = Duration::seconds(10);
  std::string method = "GET";
  std::map<std::string, std::string> headers;
  std::string body;
  HttpClientArguments client;
  static void validate(HttpImportArgs& args, ValidateContext& context) { args.client.check(context); }
  friend bool operator==(const HttpImportArgs&, const HttpImportArgs&) = default;
};
constexpr Row kRows[] = {
    attr<&HttpImportArgs::url>("url", kRequired, "Where the module is"),
    attr<&HttpImportArgs::poll_frequency>("poll_frequency", kOptional, "Time between two looks"),
    attr<&HttpImportArgs::poll_timeout>("poll_timeout", kOptional, "Longest time for an answer"),
    attr<&HttpImportArgs::method>("method", kOptional, "Method of the request"),
    attr<&HttpImportArgs::headers>("headers", kOptional, "Headers of the request"),
    attr<&HttpImportArgs::body>("body", kOptional, "Body of the request"),
    block<&HttpImportArgs::client>("client", kOptional, "HTTP client settings", kHttpClientSchema),
};

constexpr Schema kSchema = schema<HttpImportArgs>("import.http", "Imports a module from a web server", kRows);

class HttpImport final : public ImportSource {
 public:
  HttpImport(const HttpImportArgs& args, ImportPlace place)
      : url_(args.url),
        every_(args.poll_frequency),
        place_(std::move(place)),
        remote_({args.url, args.method, args.headers, args.body, args.poll_timeout, args.client}, place_.host.user_agent, place_.log),
        timer_(place_.host.main_loop, [this] { ask(); }) {}

  Result<ImportContent> fetch() override {
    auto text = remote_.ask_now();
    if (!text) return refusal(text.error());
    return content_of(std::move(*text));
  }

  Result<void> check() override {
    const auto built = remote_.check();
    if (built) return {};
    return refusal(built.error());
  }

  void watch(Listener listener) override {
    listener_ = std::move(listener);
    if (const int64_t every = every_.ns / 1'000'000; every > 0) timer_.start(static_cast<uint64_t>(every), static_cast<uint64_t>(every));
  }

  std::string module_path() override { return url_.substr(0, url_.rfind('/') + 1); }

 private:
  Error refusal(const Error& error) const {
    return {(place_.updating ? "updating component: " : "creating http component: ") + error.what, error.reason};
  }
  ImportContent content_of(std::string text) const { return {{place_.global_id, std::move(text)}}; }

  void ask() {
    remote_.ask(place_.host.main_loop, [this](Result<std::string> text) {
      if (text) listener_.on_content(content_of(std::move(*text)));
      else listener_.on_failure("polling failed: " + text.error().what);
    });
  }

  const std::string url_;
  const Duration every_;
  ImportPlace place_;
  Listener listener_;
  HttpPoll remote_;
  Timer timer_;
};

}  // namespace

const ImportKind kImportHttp{"import.http", &kSchema, [](const void* args, ImportPlace place) -> std::unique_ptr<ImportSource> {
                               return std::make_unique<HttpImport>(*static_cast<const HttpImportArgs*>(args), std::move(place));
                             }};

}  // namespace invar
