#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "src/components/loki/shared/line_time.h"
#include "src/components/loki/source/docker/container_batch.h"
#include "src/components/loki/source/docker/log_position.h"
#include "src/components/loki/source/docker/log_stream.h"
#include "src/components/shared/docker_engine.h"
#include "src/io/loop.h"
#include "src/runtime/logger.h"
#include "src/runtime/metrics.h"

namespace invar::loki_source_docker {

/// What debug information tells of a container, from several threads.
class TailStatus {
 public:
  void set_error(std::string what);
  std::string last_error() const;
  std::atomic<bool> running{false};

 private:
  mutable std::mutex mutex_;
  std::string last_error_;
};

/// Reads one container's log while it runs, and again when it has run since. Belongs to the engine's thread.
class ContainerTail {
 public:
  struct Target {
    std::string container;
    StreamLabels labels;
    std::shared_ptr<TailStatus> status;
  };
  struct Owner {
    std::function<void(ContainerBatchPtr)> deliver;
    /// The engine knows no such container any more; nothing follows.
    std::function<void()> gone;
  };
  /// Batches on their way to the lane, not yet handed on.
  static constexpr int kAhead = 2;

  /// A container that is not being read is looked at every `look_ms`.
  ContainerTail(Loop& loop, Logger log, Counter& parsing_errors, uint64_t look_ms, Target target, LogPosition from, Owner owner);

  void begin(DockerEngine& engine);
  /// From the next line on.
  void set_labels(StreamLabels labels);
  /// A batch has been handed on.
  void handed_on();
  /// Reads no more. The position is behind what has been delivered.
  LogPosition stop();

 private:
  void start();
  void look();
  void read(const DockerEngine::Container& container);
  void take(std::string_view bytes);
  void end_of_log(const DockerEngine::LogEnd& end);
  void take_line(StdStream stream, std::string_view line, bool ended);
  void complain(std::string_view message, std::string_view why);
  void add_row(StdStream stream, std::string_view content, int64_t time_ns);
  void flush_soon();
  void flush();
  void throttle();
  std::optional<int64_t> unfinished_ns();
  bool time_of(std::string_view line, std::string_view& content, int64_t& ns, std::string* why);

  Loop& loop_;
  Logger log_;
  Counter& parsing_errors_;
  const uint64_t look_ms_;
  Target target_;
  Owner owner_;
  DockerEngine* engine_ = nullptr;
  Timer look_timer_;
  DockerCall call_;
  std::unique_ptr<LogStream> stream_;
  std::optional<std::string> stream_error_;
  std::string finishing_;     // when the container being read had ended; empty: it runs
  std::string read_to_;       // all of the log until the container ended then has been read
  LogPosition position_;      // behind the last batch
  PositionTracker tracker_;
  LineTime time_;
  std::shared_ptr<ContainerBatch> batch_;
  bool moved_ = false;  // lines have been read that are in no batch
  int on_their_way_ = 0;
  bool flush_planned_ = false, paused_ = false;
  uint64_t complaints_since_ms_ = 0;
  size_t complaints_ = 0;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace invar::loki_source_docker
