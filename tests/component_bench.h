#pragma once

#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "src/base/check.h"
#include "src/io/file.h"
#include "src/language/evaluate.h"
#include "src/parser/parse.h"
#include "src/runtime/component.h"
#include "src/runtime/log_output.h"

// What tests of single components need: a world of one thread around a node, and a receiver that keeps what it gets.
namespace invar::bench {

/// A folder of its own that goes away with its contents.
class Folder {
 public:
  Folder() {
    char name[] = "/tmp/invar-test-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline void write(const std::string& path, std::string_view bytes, bool append = false) {
  std::ofstream(path, append ? std::ios::app | std::ios::binary : std::ios::trunc | std::ios::binary) << bytes;
}
inline void append(const std::string& path, std::string_view bytes) { write(path, bytes, true); }
inline std::string contents(const std::string& path) {
  auto text = read_file(path);
  return text ? std::move(*text) : std::string();
}

/// One entry as it arrived.
struct Entry {
  std::map<std::string, std::string> labels;
  int64_t time_ns = 0;
  std::string line;
};

/// Keeps entries; settles them at once, or when told. On lane 0.
class Receiver final : public LogSink {
 public:
  explicit Receiver(std::string name = "vec.sink.out.receiver") : handle(std::make_shared<LogsReceiver>(std::move(name))) { handle->bind(0, this); }
  ~Receiver() override { handle->bind(0, nullptr); }

  Flow consume(LogBatch&& batch, Upstream& upstream) override {
    for (const LogRow& row : batch.rows) {
      Entry entry{{}, row.time_ns, std::string(row.line)};
      for (const Label& label : row.labels->labels()) entry.labels.emplace(label.name, label.value);
      entries.push_back(std::move(entry));
      if (hold) held.emplace_back(row.ack, row.source_lines);
      else settle(*row.ack, answer, 1, row.source_lines);
    }
    return pause ? paused_.pause(upstream) : Flow::kKeepSending;
  }
  void forget(Upstream& upstream) override { paused_.forget(upstream); }

  void resume() {
    pause = false;
    paused_.resume_all();
  }
  /// Settles the first `count` held rows.
  void settle_held(Settled outcome, size_t count = SIZE_MAX) {
    while (!held.empty() && count-- > 0) {
      const auto [run, lines] = held.front();
      held.erase(held.begin());
      settle(*run, outcome, 1, lines);
    }
  }
  std::vector<std::string> lines() const {
    std::vector<std::string> result;
    for (const Entry& entry : entries) result.push_back(entry.line);
    return result;
  }

  LogsReceiverPtr handle;
  std::vector<Entry> entries;
  std::vector<std::pair<AckRun*, uint32_t>> held;
  bool hold = false;
  bool pause = false;
  Settled answer = Settled::kDelivered;

 private:
  PausedUpstreams paused_;
};

/// Everything a node may touch, on the calling thread.
class World final : public NodeContext {
 public:
  World(std::string id, std::filesystem::path storage)
      : id_(std::move(id)),
        storage_(std::move(storage)),
        log_(log_into(logged, log_mutex_)),
        metrics_(registry.scope({{"component_id", id_}, {"component_path", "/"}})),
        receiver_(std::make_shared<LogsReceiver>(id_ + ".receiver")) {}
  ~World() override { turn(20); }

  const std::string& local_id() const override { return id_; }
  const std::string& global_id() const override { return id_; }
  Loop& main_loop() override { return main_; }
  const Clock& clock() const override { return SystemClock::instance(); }
  uint64_t pace_ms(uint64_t usual_ms) const override { return usual_ms / haste; }
  Lanes& lanes() override { return lanes_; }
  Loop& delivery_loop() override { return main_; }
  Loop& disk_loop() override { return main_; }
  Delivery& delivery() override { return delivery_; }
  std::filesystem::path data_path() const override { return storage_ / id_; }
  const std::string& seed_uid() const override { return uid_; }
  const std::string& user_agent() const override { return uid_; }
  MetricScope& metrics() override { return *metrics_; }
  const Logger& log() const override { return log_; }
  void publish(Value exports) override {
    published = std::move(exports);
    ++publications;
  }
  void set_health(HealthState state, std::string message) override {
    const std::lock_guard lock(health_mutex_);
    health_ = {state, std::move(message), 0};
  }
  const LogsReceiverPtr& receiver() override { return receiver_; }

