#include <doctest/doctest.h>
#include <stdio.h>
#include <unistd.h>

#include <map>

#include "src/base/quote.h"
#include "tests/component_bench.h"

namespace invar::loki_source_journal {

extern const ComponentSpec kComponent;

namespace {

using Lines = std::vector<std::string>;
using Labels = std::map<std::string, std::string>;

/// Writes journals with the tool of systemd that makes them of its export format.
class JournalWriter {
 public:
  explicit JournalWriter(std::string file, int64_t first_us = now_us() - 60'000'000) : file_(std::move(file)), next_us_(first_us) {}
  /// Fields in the order written; each in its binary form, so that a value may be anything.
  using Fields = std::vector<std::pair<std::string, std::string>>;

  JournalWriter& entry(const Fields& fields) { return entry_at(next_us_++, fields); }
  JournalWriter& entry_at(int64_t realtime_us, const Fields& fields) {
    text_ += "__REALTIME_TIMESTAMP=" + std::to_string(realtime_us) + "\n__MONOTONIC_TIMESTAMP=" + std::to_string(realtime_us - kBoot) +
             "\n_BOOT_ID=0123456789abcdef0123456789abcdef\n_MACHINE_ID=1123456789abcdef0123456789abcdef\n";
    for (const auto& [name, value] : fields) {
      text_ += name + "\n";
      for (int byte = 0; byte < 8; ++byte) text_ += static_cast<char>((value.size() >> (8 * byte)) & 0xff);
      text_ += value + "\n";
    }
    text_ += "\n";
    return *this;
  }
  JournalWriter& messages(int first, int count) {
    for (int i = first; i < first + count; ++i) entry({{"MESSAGE", "m" + std::to_string(i)}});
    return *this;
  }
  void write() {
    const std::string input = file_ + ".export";
    bench::write(input, text_);
    text_.clear();
    const std::string command = "/lib/systemd/systemd-journal-remote --output='" + file_ + "' - <'" + input + "' 2>/dev/null";
    REQUIRE_MESSAGE(::system(command.c_str()) == 0, "systemd-journal-remote (Debian: systemd-journal-remote) cannot be run");
    ::unlink(input.c_str());
  }
  static int64_t now_us() { return SystemClock::instance().wall_ns() / 1000; }

 private:
  static constexpr int64_t kBoot = 1'000'000'000'000'000;
  std::string file_, text_;
  int64_t next_us_;
};

/// A component over a folder of its own; start() and end() as often as wanted: positions stay.
struct Bench {
  bench::Folder folder;
  bench::Receiver out;
  std::unique_ptr<bench::World> world;
  NodePtr node;
  std::string arguments;
  std::vector<ast::FilePtr> files;

  Bench() { std::filesystem::create_directory(journal()); }
  ~Bench() {
    if (node) end();
  }
  std::string journal() const { return folder / "journal"; }
  std::string file(std::string_view name) const { return journal() + "/" + std::string(name) + ".journal"; }
  std::string positions() const { return folder / "loki.source.journal.vec/positions.yml"; }

