#include "src/components/shared/docker_engine.h"

#include <sys/un.h>

#include "src/base/quote.h"
#include "src/text/json.h"
#include "src/text/url.h"

namespace invar {
namespace {

constexpr std::string_view kHost = "api.moby.localhost";  // where there is none, as Docker's client
constexpr std::string_view kNewestVersion = "1.55", kOldestVersion = "1.40";
constexpr uint64_t kConnectTimeoutMs = 10'000;
constexpr size_t kMostErrorBytes = 64u << 10;

Error unparsable(std::string_view host) { return {"unable to parse docker host `" + std::string(host) + "`", "url"}; }

std::optional<int> minor_version(std::string_view text) {
  if (!text.starts_with("1.") || text.size() > 6) return std::nullopt;
  int minor = 0;
  for (const char c : text.substr(2)) {
    if (c < '0' || c > '9') return std::nullopt;
    minor = 10 * minor + (c - '0');
  }
  return minor;
}

/// The newest that both sides know; what the engine says of itself counts only between those that are known here.
std::string agreed_version(std::string_view theirs) {
  const auto minor = minor_version(theirs);
  const bool lower = minor && *minor < *minor_version(kNewestVersion) && *minor >= *minor_version(kOldestVersion);
  return std::string(lower ? theirs : kNewestVersion);
}

std::string text_member(const json::Value& object, std::string_view key) {
  json::Value member;
  return object.kind() == json::Kind::kObject && object.member(key, member) && member.kind() == json::Kind::kString ? std::string(member.as_string()) : std::string();
}

bool true_member(const json::Value& object, std::string_view key) {
  json::Value member;
  return object.kind() == json::Kind::kObject && object.member(key, member) && member.kind() == json::Kind::kBool && member.as_bool();
}

/// What an answer of 400 and more says.
Error refusal(int status, std::string_view status_text, std::string_view content_type, std::string_view body, const std::string& url) {
  const std::string reason = status == 404 ? "not_found" : "status";
  const std::string number = std::to_string(status);
  if (body.empty())
    return {"request returned " + number + " " + std::string(status_text) + " for API route and version " + url + ", check if the server supports the requested API version", reason};
  constexpr std::string_view kIntro = "Error response from daemon: ";
  if (content_type != "application/json") return {std::string(kIntro) + std::string(trim_space(body)), reason};
  json::Parser parser;
  if (!parser.parse_any(body)) return {"error reading JSON: the answer is none", reason};
  const std::string message(trim_space(text_member(parser.root(), "message")));
  if (message.empty()) return {std::string(kIntro) + "API returned a " + number + " (" + std::string(status_text) + ") but provided no error-message", reason};
  return {std::string(kIntro) + message, reason};
}

Result<DockerEngine::Container> read_container(std::string_view body) {
  json::Parser parser;
  if (!parser.parse_any(body) || parser.root().kind() != json::Kind::kObject) return Error{"the engine's answer about the container is no JSON object", "json"};
  DockerEngine::Container container;
  json::Value part;
  if (parser.root().member("State", part)) {
    container.running = true_member(part, "Running");
    container.finished_at = text_member(part, "FinishedAt");
  }
  if (parser.root().member("Config", part)) container.tty = true_member(part, "Tty");
  return container;
}

/// Into a path: ids are hexadecimal, and names may be given too.
std::string escaped(std::string_view text) {
  Url url;
  url.path = text;
  std::string path = url.escaped_path();
  for (size_t at = 0; (at = path.find('/', at)) != std::string::npos; at += 3) path.replace(at, 1, "%2F");
  return path;
}

HttpClientConfig client_config(const DockerAddress& address, HttpClientConfig config, std::string user_agent) {
  if (!address.takes_client) config = {};
  config.proxy.from_environment |= !address.takes_client;
  config.unix_socket = address.unix_socket;
  config.user_agent = std::move(user_agent);
  config.http2 = false;  // logs are paused, one by one
  config.max_idle_connections = 6;
  return config;
}

}  // namespace

Result<DockerAddress> DockerAddress::parse(std::string_view host) {
  const size_t cut = host.find("://");
  if (cut == std::string_view::npos || cut + 3 == host.size()) return unparsable(host);
  const std::string_view scheme = host.substr(0, cut), rest = host.substr(cut + 3);
  DockerAddress address{.written = std::string(host)};
  if (scheme == "unix") {
    if (rest.size() > sizeof(sockaddr_un::sun_path)) return Error{"unix socket path " + quoted(rest) + " is too long", "url"};
    address.unix_socket = rest;
    address.base_url = "http://" + std::string(kHost);
    return address;
  }
  if (scheme == "npipe") return Error{"protocol not available", "url"};
  if (scheme == "tcp")
    if (const auto url = parse_url(host); !url) return url.error();
  address.takes_client = scheme == "http" || scheme == "https";
  address.base_url = (scheme == "https" ? "https://" : "http://") + std::string(rest);
  while (address.base_url.ends_with('/')) address.base_url.pop_back();
  return address;
}

DockerEngine::DockerEngine(Loop& loop, DockerAddress address, HttpClientConfig config, std::string user_agent, uint64_t timeout_ms)
    : address_(std::move(address)), timeout_ms_(timeout_ms), client_(loop, client_config(address_, std::move(config), std::move(user_agent))) {}

HttpRequest DockerEngine::request(std::string method, const std::string& path) const {
  HttpRequest request;
  request.method = std::move(method);
  request.url = address_.base_url + (version_.empty() ? "" : "/v" + version_) + path;
  request.connect_timeout_ms = kConnectTimeoutMs;
  return request;
}

/// Asks for the version first, unless it is known. `then` decides about errors by itself: its request meets the same.
void DockerEngine::agree(const DockerCall& call, Then then) {
  if (!version_.empty()) return then();
  ping(call, "HEAD", std::move(then));
}

void DockerEngine::ping(const DockerCall& call, std::string method, Then then) {
  HttpRequest asked = request(method, "/_ping");
  asked.timeout_ms = timeout_ms_;
  *call = client_.send(std::move(asked), [this, weak = std::weak_ptr(call), method, then = std::move(then)](Result<HttpResponse> answer) {
    const DockerCall call = weak.lock();
    if (!call) return;
    if (answer && answer->status == 200) version_ = agreed_version(answer->header("Api-Version"));
    else if (method == "HEAD") return ping(call, "GET", then);
    then();
    // Until the engine has answered once, each request asks.
  });
}

DockerCall DockerEngine::get(const std::string& path, size_t most_bytes, std::function<void(Result<std::string>)> done) {
  auto call = std::make_shared<HttpCall>();
  agree(call, [this, weak = std::weak_ptr(call), path, most_bytes, done = std::move(done)] {
    const DockerCall call = weak.lock();
    if (!call) return;
    HttpRequest asked = request("GET", path);
    asked.timeout_ms = timeout_ms_;
    asked.body_limit = most_bytes;
    *call = client_.send(asked, [this, url = asked.url, done](Result<HttpResponse> answer) {
      if (!answer) return done(transport_error(answer.error()));
      if (answer->status < 200 || answer->status >= 400)
        return done(refusal(answer->status, answer->status_text, answer->header("Content-Type"), answer->body, url));
      if (answer->truncated) return done(Error{"the engine's answer is too long", "too_large"});
      done(std::move(answer->body));
    });
  });
  return call;
}

DockerCall DockerEngine::inspect(const std::string& container, std::function<void(Result<Container>)> done) {
  constexpr size_t kMostBytes = 8u << 20;
  return get("/containers/" + escaped(container) + "/json", kMostBytes, [done = std::move(done)](Result<std::string> body) {
    if (!body) return done(body.error());
    done(read_container(*body));
  });
}

DockerCall DockerEngine::read_log(LogRequest log, std::function<void(LogEnd)> done) {
  struct Reading {
    int status = 0;
    std::string content_type, body;  // of a refusal
    bool begun() const { return status >= 200 && status < 400; }
  };
  auto call = std::make_shared<HttpCall>();
  agree(call, [this, weak = std::weak_ptr(call), log = std::move(log), done = std::move(done)] {
    const DockerCall call = weak.lock();
    if (!call) return;
    HttpRequest asked = request("GET", "/containers/" + escaped(log.container) + "/logs?follow=1&since=" + std::to_string(log.since_seconds) + "&stderr=1&stdout=1&timestamps=1");
    const auto reading = std::make_shared<Reading>();
    asked.on_head = [reading, on_begin = log.on_begin](int status, const std::vector<HttpHeader>& headers) {
      reading->status = status;
      reading->content_type = find_header(headers, "Content-Type");
      if (reading->begun()) on_begin();
    };
    asked.on_data = [reading, on_data = log.on_data](std::string_view bytes) {
      if (reading->begun()) return on_data(bytes);
      reading->body.append(bytes.substr(0, kMostErrorBytes - std::min(kMostErrorBytes, reading->body.size())));
    };
    *call = client_.send(asked, [this, reading, url = asked.url, done](Result<HttpResponse> answer) {
      if (!answer) return done({reading->begun(), reading->begun() ? answer.error() : transport_error(answer.error())});
      if (!reading->begun()) return done({false, refusal(answer->status, answer->status_text, reading->content_type, reading->body, url)});
      done({.begun = true});
    });
  });
  return call;
}

Error DockerEngine::transport_error(const Error& error) const {
  const std::string at = " the docker API at " + address_.written;
  // What Go says of the connection stands behind the request: `Get "http://h/": dial unix /s: ..`.
  const size_t why = error.what.find("\": ");
  const std::string bare = why == std::string::npos ? error.what : error.what.substr(why + 3);
  if (error.reason == "permission") return {"permission denied while trying to connect to" + at, error.reason};
  if (error.reason == "not_found")
    return {"failed to connect to" + at + "; check if the path is correct and if the daemon is running: " + bare, "unreachable"};
  if (error.reason == "dns") return {"failed to connect to" + at + ": " + (bare.starts_with("dial tcp: ") ? bare.substr(10) : bare), error.reason};
  if (error.reason == "timeout" || error.reason == "refused")
    return {"Cannot connect to the Docker daemon at " + address_.written + ". Is the docker daemon running?", error.reason};
  return {"error during connect: " + error.what, error.reason};
}

}  // namespace invar
