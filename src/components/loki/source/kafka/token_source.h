#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "src/base/result.h"
#include "src/io/http_client.h"
#include "src/io/loop.h"

namespace invar::loki_source_kafka {

/// Access tokens of Microsoft Entra ID, from where Azure's default credential takes them on a node: a client's secret or a federated token (workload identity) that the
/// environment names, or the managed identity that the machine's metadata service knows. Belongs to its loop.
class TokenSource {
 public:
  struct Settings {
    std::vector<std::string> scopes;
    bool operator==(const Settings&) const = default;
  };
  struct Token {
    std::string text;
    int64_t expires_ms = 0;  // Unix
  };
  using Done = std::function<void(Result<Token>)>;
  using Environment = std::function<std::string(const char* name)>;

  TokenSource(Loop& loop, Settings settings, Environment environment = process_environment());
  /// One at a time: a second call forgets the first.
  void get(Done done);
  static Environment process_environment();

 private:
  Result<HttpRequest> request() const;
  HttpRequest of_metadata_service() const;

  Settings settings_;
  Environment environment_;
  HttpClient client_;
  HttpCall call_;
};

}  // namespace invar::loki_source_kafka
