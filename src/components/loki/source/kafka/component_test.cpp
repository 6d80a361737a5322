#include <doctest/doctest.h>

#include <map>
#include <set>

#include "src/base/quote.h"
#include "src/clients/kafka/mock_cluster.h"
#include "tests/component_bench.h"

namespace invar::loki_source_kafka {

extern const ComponentSpec kComponent;

namespace {

using Lines = std::vector<std::string>;
using Labels = std::map<std::string, std::string>;

/// A component that reads a cluster; start() and stop() as often as wanted.
struct Bench {
  explicit Bench(kafka::MockCluster& cluster) : cluster(cluster) {}
  ~Bench() {
    if (node) end();
  }

  /// `rules`: rule blocks.
  PlanPtr plan(std::string_view rules = {}) {
    const std::string body = "brokers = [" + invar::quoted(cluster.address()) + "]\n" + arguments;
    auto loaded = bench::load_source(kComponent, body, out, rules);
    files.push_back(std::move(loaded.file));
    const std::string why = loaded.diagnostics.empty() ? "" : loaded.diagnostics.all()[0].message;
    INFO(why);
    REQUIRE(loaded.plan);
    return loaded.plan;
  }
  void start(std::string_view rules = {}) {
    world = std::make_unique<bench::World>("loki.source.kafka.vec", folder.path());
    world->haste = 5;  // the mock cluster takes nearly as long as a session for a rebalance
    auto started = kComponent.start(plan(rules), *world);
    REQUIRE(started);
    node = std::move(*started);
    node->run();
  }
  void stop() {
    bool drained = false;
    node->drain([&] { drained = true; });
    CHECK(world->run_until([&] { return drained; }, 10'000));
    end();
  }
  void end() {
    node.reset();
    out.settle_held(Settled::kReturned);
    world->turn(20);
    world.reset();
    out.entries.clear();
  }
  Lines next(size_t count) {
    world->run_until([&] { return out.entries.size() >= count; }, 15'000);
    world->run_for(50);
    Lines lines = out.lines();
    out.entries.clear();
    return lines;
  }
  void quiet(int64_t ms = 300) {
    world->run_for(ms);
    CHECK(out.lines() == Lines{});
  }
  bool commits(const std::string& topic, int32_t partition, int64_t offset, int64_t ms = 5000) {
    return world->run_until(
        [&] {
          world->run_for(50);
          return cluster.committed("loki.source.kafka", topic, partition) == offset;
        },
        ms);
  }
  bool claims() {
    return world->run_until([&] { return world->has_logged("consuming topic"); }, 15'000);
  }

  kafka::MockCluster& cluster;
  bench::Folder folder;
  bench::Receiver out;
  std::unique_ptr<bench::World> world;
  NodePtr node;
  std::string arguments = "topics = [\"logs\"]";
  std::vector<ast::FilePtr> files;
};

/// Messages `m<first>`.. in one partition.
void produce(kafka::MockCluster& cluster, int first, int count, const std::string& topic = "logs", int32_t partition = 0) {
  for (int i = first; i < first + count; ++i) cluster.produce(topic, partition, {.value = "m" + std::to_string(i)});
  cluster.flush();
}

Lines messages(int first, int count) {
  Lines lines;
  for (int i = first; i < first + count; ++i) lines.push_back("m" + std::to_string(i));
  return lines;
}

TEST_CASE("a message is an entry: its value the line, from the oldest on, with the component's labels") {
  kafka::MockCluster cluster;
  cluster.create_topic("logs", 1);
  produce(cluster, 0, 2);
  Bench b(cluster);
  b.arguments += "\nlabels = { job = \"kafka\" }";
  const int64_t before = SystemClock::instance().wall_ns();
  b.start();
  CHECK(b.world->run_until([&] { return b.out.entries.size() == 2; }, 10'000));
  REQUIRE(b.out.entries.size() == 2);
  CHECK(b.out.entries[0].line == "m0");
  CHECK(b.out.entries[0].labels == Labels{{"job", "kafka"}});
  CHECK(b.out.entries[0].time_ns > before);
  CHECK(b.out.entries[1].time_ns > b.out.entries[0].time_ns);
  CHECK(b.world->has_logged("msg=\"new topics received\" topics=[logs]"));
  CHECK(b.world->has_logged("msg=\"starting consumer\" topics=[logs]"));
  CHECK(b.world->has_logged("topic=logs partition=0 initial_offset=-2\""));
}

TEST_CASE("rules see the partition's labels, and once more the key and the offset of each message") {
  kafka::MockCluster cluster;
  cluster.create_topic("logs", 1);
  cluster.produce("logs", 0, {.key = "k1", .value = "with a key"});
  cluster.produce("logs", 0, {.value = "without"});
  cluster.flush();
  Bench b(cluster);
  b.arguments += "\ngroup_id = \"g\"\nlabels = { job = \"kafka\", key = \"static\" }";
  b.start(R"rules(
    rule {
      action = "labelmap"
      regex = "__meta_kafka_(topic|partition|group_id)"
    }
    rule {
      source_labels = ["__meta_kafka_message_key"]
      target_label = "key"
    }
    rule {
      source_labels = ["__meta_kafka_message_offset"]
      target_label = "offset"
    }
    rule {
      source_labels = ["__meta_kafka_member_id"]
      regex = ".+"
      target_label = "member"
      replacement = "known"
    })rules");
  CHECK(b.world->run_until([&] { return b.out.entries.size() == 2; }, 10'000));
  REQUIRE(b.out.entries.size() == 2);
  CHECK(b.out.entries[0].labels == Labels{{"group_id", "g"}, {"job", "kafka"}, {"key", "k1"}, {"member", "known"}, {"offset", "0"}, {"partition", "0"}, {"topic", "logs"}});
  CHECK(b.out.entries[1].labels == Labels{{"group_id", "g"}, {"job", "kafka"}, {"key", "none"}, {"member", "known"}, {"offset", "1"}, {"partition", "0"}, {"topic", "logs"}});
}

TEST_CASE("a partition that no label is left of is not read, until there is one") {
  kafka::MockCluster cluster;
  cluster.create_topic("logs", 1);
  produce(cluster, 0, 3);
  Bench b(cluster);
  b.start();
  CHECK(b.world->run_until([&] { return b.world->has_logged("msg=\"dropping target\" reason=\"no labels\" details="); }, 10'000));
  CHECK(b.world->has_logged(R"(discovered_labels="{__meta_kafka_group_id=\"loki.source.kafka\", __meta_kafka_member_id=\")"));
  b.quiet();
  b.arguments += "\nlabels = { a = \"1\" }";
  b.node->update(b.plan());
  CHECK(b.next(3) == messages(0, 3));
}

TEST_CASE("use_incoming_timestamp: the message's time; equal ones in a row a nanosecond apart; a null message is an empty line") {
  kafka::MockCluster cluster;
  cluster.create_topic("logs", 1);
  constexpr int64_t kTime = 1'700'000'000'123;
  cluster.produce("logs", 0, {.value = "same", .time_ms = kTime});
  cluster.produce("logs", 0, {.value = "same", .time_ms = kTime});
  cluster.produce("logs", 0, {.value = "other", .time_ms = kTime});
  cluster.produce("logs", 0, {.key = "deleted", .value = std::nullopt, .time_ms = kTime + 1});
  cluster.flush();
  Bench b(cluster);
  b.arguments += "\nuse_incoming_timestamp = true\nlabels = { a = \"1\" }";
  b.start();
  CHECK(b.world->run_until([&] { return b.out.entries.size() == 4; }, 10'000));
  REQUIRE(b.out.entries.size() == 4);
  CHECK(b.out.entries[0].time_ns == kTime * 1'000'000);
  CHECK(b.out.entries[1].time_ns == kTime * 1'000'000 + 1);
  CHECK(b.out.entries[2].time_ns == kTime * 1'000'000);
  CHECK(b.out.entries[3].time_ns == (kTime + 1) * 1'000'000);
  CHECK(b.out.entries[3].line.empty());
}

TEST_CASE("several topics, by name and by expression; each partition in order") {
  kafka::MockCluster cluster;
  for (const char* topic : {"audit", "logs-a", "logs-b", "other", "my-logs-c"}) {
    cluster.create_topic(topic, 2);
    for (int32_t partition = 0; partition < 2; ++partition)
      for (int i = 0; i < 50; ++i) cluster.produce(topic, partition, {.value = std::string(topic) + "/" + std::to_string(partition) + "/" + std::to_string(i)});
  }
  cluster.flush();
  Bench b(cluster);
  b.arguments = "topics = [\"^logs-.*\", \"audit\", \"missing\"]\nassignor = \"sticky\"\nlabels = { a = \"1\" }";
  b.start();
  const Lines lines = b.next(300);
  CHECK(lines.size() == 300);
  CHECK(b.world->has_logged("topics=\"[audit logs-a logs-b]\""));
  std::map<std::string, int> next;
  bool ordered = true;
  for (const std::string& line : lines) {
    const size_t at = line.rfind('/');
    ordered &= std::stoi(line.substr(at + 1)) == next[line.substr(0, at)]++;
  }
  CHECK(ordered);
  CHECK(next.size() == 6);
}

TEST_CASE("offsets are committed behind what is acknowledged alone; a restart goes on there") {
  kafka::MockCluster cluster;
  cluster.create_topic("logs", 1);
  produce(cluster, 0, 600);
  Bench b(cluster);
  b.arguments += "\nlabels = { a = \"1\" }";
  b.out.hold = true;
  b.start();
  CHECK(b.next(600) == messages(0, 600));
  b.world->run_for(1000);
  CHECK(cluster.committed("loki.source.kafka", "logs", 0) == -1);
  b.out.settle_held(Settled::kDelivered, 599);
  b.world->run_for(1000);
  const int64_t committed = cluster.committed("loki.source.kafka", "logs", 0);
  CHECK(committed > 0);
  CHECK(committed < 600);  // a batch is acknowledged as one
  b.end();                 // the last one comes back
  b.out.hold = false;
  b.start();
  CHECK(b.next(600 - static_cast<size_t>(committed)) == messages(static_cast<int>(committed), 600 - static_cast<int>(committed)));
  CHECK(b.commits("logs", 0, 600));
  b.stop();
  produce(cluster, 600, 1);
  b.start();
  CHECK(b.next(1) == messages(600, 1));
}

TEST_CASE("what was dropped on purpose counts as acknowledged; a drain commits and leaves the group at once") {
  kafka::MockCluster cluster;
  cluster.create_topic("logs", 1);
  produce(cluster, 0, 10);
  Bench b(cluster);
  b.arguments += "\nlabels = { a = \"1\" }";
  b.out.answer = Settled::kDropped;
  b.start();
  CHECK(b.next(10) == messages(0, 10));
  b.stop();
  CHECK(cluster.committed("loki.source.kafka", "logs", 0) == 10);
  const auto begin = std::chrono::steady_clock::now();
  b.start();
  CHECK(b.claims());
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));  // half of the session's timeout
  b.quiet();
}

TEST_CASE("what a destination gives back is sent again, with the same times, in front of anything new") {
  kafka::MockCluster cluster;
  cluster.create_topic("logs", 1);
  produce(cluster, 0, 3);
  Bench b(cluster);
  b.arguments += "\nlabels = { a = \"1\" }";
  b.out.hold = true;
  b.start();
  CHECK(b.world->run_until([&] { return b.out.entries.size() == 3; }, 10'000));
  const int64_t time = b.out.entries[0].time_ns;
  b.out.entries.clear();
  b.out.settle_held(Settled::kReturned);
  CHECK(b.world->run_until([&] { return b.out.entries.size() == 3; }));
  CHECK(b.out.lines() == messages(0, 3));
  CHECK(b.out.entries[0].time_ns == time);
  b.out.settle_held(Settled::kDelivered);
  CHECK(b.commits("logs", 0, 3));
}

TEST_CASE("a receiver that is full stops reading, and the group stays") {
  kafka::MockCluster cluster;
  cluster.create_topic("logs", 1);
  const std::string filling(2000, 'x');
  for (int i = 0; i < 2'000; ++i) cluster.produce("logs", 0, {.value = std::to_string(i) + " " + filling});
  cluster.flush();
  Bench b(cluster);
  b.arguments += "\nlabels = { a = \"1\" }";
  b.out.pause = true;
  b.start();
  CHECK(b.world->run_until([&] { return !b.out.entries.empty(); }, 10'000));
  b.world->run_for(1500);
  CHECK(b.out.entries.size() <= 512);
  b.out.resume();
  CHECK(b.world->run_until([&] { return b.out.entries.size() >= 2'000; }, 20'000));
  bool ordered = b.out.entries.size() == 2'000;
  for (size_t i = 0; ordered && i < b.out.entries.size(); ++i) ordered = b.out.entries[i].line.starts_with(std::to_string(i) + " ");
  CHECK(ordered);
}

void run_both(Bench& a, Bench& b, int64_t ms) {
  for (const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms); std::chrono::steady_clock::now() < end;) {
    a.world->run_for(5);
    b.world->run_for(5);
  }
}

void rebalance(const std::string& assignor) {
  CAPTURE(assignor);
  kafka::MockCluster cluster;
  cluster.create_topic("logs", 4);
  for (int32_t partition = 0; partition < 4; ++partition) produce(cluster, 1000 * partition, 100, "logs", partition);
  Bench a(cluster), b(cluster);
  a.arguments = b.arguments = "topics = [\"logs\"]\nlabels = { a = \"1\" }\nassignor = " + invar::quoted(assignor);
  a.start();
  CHECK(a.world->run_until([&] { return a.out.entries.size() == 400; }, 15'000));
  a.out.hold = true;  // what comes now is not acknowledged yet when the partitions go
  for (int32_t partition = 0; partition < 4; ++partition) produce(cluster, 1000 * partition + 100, 10, "logs", partition);
  CHECK(a.world->run_until([&] { return a.out.entries.size() == 440; }, 15'000));
  b.start();
  run_both(a, b, 1000);
  a.out.settle_held(Settled::kDelivered);
  a.out.hold = false;
  for (int i = 0; i < 150 && !b.world->has_logged("consuming topic"); ++i) run_both(a, b, 100);
  for (int32_t partition = 0; partition < 4; ++partition) produce(cluster, 1000 * partition + 110, 100, "logs", partition);
  const auto all = [&] { return a.out.entries.size() + b.out.entries.size() >= 840; };
  for (int i = 0; i < 150 && !all(); ++i) run_both(a, b, 100);
  run_both(a, b, 300);
  CHECK(!b.out.entries.empty());
  std::multiset<std::string> lines;
  for (const Bench* one : {&a, &b})
    for (const std::string& line : one->out.lines()) lines.insert(line);
  CHECK(std::set<std::string>(lines.begin(), lines.end()).size() == 840);
  // The mock cluster takes no offsets while a group that shares eagerly does so (Kafka does); on a busy machine a member may be out of the group,
  // or late to acknowledge. Only then something comes again, and it is said.
  const auto refused = [](const Bench& one) {
    return one.world->has_logged("offsets could not be committed") || one.world->has_logged("are read again");
  };
  CHECK((lines.size() == 840 || refused(a) || refused(b)));
  // The other one goes: all of its partitions come back, behind what it has committed.
  bool drained = false;
  b.node->drain([&] { drained = true; });
  for (int i = 0; i < 100 && !drained; ++i) run_both(a, b, 50);
  CHECK(drained);
  b.end();
  a.out.entries.clear();
  for (int32_t partition = 0; partition < 4; ++partition) produce(cluster, 1000 * partition + 210, 10, "logs", partition);
  const auto fresh = [&] {
    const Lines lines = a.out.lines();
    return std::count_if(lines.begin(), lines.end(), [](const std::string& line) { return std::stoi(line.substr(1)) % 1000 >= 210; });
  };
  CHECK(a.world->run_until([&] { return fresh() >= 40; }, 30'000));
  a.world->run_for(100);
  CHECK((fresh() == 40 || refused(a)));
  if (assignor == "sticky" && !refused(a)) CHECK(a.out.entries.size() == 40);
}

TEST_CASE("two members of a group share its partitions: nothing is lost, and nothing that was committed comes again (range)") { rebalance("range"); }
TEST_CASE("two members of a group share its partitions: nothing is lost, and nothing that was committed comes again (roundrobin)") { rebalance("roundrobin"); }
TEST_CASE("two members of a group share its partitions: nothing is lost, and nothing that was committed comes again (sticky)") { rebalance("sticky"); }

TEST_CASE("brokers that are down at the start: unhealthy, and tried again") {
  kafka::MockCluster cluster;
  cluster.create_topic("logs", 1);
  produce(cluster, 0, 1);
  cluster.set_down(true);
  Bench b(cluster);
  b.arguments += "\nlabels = { a = \"1\" }";
  b.start();
  const std::string why = "error creating kafka client: kafka: client has run out of available brokers to talk to: dial tcp " + cluster.address() + ": connect: connection refused";
  CHECK(b.world->run_until([&] { return b.world->health().state == HealthState::kUnhealthy; }, 10'000));
  CHECK(b.world->health().message == why);
  const auto logged = [&] { return b.world->has_logged("level=error msg=\"failed to create kafka client with provided config\" err=\"" + why + "\""); };
  CHECK(b.world->run_until(logged));
  cluster.set_down(false);
  CHECK(b.next(1) == messages(0, 1));
  CHECK(b.world->run_until([&] { return b.world->health().state == HealthState::kHealthy; }, 10'000));
  CHECK(b.commits("logs", 0, 1));
}

TEST_CASE("brokers that go down: unhealthy, until one is back; reading goes on where it was") {
  kafka::MockCluster cluster;
  cluster.create_topic("logs", 1);
  produce(cluster, 0, 1);
  Bench b(cluster);
  b.arguments += "\nlabels = { a = \"1\" }";
  b.start();
  CHECK(b.next(1) == messages(0, 1));
  CHECK(b.commits("logs", 0, 1));
  cluster.set_down(true);
  CHECK(b.world->run_until([&] { return b.world->health().state == HealthState::kUnhealthy; }, 20'000));
  CHECK(b.world->health().message.starts_with("failed to fetch topics: "));
  cluster.set_down(false);
  produce(cluster, 1, 1);
  CHECK(b.next(1) == messages(1, 1));
}

TEST_CASE("a certificate that is not there makes it unhealthy; a drain ends it") {
  kafka::MockCluster cluster;
  Bench b(cluster);
  b.arguments += "\nauthentication {\n  type = \"ssl\"\n  tls_config {\n    ca_file = " + invar::quoted(b.folder / "ca.pem") + "\n  }\n}";
  b.start();
  CHECK(b.world->run_until([&] { return b.world->health().state == HealthState::kUnhealthy; }));
  CHECK(b.world->health().message == "error creating kafka client: open " + (b.folder / "ca.pem") + ": no such file or directory");
  b.stop();
}

TEST_CASE("a drain does not wait for brokers that are down, nor does the end") {
  kafka::MockCluster cluster;
  cluster.set_down(true);
  Bench b(cluster);
  b.start();
  b.world->run_for(100);
  const auto begin = std::chrono::steady_clock::now();
  b.stop();
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(8));
}

TEST_CASE("other arguments: another topic, another group, while it runs") {
  kafka::MockCluster cluster;
  cluster.create_topic("logs", 1);
  cluster.create_topic("more", 1);
  produce(cluster, 0, 2);
  produce(cluster, 10, 2, "more");
  Bench b(cluster);
  b.arguments = "topics = [\"logs\"]\nlabels = { a = \"1\" }";
  b.start();
  CHECK(b.next(2) == messages(0, 2));
  b.arguments = "topics = [\"more\"]\nlabels = { a = \"2\" }";
  b.node->update(b.plan());
  CHECK(b.world->run_until([&] { return b.out.entries.size() == 2; }, 15'000));
  CHECK(b.out.lines() == messages(10, 2));
  CHECK(b.out.entries.front().labels == Labels{{"a", "2"}});
  CHECK(cluster.committed("loki.source.kafka", "logs", 0) == 2);
  b.out.entries.clear();
  b.arguments += "\ngroup_id = \"another\"";
  b.node->update(b.plan());
  CHECK(b.next(2) == messages(10, 2));
  CHECK(cluster.committed("loki.source.kafka", "more", 0) == 2);
}

TEST_CASE("what Alloy refuses is refused, in its words") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"brokers = []\ntopics = [\"t\"]", "no Kafka bootstrap brokers defined"},
      {"brokers = [\"b:9\"]\ntopics = []", "no topics given to be consumed"},
      {"brokers = [\"b:9\"]\ntopics = [\"t\"]\nversion = \"latest\"", "invalid version `latest`"},
      {"brokers = [\"b:9\"]\ntopics = [\"t\"]\nversion = \"0.10.1.0\"",
       "error creating consumer group client: kafka: invalid configuration (consumer groups require Version to be >= V0_10_2_0)"},
      {"brokers = [\"b:9\"]\ntopics = [\"t\"]\nassignor = \"random\"", "unrecognized consumer group partition assignor: random"},
      {"brokers = [\"b:9\"]\ntopics = [\"t\"]\nauthentication {\ntype = \"plain\"\n}", "error setting up kafka authentication: unsupported authentication type plain"},
      {"brokers = [\"b:9\"]\ntopics = [\"t\"]\nauthentication {\ntype = \"sasl\"\nsasl_config {\nmechanism = \"GSSAPI\"\n}\n}",
       "error setting up kafka authentication: error unsupported sasl mechanism: GSSAPI"},
      {"brokers = [\"b:9\"]\ntopics = [\"t\"]\nauthentication {\ntype = \"sasl\"\nsasl_config {\nmechanism = \"OAUTHBEARER\"\n}\n}",
       "error setting up kafka authentication: unable to create new access token provider: token provider '' is not supported"},
      {"brokers = [\"b:9\"]\ntopics = [\"t\"]\nauthentication {\ntype = \"sasl\"\nsasl_config {\nuser = \"u\"\n}\n}",
       "error creating kafka client: kafka: invalid configuration (Net.SASL.Password must not be empty when SASL is enabled)"},
      {"brokers = [\"b:9\"]\ntopics = [\"\"]", "error creating topic manager: invalid empty topic"},
      {"brokers = [\"b:9\"]\ntopics = [\"^logs-(.*\"]", "error creating topic manager: invalid topic pattern: error parsing regexp: missing closing ): `^logs-(.*`"},
  };
  const bench::Receiver out;
  for (const auto& [body, why] : cases) {
    const auto loaded = bench::load(kComponent, std::string(body), &out);
    CHECK(!loaded.plan);
    REQUIRE(!loaded.diagnostics.empty());
    CHECK(loaded.diagnostics.all()[0].message == "Failed to build component: building component: " + std::string(why));
  }
}

}  // namespace
}  // namespace invar::loki_source_kafka
