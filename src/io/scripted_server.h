#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

/// A self-signed certificate and its key, made afresh; for tests.
struct TestCertificate {
  std::string cert_pem;
  std::string key_pem;
  /// `names`: as subjectAltName takes them, `DNS:a,IP:127.0.0.1`.
  explicit TestCertificate(const char* names);
};

/// A server of raw bytes on 127.0.0.1 for tests, with threads of its own: every request it has read whole (head and
/// Content-Length) goes to a function whose answer is sent as it is. An empty answer closes the connection, none leaves
/// the client waiting.
class ScriptedServer {
 public:
  using Script = std::function<std::optional<std::string>(const std::string& request)>;

  /// With a certificate it speaks TLS; it may then ask for the same certificate of the client.
  explicit ScriptedServer(Script script, const TestCertificate* certificate = nullptr,
                          bool ask_for_client_certificate = false);
  /// Listens on a Unix socket of that path instead.
  ScriptedServer(Script script, const std::string& unix_socket);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  uint16_t port() const;
  std::string url(std::string_view path = "/") const;
  std::vector<std::string> requests() const;
  int connections() const;
  /// The name the last TLS client asked for.
  std::string server_name() const;

  /// `status` is `200 OK`; each of `headers` ends with CR LF.
  static std::string answer(std::string_view status, std::string_view body, std::string_view headers = "");

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace invar
