#include "src/components/loki/source/docker/container_tail.h"

#include <algorithm>
#include <utility>

namespace invar::loki_source_docker {
namespace {

constexpr size_t kComplaintsPerSecond = 10;
constexpr std::string_view kGoLayout = "2006-01-02T15:04:05.999999999Z07:00";

}  // namespace

void TailStatus::set_error(std::string what) {
  const std::lock_guard lock(mutex_);
  last_error_ = std::move(what);
}

std::string TailStatus::last_error() const {
  const std::lock_guard lock(mutex_);
  return last_error_;
}

ContainerTail::ContainerTail(Loop& loop, Logger log, Counter& parsing_errors, uint64_t look_ms, Target target, LogPosition from, Owner owner)
    : loop_(loop),
      log_(std::move(log)),
      parsing_errors_(parsing_errors),
      look_ms_(look_ms),
      target_(std::move(target)),
      owner_(std::move(owner)),
      look_timer_(loop, [this] { look(); }),
      position_(from),
      tracker_(from) {}

void ContainerTail::set_labels(StreamLabels labels) {
  flush();
  target_.labels = std::move(labels);
}

LogPosition ContainerTail::stop() {
  look_timer_.stop();
  call_.reset();
  stream_.reset();
  batch_.reset();
  if (target_.status->running.exchange(false)) log_.debug("stopped Docker target", {{"container", target_.container}});
  return position_;
}

// ------------------------------------------------------------------------------------------------------------- the container

void ContainerTail::begin(DockerEngine& engine) {
  engine_ = &engine;
  look_timer_.start(look_ms_, look_ms_);
  start();
}

void ContainerTail::start() {
  log_.debug("starting process loop", {{"container", target_.container}});
  call_ = engine_->inspect(target_.container, [this](Result<DockerEngine::Container> container) {
    if (container) return read(*container);
    call_.reset();
    log_.error("could not inspect container info", {{"container", target_.container}, {"err", container.error().what}});
    target_.status->set_error(container.error().what);
  });
}

/// Nothing is asked while the log is being read.
void ContainerTail::look() {
  if (call_) return;
  call_ = engine_->inspect(target_.container, [this](Result<DockerEngine::Container> container) {
    if (!container) {
      call_.reset();
      if (container.error().reason != "not_found") {
        log_.error("error inspecting Docker container", {{"id", target_.container}, {"error", container.error().what}});
        return;
      }
      log_.info("container no longer exists, stopping tailer", {{"id", target_.container}});
      look_timer_.stop();
      return owner_.gone();
    }
    if (Instant finished; !parse_rfc3339(container->finished_at, finished)) {
      const auto parsed = TimeLayout(kGoLayout).parse_or_explain(container->finished_at, TimeZone());
      log_.error("error parsing finished time for Docker container", {{"id", target_.container}, {"error", parsed ? std::string() : parsed.error().what}});
    }
    if (!container->running && container->finished_at == read_to_) return call_.reset();
    log_.debug("starting process loop", {{"container", target_.container}});
    read(*container);
  });
}

void ContainerTail::read(const DockerEngine::Container& container) {
  // A container that has ended is read to its end once: it may run again, and end again, between two looks.
  finishing_ = container.running ? std::string() : container.finished_at;
  stream_ = std::make_unique<LogStream>(container.tty, LogStream::Owner{[this](StdStream stream, std::string_view line, bool ended) { take_line(stream, line, ended); },
                                                                        [this] { complain("could not strip timestamp from continuation chunk", "could not find timestamp in bytes"); }});
  stream_error_.reset();
  tracker_.begin(position_);
  DockerEngine::LogRequest request{target_.container, std::max<int64_t>(position_.since, 0), [this] { target_.status->running = true; },
                                   [this](std::string_view bytes) { take(bytes); }};
  call_ = engine_->read_log(std::move(request), [this](const DockerEngine::LogEnd& end) { end_of_log(end); });
}

void ContainerTail::end_of_log(const DockerEngine::LogEnd& end) {
  const auto written = stream_->written();
  std::optional<std::string> error = std::exchange(stream_error_, std::nullopt);
  if (!error && end.error) error = end.error->what;
  if (!end.begun) {
    log_.error("could not fetch logs for container", {{"container", target_.container}, {"err", *error}});
    target_.status->set_error(*error);
  } else if (error) {
    log_.warn("could not transfer logs", {{"written", written}, {"container", target_.container}, {"err", *error}});
  } else {
    stream_->finish();
    log_.info("finished transferring logs", {{"written", written}, {"container", target_.container}});
    read_to_ = finishing_;
  }
  flush();
  stream_.reset();
  paused_ = false;
  call_.reset();
  if (target_.status->running.exchange(false)) log_.debug("stopped Docker target", {{"container", target_.container}});
}

// ------------------------------------------------------------------------------------------------------------- lines

void ContainerTail::take(std::string_view bytes) {
  if (stream_error_) return;
  if (const auto taken = stream_->add(bytes); !taken) {
    stream_error_ = taken.error().what;
    // Not from within the call: nothing that follows makes sense.
    loop_.post([this, alive = std::weak_ptr(alive_)] {
      if (!alive.expired() && stream_error_ && call_) end_of_log({.begun = true});
    });
  }
  flush_soon();
}

bool ContainerTail::time_of(std::string_view line, std::string_view& content, int64_t& ns, std::string* why) {
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) {
    if (why) *why = "could not find timestamp in bytes";
    return false;
  }
  content = line.substr(space + 1);
  if (time_.parse(line.substr(0, space), ns)) return true;
  if (why) {
    const auto parsed = TimeLayout(kGoLayout).parse_or_explain(line.substr(0, space), TimeZone());
    *why = "could not parse timestamp: " + (parsed ? std::string() : parsed.error().what);
  }
  return false;
}

