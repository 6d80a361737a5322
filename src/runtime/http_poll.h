#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "src/base/result.h"
#include "src/io/http_client.h"
#include "src/language/schema.h"
#include "src/runtime/http_client_arguments.h"
#include "src/runtime/logger.h"

namespace invar {

/// A text that a web server has, asked for again and again: what remote.http and import.http share. Only an answer of 200 is one; the text is without the
/// blanks around it. Errors have Alloy's words (`performing request: Get "..": ..`), and are logged as Alloy logs them. Belongs to one loop.
class HttpPoll {
 public:
  struct Settings {
    std::string url, method;  // empty: GET
    std::map<std::string, std::string> headers;
    std::string body;
    Duration timeout;
    HttpClientArguments client;
  };
  using Done = std::function<void(Result<std::string>)>;
  /// More of a text than this is an error.
  static constexpr size_t kMostBytes = 16u << 20;

  /// Why no request can be made of these, in Go's words; nullopt: one can.
  static std::optional<std::string> refused(std::string_view method, std::string_view url);

  /// `user_agent` is sent unless the headers have one of their own.
  HttpPoll(Settings settings, std::string user_agent, Logger log) : settings_(std::move(settings)), user_agent_(std::move(user_agent)), log_(std::move(log)) {}

  /// As far as it can be told without asking anyone.
  Result<void> check() const;
  /// Waits for the answer, at most for the timeout: for loads, which wait.
  Result<std::string> ask_now() const;
  /// Does nothing while an answer is waited for.
  void ask(Loop& loop, Done done);

 private:
  HttpClientConfig client_config() const;
  HttpRequest request() const;
  Error failed(std::string_view message, std::string_view phase, const std::string& why) const;
  Result<std::string> text_of(Result<HttpResponse> answer) const;

  Settings settings_;
  std::string user_agent_;
  Logger log_;
  std::unique_ptr<HttpClient> client_;
  HttpCall call_;
};

}  // namespace invar