  /// Lets everything that is ready happen.
  void turn(int rounds = 3) {
    for (int i = 0; i < rounds; ++i) {
      main_.turn();
      lanes_[0].loop().turn();
    }
  }
  void run_for(int64_t ms) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
    while (std::chrono::steady_clock::now() < end) {
      turn(1);
      std::this_thread::sleep_for(std::chrono::microseconds(500));
    }
    turn();
  }
  /// Until `done`, but not longer than `ms`; whether it came true.
  bool run_until(const std::function<bool()>& done, int64_t ms = 5000) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
    while (!done()) {
      if (std::chrono::steady_clock::now() > end) return false;
      turn(1);
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    return true;
  }

  uint64_t haste = 1;  // so many times faster are paces that no config says
  MetricRegistry registry;
  std::vector<std::string> logged;  // by nodes on threads of their own: has_logged()
  bool has_logged(std::string_view part) const {
    const std::lock_guard lock(log_mutex_);
    return std::any_of(logged.begin(), logged.end(), [&](const std::string& line) { return line.find(part) != std::string::npos; });
  }
  Value published;
  int publications = 0;
  /// What the node said last, on whichever thread.
  Health health() const {
    const std::lock_guard lock(health_mutex_);
    return health_;
  }

 private:
  static Logger log_into(std::vector<std::string>& lines, std::mutex& mutex) {
    auto output = std::make_shared<Logger::Output>(SystemClock::instance(), [&lines, &mutex](std::string_view line) {
      const std::lock_guard lock(mutex);
      lines.emplace_back(line);
    });
    output->configure(LogLevel::kInfo, LogFormat::kLogfmt);
    return Logger(std::move(output));
  }
  mutable std::mutex health_mutex_, log_mutex_;
  Health health_;
  std::string id_;
  std::string uid_ = "test";
  std::filesystem::path storage_;
  Logger log_;
  Delivery delivery_;
  Loop main_;
  Lanes lanes_{1, SystemClock::instance(), false};
  std::unique_ptr<MetricScope> metrics_;
  LogsReceiverPtr receiver_;
};

/// A node from config text, as `run` makes it: `<component> "vec" {\n <body> }`. With `rules` it has these as relabel_rules.
struct Loaded {
  PlanPtr plan;
  Diagnostics diagnostics;
  SourcePtr source;
  ast::FilePtr file;
};
inline Loaded load(const ComponentSpec& spec, std::string body, const Receiver* receiver = nullptr, const Value* rules = nullptr) {
  Loaded loaded;
  std::string text = std::string(spec.name) + " \"vec\" {\n";
  if (receiver) text += "\tforward_to = [vec.sink.out.receiver]\n";
  if (rules) text += "\trelabel_rules = rules\n";
  loaded.source = std::make_shared<const Source>("vec.alloy", text + body + "\n}\n");
  loaded.file = parse_file(loaded.source, loaded.diagnostics);
  if (!loaded.file) return loaded;
  Scope scope;
  if (receiver) {
    const Value out = Value::object({{"receiver", receiver_value(receiver->handle)}});
    scope.set("vec", Value::object({{"sink", Value::object({{"out", out}})}}));
  }
  if (rules) scope.set("rules", *rules);
  loaded.plan = spec.plan(*loaded.file->body.front().block(), scope, loaded.diagnostics);
  return loaded;
}
/// What a loki.relabel of these rule blocks exports as `rules`.
inline Value relabel_rules(std::string_view blocks, const Receiver& receiver) {
  const ComponentSpec* const relabel = find_component("loki.relabel");
  const Loaded loaded = load(*relabel, std::string(blocks), &receiver);
  INVAR_CHECK(loaded.plan);
  return *relabel->exports(*loaded.plan, ExportContext{receiver.handle, nullptr}).find("rules");
}
/// A source that sends to `receiver`; `rules`: rule blocks, or nothing.
inline Loaded load_source(const ComponentSpec& spec, std::string body, const Receiver& receiver, std::string_view rules) {
  if (rules.empty()) return load(spec, std::move(body), &receiver);
  const Value exported = relabel_rules(rules, receiver);
  return load(spec, std::move(body), &receiver, &exported);
}

}  // namespace invar::bench
