#include "src/runtime/http_poll.h"

#include <algorithm>

#include "src/base/quote.h"
#include "src/runtime/blocking_request.h"
#include "src/text/url.h"

namespace invar {
namespace {

/// RFC 9110's token, which a method has to be.
bool is_token(std::string_view text) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  for (const char c : text)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kMarks.find(c) != kMarks.npos)) return false;
  return !text.empty();
}

}  // namespace

std::optional<std::string> HttpPoll::refused(std::string_view method, std::string_view url) {
  if (!method.empty() && !is_token(method)) return "net/http: invalid method " + quoted(method);
  if (const auto parsed = parse_url(url); !parsed) return parsed.error().what;
  return std::nullopt;
}

Result<void> HttpPoll::check() const {
  if (const auto why = refused(settings_.method, settings_.url)) return failed("failed to build request", "building request: ", *why);
  return {};
}

Result<std::string> HttpPoll::ask_now() const {
  if (auto built = check(); !built) return built.error();
  return text_of(request_now(client_config(), request()));
}

void HttpPoll::ask(Loop& loop, Done done) {
  if (call_.pending()) return;
  if (auto built = check(); !built) return done(built.error());
  if (!client_) client_ = std::make_unique<HttpClient>(loop, client_config());
  call_ = client_->send(request(), [this, done = std::move(done)](Result<HttpResponse> answer) { done(text_of(std::move(answer))); });
}

HttpClientConfig HttpPoll::client_config() const {
  const auto own = settings_.headers.find("User-Agent");
  return settings_.client.config(own == settings_.headers.end() ? user_agent_ : own->second);
}

HttpRequest HttpPoll::request() const {
  HttpRequest request;
  request.method = settings_.method.empty() ? "GET" : settings_.method;
  request.url = settings_.url;
  for (const auto& [name, value] : settings_.headers) request.headers.push_back({name, value});
  request.body = HttpBody::of(settings_.body);
  request.timeout_ms = static_cast<uint64_t>(std::max<int64_t>(settings_.timeout.ns / 1'000'000, 1));
  request.body_limit = kMostBytes;
  return request;
}

Error HttpPoll::failed(std::string_view message, std::string_view phase, const std::string& why) const {
  log_.error(message, {{"err", why}});
  return {std::string(phase) + why, "http"};
}

Result<std::string> HttpPoll::text_of(Result<HttpResponse> answer) const {
  if (!answer) return failed("failed to perform request", "performing request: ", answer.error().what);
  if (answer->truncated) return failed("failed to read response", "reading response: ", "more than 16 MiB");
  if (answer->status == 200) return std::string(trim_space(answer->body));
  std::string status = std::to_string(answer->status);
  if (!answer->status_text.empty()) status += " " + answer->status_text;
  log_.error("unexpected status code from response", {{"status", status}});
  return Error{"unexpected status code " + status, "status"};
}

}  // namespace invar
