#include <optional>
#include <variant>

#include "src/base/quote.h"
#include "src/io/http_client.h"
#include "src/runtime/blocking_request.h"
#include "src/runtime/http_client_arguments.h"
#include "src/runtime/import_source.h"
#include "src/text/url.h"

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

constexpr size_t kContentLimit = 16u << 20;

/// RFC 9110's token, which a method has to be.
bool is_token(std::string_view text) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  for (const char c : text)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kMarks.find(c) != kMarks.npos)) return false;
  return !text.empty();
}

class HttpImport final : public ImportSource {
 public:
  HttpImport(const HttpImportArgs& args, ImportPlace place) : args_(args), place_(std::move(place)), poll_(place_.host.main_loop, [this] { ask(); }) {}

  Result<ImportContent> fetch() override {
    auto content = settle(fetch_now());
    if (!content) return refusal(content.error());
    return content;
  }

  Result<void> check() override {
    const auto refused = refuse_request();
    if (!refused) return {};
    return refusal(settle(*refused).error());
  }

  void watch(Listener listener) override {
    listener_ = std::move(listener);
    client_ = std::make_unique<HttpClient>(place_.host.main_loop, client_config());
    if (const int64_t every = args_.poll_frequency.ns / 1'000'000; every > 0) poll_.start(static_cast<uint64_t>(every), static_cast<uint64_t>(every));
  }

  std::string module_path() override { return args_.url.substr(0, args_.url.rfind('/') + 1); }

 private:
  struct Failure {
    std::string_view message, phase;  // of the log line, of the error
    std::string why;
  };
  using Answer = std::variant<HttpResponse, Failure>;

  Error refusal(const Error& error) const {
    return {(place_.updating ? "updating component: " : "creating http component: ") + error.what, error.reason};
  }

  HttpClientConfig client_config() const {
    const auto own = args_.headers.find("User-Agent");
    return args_.client.config(own == args_.headers.end() ? place_.host.user_agent : own->second);
  }

  std::optional<Failure> refuse_request() const {
    if (const std::string method = args_.method.empty() ? "GET" : args_.method; !is_token(method))
      return Failure{"failed to build request", "building request: ", "net/http: invalid method " + invar::quoted(method)};
    if (const auto url = parse_url(args_.url); !url) return Failure{"failed to build request", "building request: ", url.error().what};
    return std::nullopt;
  }

  HttpRequest request() const {
    HttpRequest request;
    request.method = args_.method.empty() ? "GET" : args_.method;
    request.url = args_.url;
    for (const auto& [name, value] : args_.headers) request.headers.push_back({name, value});
    request.body = HttpBody::of(args_.body);
    request.timeout_ms = static_cast<uint64_t>(std::max<int64_t>(args_.poll_timeout.ns / 1'000'000, 1));
    request.body_limit = kContentLimit;
    return request;
  }

  static Answer answer_of(Result<HttpResponse> result) {
    if (!result) return Failure{"failed to perform request", "performing request: ", result.error().what};
    if (result->truncated) return Failure{"failed to read response", "reading response: ", "more than 16 MiB"};
    return std::move(*result);
  }

  Answer fetch_now() const {
    if (auto refused = refuse_request()) return *refused;
    return answer_of(request_now(client_config(), request()));
  }

  void ask() {
    if (call_.pending()) return;
    if (auto refused = refuse_request()) return tell(settle(*refused));
    call_ = client_->send(request(), [this](Result<HttpResponse> result) { tell(settle(answer_of(std::move(result)))); });
  }

  void tell(Result<ImportContent> content) {
    if (content)
      listener_.on_content(std::move(*content));
    else
      listener_.on_failure("polling failed: " + content.error().what);
  }

  /// Logs what is wrong with an answer.
  Result<ImportContent> settle(Answer answer) const {
    if (const auto* failure = std::get_if<Failure>(&answer)) {
      place_.log.error(failure->message, {{"err", failure->why}});
      return Error{std::string(failure->phase) + failure->why, "http"};
    }
    const HttpResponse& response = std::get<HttpResponse>(answer);
    if (response.status == 200) return ImportContent{{place_.global_id, std::string(trim_space(response.body))}};
    std::string status = std::to_string(response.status);
    if (!response.status_text.empty()) status += " " + response.status_text;
    place_.log.error("unexpected status code from response", {{"status", status}});
    return Error{"unexpected status code " + status, "status"};
  }

  HttpImportArgs args_;
  ImportPlace place_;
  Listener listener_;
  std::unique_ptr<HttpClient> client_;
  HttpCall call_;
  Timer poll_;
};

}  // namespace

const ImportKind kImportHttp{"import.http", &kSchema, [](const void* args, ImportPlace place) -> std::unique_ptr<ImportSource> {
                               return std::make_unique<HttpImport>(*static_cast<const HttpImportArgs*>(args), std::move(place));
                             }};

}  // namespace invar