  /// `rules`: rule blocks.
  PlanPtr plan(std::string_view rules = {}) {
    const std::string body = "path = " + invar::quoted(journal()) + "\n" + arguments;
    auto loaded = bench::load_source(kComponent, body, out, rules);
    files.push_back(std::move(loaded.file));
    const std::string why = loaded.diagnostics.empty() ? "" : loaded.diagnostics.all()[0].message;
    INFO(why);
    REQUIRE(loaded.plan);
    return loaded.plan;
  }
  void start(std::string_view rules = {}) {
    world = std::make_unique<bench::World>("loki.source.journal.vec", folder.path());
    auto started = kComponent.start(plan(rules), *world);
    REQUIRE_MESSAGE(started, (started ? std::string() : started.error().what));
    node = std::move(*started);
    node->run();
  }
  void stop() {
    bool drained = false;
    node->drain([&] { drained = true; });
    CHECK(world->run_until([&] { return drained; }));
    end();
  }
  /// kill -9: nothing more is written.
  void crash() {
    const auto before = bench::contents(positions());
    end();
    if (before.empty()) ::unlink(positions().c_str());
    else bench::write(positions(), before);
  }
  void end() {
    node.reset();
    out.settle_held(Settled::kReturned);
    world->turn(20);
    world.reset();
    out.entries.clear();
  }
  Lines next(size_t count) {
    world->run_until([&] { return out.entries.size() >= count; });
    world->run_for(50);
    Lines lines = out.lines();
    out.entries.clear();
    return lines;
  }
  void quiet(int64_t ms = 150) {
    world->run_for(ms);
    CHECK(out.lines() == Lines{});
  }
  bool unhealthy(std::string_view part) {
    return world->run_until([&] { return world->health().state == HealthState::kUnhealthy && world->health().message.find(part) != std::string::npos; });
  }
  bool healthy(std::string_view message = "journal tailer is running") {
    return world->run_until([&] { return world->health().state == HealthState::kHealthy && world->health().message == message; }, 8000);
  }
  double metric(std::string_view sample) const {
    const std::string text = world->registry.expose();
    const size_t at = text.find("\n" + std::string(sample) + " ");
    return at == std::string::npos ? -1 : std::stod(text.substr(at + sample.size() + 2));
  }
};

constexpr std::string_view kLinesTotal = "loki_source_journal_target_lines_total{component_id=\"loki.source.journal.vec\",component_path=\"/\"}";
constexpr std::string_view kNoMessage =
    "loki_source_journal_target_parsing_errors_total{component_id=\"loki.source.journal.vec\",component_path=\"/\",error=\"no_message\"}";
constexpr std::string_view kEmptyLabels =
    "loki_source_journal_target_parsing_errors_total{component_id=\"loki.source.journal.vec\",component_path=\"/\",error=\"empty_labels\"}";

Lines messages(int first, int count) {
  Lines lines;
  for (int i = first; i < first + count; ++i) lines.push_back("m" + std::to_string(i));
  return lines;
}

TEST_CASE("an entry is its message, at the time the journal received it, with the labels that rules make of its fields") {
  Bench b;
  b.arguments = "labels = { cluster = \"c\" }";
  const int64_t at = JournalWriter::now_us() - 5'000'000;
  JournalWriter(b.file("system")).entry_at(at, {{"MESSAGE", "hello"}, {"PRIORITY", "3"}, {"_SYSTEMD_UNIT", "kubelet.service"}, {"_HOSTNAME", "node-1"}}).write();
  b.start(R"(
    rule {
      source_labels = ["__journal__systemd_unit"]
      target_label = "unit"
    }
    rule {
      source_labels = ["__journal_priority_keyword"]
      target_label = "level"
    }
    rule {
      source_labels = ["__journal_priority"]
      target_label = "priority"
    })");
  b.world->run_until([&] { return !b.out.entries.empty(); });
  REQUIRE(b.out.entries.size() == 1);
  CHECK(b.out.entries[0].line == "hello");
  CHECK(b.out.entries[0].time_ns == at * 1000);
  CHECK(b.out.entries[0].labels ==
        Labels{{"cluster", "c"}, {"job", "loki.source.journal.vec"}, {"level", "error"}, {"priority", "3"}, {"unit", "kubelet.service"}});
  CHECK(b.metric(kLinesTotal) == 1);
  CHECK(b.metric(kNoMessage) == -1);  // a series that nothing was counted in is not there
  CHECK(b.healthy());
}

TEST_CASE("a job that is configured stays; labelmap sees every field") {
  Bench b;
  b.arguments = "labels = { job = \"integrations/kubernetes/journal\" }";
  JournalWriter(b.file("system")).entry({{"MESSAGE", "a"}, {"_PID", "7"}, {"CODE_FILE", "x.c"}}).write();
  b.start("rule {\n action = \"labelmap\"\n regex = \"__journal_(_pid|code_.+)\"\n}");
  b.world->run_until([&] { return !b.out.entries.empty(); });
  REQUIRE(b.out.entries.size() == 1);
  CHECK(b.out.entries[0].labels == Labels{{"_pid", "7"}, {"code_file", "x.c"}, {"job", "integrations/kubernetes/journal"}});
}

TEST_CASE("what has no message, or no labels left, is counted, and the position moves past it") {
  Bench b;
  JournalWriter journal(b.file("system"));
  journal.entry({{"CODE_FILE", "x"}}).entry({{"MESSAGE", ""}}).entry({{"MESSAGE", "dropped"}, {"DROP", "1"}}).entry({{"MESSAGE", "bare"}, {"BARE", "1"}}).write();
  const std::string_view rules = R"(
    rule {
      source_labels = ["__journal_drop"]
      regex = "1"
      action = "drop"
    }
    rule {
      source_labels = ["__journal_bare"]
      regex = "1"
      target_label = "job"
      replacement = ""
    })";
  b.start(rules);
  CHECK(b.world->run_until([&] { return b.metric(kNoMessage) == 2 && b.metric(kEmptyLabels) == 2; }));
  CHECK(b.out.entries.empty());
  CHECK(b.metric(kLinesTotal) == 0);
  b.stop();
  b.start(rules);
  b.quiet();
  CHECK(b.metric(kNoMessage) == -1);
  journal.entry({{"MESSAGE", "kept"}}).write();
  CHECK(b.next(1) == Lines{"kept"});
}

TEST_CASE("format_as_json: all fields, sorted, the last of equal ones, escaped as Go does") {
  Bench b;
  b.arguments = "format_as_json = true";
  JournalWriter(b.file("system")).entry({{"MESSAGE", "<a>\n\"\x01\xff"}, {"B", "1"}, {"A", "2"}, {"C", "first"}, {"C", "last"}}).entry({{"ONLY", "field"}}).write();
  b.start();
  const Lines lines = b.next(2);
  REQUIRE(lines.size() == 2);
  const std::string boot = "\"_BOOT_ID\":\"0123456789abcdef0123456789abcdef\",\"_MACHINE_ID\":\"1123456789abcdef0123456789abcdef\"";
  const std::string c = lines[0].find("\"C\":\"last\"") != std::string::npos ? "last" : "first";  // libsystemd tells a field's values in an order of its own
  CHECK(lines[0] == "{\"A\":\"2\",\"B\":\"1\",\"C\":\"" + c + "\",\"MESSAGE\":\"\\u003ca\\u003e\\n\\\"\\u0001\\ufffd\"," + boot + "}");
  CHECK(lines[1] == "{\"ONLY\":\"field\"," + boot + "}");
}

TEST_CASE("matches: alternatives of one field, all of several fields") {
  Bench b;
  b.arguments = "matches = \" _UNIT=a _UNIT=b\\tPRIORITY=3 \"";
  JournalWriter journal(b.file("system"));
  for (const auto& [unit, priority] : {std::pair{"a", "3"}, {"a", "4"}, {"b", "3"}, {"c", "3"}})
    journal.entry({{"MESSAGE", std::string(unit) + priority}, {"_UNIT", unit}, {"PRIORITY", priority}});
  journal.write();
  b.start();
  CHECK(b.next(2) == Lines{"a3", "b3"});
}

TEST_CASE("what cannot be a match is named, and nothing is read") {
  Bench b;
  b.arguments = "matches = \"kubelet.service\"";
  JournalWriter(b.file("system")).messages(0, 1).write();
  b.start();
  CHECK(b.unhealthy("error creating journal tailer: sd_journal_add_match failed: invalid argument"));
  b.quiet();
  b.arguments = "";
  b.node->update(b.plan());
  CHECK(b.next(1) == Lines{"m0"});
  CHECK(b.healthy());
}

TEST_CASE("max_age counts from the start, also for a position that is older") {
  Bench b;
  const int64_t now = JournalWriter::now_us();
  JournalWriter journal(b.file("system"));
  journal.entry_at(now - 7'200'000'000, {{"MESSAGE", "old"}}).write();
  b.arguments = "max_age = \"0s\"";
  b.start();
  CHECK(b.next(1) == Lines{"old"});
  b.stop();
  const std::string position = bench::contents(b.positions());
  CHECK(position.find("? path: cursor-loki.source.journal.vec\n    labels: \"\"\n  : s=") != std::string::npos);
  journal.entry_at(now - 5'400'000'000, {{"MESSAGE", "older than an hour"}}).entry_at(now - 60'000'000, {{"MESSAGE", "new"}}).write();
  b.arguments = "max_age = \"1h\"";
  b.start();
  CHECK(b.next(1) == Lines{"new"});
  b.end();
  bench::write(b.positions(), position);
  b.arguments = "max_age = \"0s\"";
  b.start();
  CHECK(b.next(2) == Lines{"older than an hour", "new"});
  b.end();
  ::unlink(b.positions().c_str());
  b.arguments = "max_age = \"1h\"";
  b.start();
  CHECK(b.next(1) == Lines{"new"});
}

TEST_CASE("reading goes on behind what was settled; after a kill nothing is missing and little comes again") {
  Bench b;
  JournalWriter journal(b.file("system"));
  journal.messages(0, 3).write();
  b.start();
  CHECK(b.next(3) == messages(0, 3));
  b.stop();
  journal.messages(3, 2).write();
  b.out.hold = true;
  b.start();
  CHECK(b.next(2) == messages(3, 2));
  b.world->run_for(1200);
  b.crash();  // nothing of it was settled
  b.start();
  CHECK(b.next(2) == messages(3, 2));
  b.out.settle_held(Settled::kDelivered);
  b.world->run_for(1200);  // the position is written once a second
  b.crash();
  b.start();
  b.quiet();
  journal.messages(5, 1).write();
  CHECK(b.next(1) == messages(5, 1));
}

TEST_CASE("many entries, in order, over many batches, and while they are written") {
  Bench b;
  JournalWriter journal(b.file("system"));
  journal.messages(0, 3000).write();
  b.start();
  CHECK(b.next(3000) == messages(0, 3000));
  for (int i = 0; i < 5; ++i) {
    journal.messages(3000 + 100 * i, 100).write();
    CHECK(b.next(100) == messages(3000 + 100 * i, 100));
  }
  CHECK(b.metric(kLinesTotal) == 3500);
}

TEST_CASE("a receiver that is full stops reading; a few batches are on their way at most") {
  Bench b;
  JournalWriter(b.file("system")).messages(0, 4000).write();
  b.out.pause = true;
  b.start();
  b.world->run_until([&] { return !b.out.entries.empty(); });
  b.world->run_for(200);
  CHECK(b.out.entries.size() <= 512);
  CHECK(b.metric(kLinesTotal) <= 512);
  b.out.resume();
  CHECK(b.next(4000) == messages(0, 4000));
}

TEST_CASE("what a destination gives back is read and sent again, before anything new") {
  Bench b;
  JournalWriter journal(b.file("system"));
  journal.messages(0, 600).write();
  b.out.hold = true;
  b.start();
  CHECK(b.next(600) == messages(0, 600));
  b.out.settle_held(Settled::kReturned, 512);
  b.quiet();
  b.out.settle_held(Settled::kDelivered);
  CHECK(b.next(512) == messages(0, 512));
  CHECK(b.metric(kLinesTotal) == 600);
  journal.messages(600, 1).write();
  CHECK(b.next(1) == messages(600, 1));
  b.out.settle_held(Settled::kDelivered);
  b.out.hold = false;
  b.stop();
  b.start();
  b.quiet();
}

TEST_CASE("journals are rotated and removed while they are read") {
  Bench b;
  const int64_t now = JournalWriter::now_us();
  JournalWriter first(b.file("system"), now - 9'000'000), second(b.file("system@2"), now - 8'000'000);
  first.messages(0, 3).write();
  b.start();
  CHECK(b.next(3) == messages(0, 3));
  second.messages(3, 3).write();
  CHECK(b.next(3) == messages(3, 3));
  b.stop();
  std::filesystem::remove(b.file("system@2"));
  JournalWriter third(b.file("system@3"));
  third.entry_at(JournalWriter::now_us(), {{"MESSAGE", "first of its file"}}).write();
  b.start();
  // The position's entry is gone, and so is everything behind it but this one: it is not skipped.
  CHECK(b.next(1) == Lines{"first of its file"});
}

TEST_CASE("a directory that is not there, then empty, then full") {
  Bench b;
  std::filesystem::remove(b.journal());
  b.start();
  CHECK(b.unhealthy("error creating journal tailer: sd_journal_open_directory failed: no such file or directory"));
  std::filesystem::create_directory(b.journal());
  CHECK(b.healthy("journal tailer is running; no journal file can be read in " + b.journal() + ": is it mounted, and may this user read it (groups adm, systemd-journal)?"));
  JournalWriter(b.file("system")).messages(0, 2).write();
  CHECK(b.next(2) == messages(0, 2));
  CHECK(b.healthy());
  std::filesystem::remove_all(b.journal());
  CHECK(b.unhealthy("no such file or directory"));
  std::filesystem::create_directory(b.journal());
  JournalWriter(b.file("system")).entry_at(JournalWriter::now_us(), {{"MESSAGE", "back"}}).write();
  CHECK(b.next(1) == Lines{"back"});
  CHECK(b.healthy());
}

TEST_CASE("a cursor that is none: reading begins as without one, and says so") {
  Bench b;
  JournalWriter(b.file("system")).messages(0, 2).write();
  std::filesystem::create_directory(b.folder / "loki.source.journal.vec");
  bench::write(b.positions(), "positions:\n  ? path: cursor-loki.source.journal.vec\n    labels: \"\"\n  : not a cursor\n");
  b.start();
  CHECK(b.next(2) == messages(0, 2));
  CHECK(b.healthy("journal tailer is running; the stored cursor is not valid (sd_journal_seek_cursor failed: invalid argument): reading began as without one"));
  b.stop();
  b.start();
  b.quiet();
  CHECK(b.healthy());
}

TEST_CASE("positions of others in the file stay; an old file's cursor is taken once") {
  Bench b;
  JournalWriter journal(b.file("system"));
  journal.messages(0, 2).write();
  b.start();
  CHECK(b.next(2) == messages(0, 2));
  b.stop();
  auto known = read_file(b.positions());
  REQUIRE(known);
  const size_t at = known->find("  : ") + 4;
  const std::string cursor = known->substr(at, known->find('\n', at) - at);
  ::unlink(b.positions().c_str());
  bench::write(b.folder / "old.yml", "positions:\n  cursor-job: " + cursor + "\n  /a.log: \"7\"\n");
  b.arguments = "legacy_position {\nfile = " + invar::quoted(b.folder / "old.yml") + "\nname = \"job\"\n}";
  b.start();
  b.quiet();
  journal.messages(2, 1).write();
  CHECK(b.next(1) == messages(2, 1));
  b.stop();
  bench::append(b.positions(), "  ? path: /b.log\n    labels: '{}'\n  : \"4\"\n");
  bench::write(b.folder / "old.yml", "positions: [");
  b.start();
  b.quiet();
  journal.messages(3, 1).write();
  CHECK(b.next(1) == messages(3, 1));
  b.stop();
  CHECK(bench::contents(b.positions()).find("? path: /b.log\n    labels: '{}'\n  : \"4\"") != std::string::npos);
}

TEST_CASE("a positions file that cannot be read refuses the load: everything would be sent again") {
  Bench b;
  std::filesystem::create_directory(b.folder / "loki.source.journal.vec");
  bench::write(b.positions(), "positions: [1\n");
  b.world = std::make_unique<bench::World>("loki.source.journal.vec", b.folder.path());
  const auto started = kComponent.start(b.plan(), *b.world);
  REQUIRE(!started);
  CHECK(started.error().what.starts_with("invalid yaml positions file [" + b.positions() + "]: yaml: "));
}

TEST_CASE("other arguments hold from the next entry on; nothing is read again") {
  Bench b;
  JournalWriter journal(b.file("system"));
  journal.messages(0, 2).write();
  b.start();
  CHECK(b.next(2) == messages(0, 2));
  b.arguments = "labels = { a = \"1\" }\nformat_as_json = true";
  b.node->update(b.plan());
  b.quiet();
  journal.messages(2, 1).write();
  b.world->run_until([&] { return !b.out.entries.empty(); });
  REQUIRE(b.out.entries.size() == 1);
  CHECK(b.out.entries[0].line.starts_with("{\"MESSAGE\":\"m2\","));
  CHECK(b.out.entries[0].labels.at("a") == "1");
}

TEST_CASE("a long message is whole, and equal entries are told apart") {
  Bench b;
  const std::string big(200'000, 'x');
  const int64_t at = JournalWriter::now_us() - 1'000'000;
  JournalWriter(b.file("system")).entry_at(at - 1, {{"MESSAGE", big}}).entry_at(at, {{"MESSAGE", "same"}}).entry_at(at, {{"MESSAGE", "same"}}).entry_at(at, {{"MESSAGE", "other"}}).write();
  b.start();
  b.world->run_until([&] { return b.out.entries.size() == 4; });
  REQUIRE(b.out.entries.size() == 4);
  CHECK(b.out.entries[0].line == big);
  CHECK(b.out.entries[1].time_ns == at * 1000);
  CHECK(b.out.entries[2].time_ns == at * 1000 + 1);
  CHECK(b.out.entries[3].time_ns == at * 1000);
}

TEST_CASE("positions that cannot be saved are named, and saved later") {
  Bench b;
  JournalWriter journal(b.file("system"));
  journal.messages(0, 1).write();
  bench::write(b.folder / "loki.source.journal.vec", "a file where the directory belongs");
  b.start();
  CHECK(b.next(1) == messages(0, 1));
  CHECK(b.unhealthy("positions cannot be saved: "));
  ::unlink((b.folder / "loki.source.journal.vec").c_str());
  CHECK(b.healthy());
  CHECK(bench::contents(b.positions()).find("cursor-loki.source.journal.vec") != std::string::npos);
}

}  // namespace
}  // namespace invar::loki_source_journal