void ContainerTail::take_line(StdStream stream, std::string_view line, bool ended) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  std::string_view content;
  std::string why;
  int64_t ns = 0;
  if (!time_of(line, content, ns, &why)) {
    parsing_errors_.add();
    return complain("could not extract timestamp, skipping line", why);
  }
  // A line of which more may come is told again with the rest.
  if (ended && !tracker_.next(ns)) return;
  moved_ = true;
  if (content.empty()) return log_.debug("empty log, skipping line");
  add_row(stream, content, ns);
}

void ContainerTail::add_row(StdStream stream, std::string_view content, int64_t time_ns) {
  if (!batch_) {
    batch_ = std::make_shared<ContainerBatch>();
    batch_->container = target_.container;
    batch_->labels = target_.labels;
  }
  batch_->rows.push_back({batch_->texts.copy(content), time_ns, stream});
  batch_->bytes += content.size() + sizeof(ContainerBatch::Row);
}

/// The log tells how often; the counter how many.
void ContainerTail::complain(std::string_view message, std::string_view why) {
  const uint64_t now = loop_.now_ms();
  if (now - complaints_since_ms_ >= 1000) complaints_since_ms_ = now, complaints_ = 0;
  if (++complaints_ > kComplaintsPerSecond) return;
  const bool warning = message.starts_with("could not strip");
  log_.log(warning ? LogLevel::kWarn : LogLevel::kError, message, {{"err", std::string(why)}});
}

// ------------------------------------------------------------------------------------------------------------- batches

/// What the engine tells at once goes on together.
void ContainerTail::flush_soon() {
  if (batch_ && batch_->full() && on_their_way_ < kAhead) flush();
  throttle();
  if (flush_planned_ || (!batch_ && !moved_)) return;
  flush_planned_ = true;
  loop_.post([this, alive = std::weak_ptr(alive_)] {
    if (alive.expired()) return;
    flush_planned_ = false;
    if (on_their_way_ < kAhead) flush();
  });
}

void ContainerTail::flush() {
  if (!batch_ && !moved_) return;
  moved_ = false;
  position_ = tracker_.position(unfinished_ns());
  auto batch = std::exchange(batch_, nullptr);
  if (!batch) {
    batch = std::make_shared<ContainerBatch>();
    batch->container = target_.container;
  }
  batch->position = position_;
  ++on_their_way_;
  owner_.deliver(std::move(batch));
  throttle();
}

void ContainerTail::handed_on() {
  on_their_way_ = std::max(0, on_their_way_ - 1);
  if (on_their_way_ < kAhead) flush();
  throttle();
}

/// The engine waits when nobody takes what it tells.
void ContainerTail::throttle() {
  const bool pause = on_their_way_ >= kAhead && batch_ && batch_->full();
  if (pause == paused_ || !call_ || !stream_) return;
  paused_ = pause;
  pause ? call_->pause() : call_->resume();
}

std::optional<int64_t> ContainerTail::unfinished_ns() {
  std::optional<int64_t> oldest;
  for (const StdStream stream : {StdStream::kStdout, StdStream::kStderr}) {
    std::string_view content;
    int64_t ns = 0;
    if (stream_ && time_of(stream_->unfinished(stream), content, ns, nullptr)) oldest = oldest ? std::min(*oldest, ns) : ns;
  }
  return oldest;
}

}  // namespace invar::loki_source_docker
