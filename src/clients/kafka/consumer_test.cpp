#include "src/clients/kafka/consumer.h"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <mutex>
#include <thread>

#include "src/io/scripted_server.h"

namespace invar::kafka {
namespace {

/// Keeps the errors.
struct Errors final : Consumer::Owner {
  void on_message(const Message&) override {}
  void on_assigned(std::vector<TopicPartition>) override {}
  void on_revoked(std::vector<TopicPartition>, bool) override {}
  void on_commit_failed(std::vector<TopicPartition>, Error) override {}
  void on_error(Error error) override { texts += error.what + "\n"; }
  void on_token_wanted() override { token_wanted = true; }
  std::string texts;
  bool token_wanted = false;
};

ConsumerSettings settings_for(const std::string& broker) {
  ConsumerSettings settings;
  settings.brokers = {broker};
  settings.group_id = "g";
  settings.client_id = "c";
  return settings;
}

/// Remarks, of any thread.
struct Remarks {
  std::mutex mutex;
  std::string texts;
};

Result<std::unique_ptr<Consumer>> open(Loop& loop, const ConsumerSettings& settings, std::shared_ptr<Remarks> remarks = std::make_shared<Remarks>()) {
  const auto log = [remarks](int, std::string_view text) {
    const std::lock_guard lock(remarks->mutex);
    remarks->texts += text;
  };
  return Consumer::open(loop, settings, log, [] {});
}

/// What is said of a broker that speaks nothing but TLS: errors, then remarks.
std::string errors_of(const ConsumerSettings& settings, const std::function<bool(const std::string&)>& enough) {
  ignore_broken_pipes();
  Loop loop;
  const auto remarks = std::make_shared<Remarks>();
  auto consumer = open(loop, settings, remarks);
  REQUIRE(consumer);
  Errors errors;
  for (const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5); std::chrono::steady_clock::now() < end && !enough(errors.texts);) {
    (*consumer)->poll(errors, 100);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  consumer->reset();
  return errors.texts + remarks->texts;
}

TEST_CASE("a refused connection reads as Go's") {
  CHECK(dial_error("127.0.0.1:9/bootstrap: Connect to ipv4#127.0.0.1:9 failed: Connection refused (after 0ms in state CONNECT)") ==
        "dial tcp 127.0.0.1:9: connect: connection refused");
  CHECK(dial_error("b:9092/bootstrap: Failed to resolve 'b:9092': Name or service not known") == "b:9092/bootstrap: Failed to resolve 'b:9092': Name or service not known");
}

TEST_CASE("certificates of brokers: known, of another name, unknown, not looked at") {
  const TestCertificate certificate("DNS:broker.example,IP:127.0.0.1"), stranger("IP:127.0.0.1");
  ScriptedServer server([](const std::string&) { return std::nullopt; }, &certificate);
  ConsumerSettings settings = settings_for("127.0.0.1:" + std::to_string(server.port()));
  settings.over_tls = true;
  const auto refused = [](const std::string& errors) { return errors.find("SSL handshake failed") != std::string::npos; };
  const auto waits_for_nothing = [&](const std::string& errors) { return refused(errors) || server.connections() > 0; };

  settings.tls.ca_pem = certificate.cert_pem;
  CHECK(!refused(errors_of(settings, waits_for_nothing)));
  settings.tls.server_name = "broker.example";
  CHECK(!refused(errors_of(settings, [&, before = server.connections()](const std::string& errors) { return refused(errors) || server.connections() > before; })));
  settings.tls.server_name = "other.example";
  CHECK(errors_of(settings, refused).find("x509: certificate is not valid for other.example") != std::string::npos);
  settings.tls = {};
  settings.tls.ca_pem = stranger.cert_pem;
  CHECK(refused(errors_of(settings, refused)));
  settings.tls.insecure_skip_verify = true;
  CHECK(!refused(errors_of(settings, [&, before = server.connections()](const std::string& errors) { return refused(errors) || server.connections() > before; })));
}

TEST_CASE("logins: every mechanism is there; a broken certificate is an error at once") {
  Loop loop;
  for (const char* mechanism : {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"}) {
    CAPTURE(mechanism);
    ConsumerSettings settings = settings_for("127.0.0.1:1");
    settings.sasl_mechanism = mechanism;
    settings.user = "u";
    settings.password = Secret("p");
    auto consumer = open(loop, settings);
    REQUIRE(consumer);
    Errors errors;
    for (int i = 0; i < 400 && !errors.token_wanted && settings.sasl_mechanism == "OAUTHBEARER"; ++i) {
      (*consumer)->poll(errors, 100);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    CHECK(errors.token_wanted == (settings.sasl_mechanism == "OAUTHBEARER"));
  }
  ConsumerSettings settings = settings_for("127.0.0.1:1");
  settings.over_tls = true;
  settings.tls.ca_pem = "no certificate";
  CHECK(!open(loop, settings));
}

}  // namespace
}  // namespace invar::kafka
