#include "src/components/loki/source/file/file_lane.h"

#include <algorithm>

namespace invar::loki_source_file {
namespace {

constexpr int kIdleTicks = 20;           // a file at rest this long is closed
constexpr size_t kChunksPerTurn = 8;     // then others on the lane have their turn
constexpr uint64_t kSweepMs = 1000;
constexpr uint64_t kPollMs = 250;        // for files that cannot be watched
constexpr size_t kPolledPerSweep = 500;
constexpr uint64_t kLookAtEachMs = 10'000;  // every file, watched or not
constexpr uint64_t kFlushMs = 10;        // settled positions are gathered this long

constexpr std::string_view kReadBytes = "loki_source_file_read_bytes_total";
constexpr std::string_view kFileBytes = "loki_source_file_file_bytes_total";
constexpr std::string_view kReadLines = "loki_source_file_read_lines_total";

}  // namespace

PathMetrics::~PathMetrics() {
  if (lines_) scope_.remove(kReadLines, {{"path", path_}});
  if (read_) scope_.remove(kReadBytes, {{"path", path_}});
  if (total_) scope_.remove(kFileBytes, {{"path", path_}});
}

void PathMetrics::set_size(uint64_t bytes) {
  if (!total_) total_ = &scope_.gauge(kFileBytes, "Number of bytes total.", {{"path", path_}});
  total_->set(static_cast<double>(bytes));
}

void PathMetrics::add(uint64_t lines, uint64_t offset, uint64_t size) {
  if (!lines_) lines_ = &scope_.counter(kReadLines, "Number of lines read.", {{"path", path_}});
  lines_->add(lines);
  if (!read_) read_ = &scope_.gauge(kReadBytes, "Number of bytes read.", {{"path", path_}});
  read_->set(static_cast<double>(offset));
  set_size(size);
}

FileLane::FileLane(Lane& lane, std::shared_ptr<Shared> shared, LaneOptions options)
    : lane_(lane),
      shared_(std::move(shared)),
      options_(options),
      feed_(lane, *this),
      active_(shared_->metrics.gauge("loki_source_file_files_active_total", "Number of active files.")),
      watcher_({[this](Trail& trail) { make_hot(trail); },
                [this](Trail& trail) {
                  trail.look();
                  make_hot(trail);
                },
                [this](Trail& trail) {
                  trail.schedule.names_watched = false;
                  make_hot(trail);
                },
                [this] { look_at_all(); }}),
      tick_timer_(lane.loop(), [this] { tick(); }),
      sweep_timer_(lane.loop(), [this] { sweep(); }),
      flush_timer_(lane.loop(), [this] { flush_positions(); }) {
  if (shared_->ledger) feed_.keep_book(*shared_->ledger, shared_->component_id);
  if (auto opened = watcher_.open(lane.loop()); !opened) watching_failed(opened.error());
  sweep_timer_.start(kSweepMs);
}

FileLane::~FileLane() {
  *alive_ = false;
  stopping_ = true;
  draining_ = true;
  flush_positions();
  trails_.clear();
  flush_positions();
}

// ------------------------------------------------------------------------------------------------------------ targets

void FileLane::set_targets(std::vector<PathTargets> targets, bool first_sync) {
  for (PathTargets& target : targets) set_path_targets(target, first_sync);
  remove_ended();
  plan_work();
}

/// Readers keep their labels where they can; others take over the labels that are new, so that a target that only changed its labels is not read again.
void FileLane::set_path_targets(PathTargets& targets, bool first_sync) {
  auto& trails = trails_[targets.path];
  std::vector<TrailSpec> unmatched;
  std::vector<Trail*> spare;
  for (auto& trail : trails) spare.push_back(trail.get());
  for (TrailSpec& spec : targets.readers) {
    const auto same = std::find_if(spare.begin(), spare.end(), [&](Trail* t) { return t->labels_text() == spec.status->labels; });
    if (same == spare.end()) {
      unmatched.push_back(std::move(spec));
      continue;
    }
    if ((*same)->ending()) (*same)->revive(std::move(spec));
    else (*same)->relabel(std::move(spec));
    spare.erase(same);
  }
  std::stable_sort(spare.begin(), spare.end(), [](Trail* a, Trail* b) { return !a->ending() && b->ending(); });
  std::vector<Trail*> fresh;
  for (TrailSpec& spec : unmatched) {
    if (!spare.empty()) {
      Trail* const taken = spare.front();
      spare.erase(spare.begin());
      if (taken->ending()) taken->revive(std::move(spec));
      else taken->relabel(std::move(spec));
      continue;
    }
    trails.push_back(std::make_unique<Trail>(*this, targets.path, std::move(spec), first_sync));
    fresh.push_back(trails.back().get());
    all_.push_back(fresh.back());
  }
  for (Trail* trail : spare)
    if (!trail->ending()) trail->end();
  for (Trail* trail : fresh) {
    trail->look();
    trail->first_look_is_over();
    watch_path(*trail);
    make_hot(*trail);
    make_ready(*trail);
  }
}

std::vector<std::string> FileLane::label_texts(const std::string& path) const {
  std::vector<std::string> texts;
  if (const auto found = trails_.find(path); found != trails_.end())
    for (const auto& trail : found->second)
      if (!trail->ending()) texts.push_back(trail->labels_text());
  return texts;
}

void FileLane::remove_ended() {
  for (size_t i = all_.size(); i-- > 0;)
    if (all_[i]->ending()) remove_if_ended(all_[i]);
}

bool FileLane::remove_if_ended(Trail* trail) {
  if (!trail->ended()) return false;
  const std::string path = trail->path(), labels = trail->labels_text();
  unwatch(*trail);
  std::erase(all_, trail);
  std::erase(hot_, trail);
  std::erase(ready_, trail);
  auto& trails = trails_[path];
  std::erase_if(trails, [&](const auto& t) { return t.get() == trail; });
  const bool labels_go_on = std::any_of(trails.begin(), trails.end(), [&](const auto& t) { return t->labels_text() == labels; });
  if (!labels_go_on) hide(path, labels);
  if (trails.empty()) {
    trails_.erase(path);
    metrics_.erase(path);
  }
  return true;
}

PathMetrics& FileLane::metrics_of(const std::string& path) {
  auto& metrics = metrics_[path];
  if (!metrics) metrics = std::make_unique<PathMetrics>(shared_->metrics, path);
  return *metrics;
}

// ------------------------------------------------------------------------------------------------------------ reading

void FileLane::make_ready(Trail& trail) {
  if (trail.schedule.ready) return;
  trail.schedule.ready = true;
  ready_.push_back(&trail);
  plan_work();
}

void FileLane::plan_work() {
  if (work_planned_ || ready_.empty() || !can_read()) return;
  work_planned_ = true;
  lane_.post([this, alive = std::weak_ptr<bool>(alive_)] {
    if (alive.expired()) return;
    work_planned_ = false;
    work();
  });
}

/// A turn's worth of chunks, file by file, so that no file waits for another to be finished.
void FileLane::work() {
  bool any_ended = false;
  for (size_t chunk = 0; chunk < kChunksPerTurn && !ready_.empty() && can_read(); ++chunk) {
    Trail* const trail = ready_.front();
    ready_.pop_front();
    trail->schedule.ready = false;
    const bool more = trail->work();
    if ((more || !can_read()) && !trail->schedule.ready) {
      trail->schedule.ready = true;
      ready_.push_back(trail);
    }
    any_ended |= trail->ending();
  }
  if (any_ended) remove_ended();
  plan_work();
}

void FileLane::resume() { plan_work(); }

void FileLane::make_hot(Trail& trail) {
  trail.schedule.idle_ticks = 0;
  if (trail.schedule.hot) return;
  trail.schedule.hot = true;
  hot_.push_back(&trail);
  if (trail.schedule.file_watch >= 0) watcher_.unwatch_file(trail.schedule.file_watch, trail);
  trail.schedule.file_watch = -1;
  if (!tick_timer_.active()) tick_timer_.start(options_.tick_ms, options_.tick_ms);
}

void FileLane::tick() {
  const std::vector<Trail*> now = hot_;
  bool any_rested = false;
  for (Trail* trail : now) {
    trail->tick();
    Trail::Schedule& schedule = trail->schedule;
    if (schedule.ready) schedule.idle_ticks = 0;
    else if (++schedule.idle_ticks >= kIdleTicks) any_rested |= trail->can_rest() && arm(*trail);
  }
  if (any_rested) std::erase_if(hot_, [](Trail* trail) { return !trail->schedule.hot; });
  remove_ended();
  if (hot_.empty()) {
    tick_timer_.stop();
    if (ready_.empty()) feed_.release_buffer();
  }
  work();
}

/// From being looked at every tick to being watched. False when it has just changed.
bool FileLane::arm(Trail& trail) {
  Trail::Schedule& schedule = trail.schedule;
  if (!schedule.names_watched) watch_path(trail);
  const int fd = trail.current_fd();
  if (fd >= 0 && !schedule.polled) {
    const auto watch = watcher_.watch_file("/proc/self/fd/" + std::to_string(fd), trail);
    if (watch) {
      schedule.file_watch = *watch;
    } else {
      schedule.polled = true;
      watching_failed(watch.error());
    }
  }
  // What was written before the watch was there has told nobody.
  if (trail.has_changed()) {
    if (schedule.file_watch >= 0) watcher_.unwatch_file(schedule.file_watch, trail);
    schedule.file_watch = -1;
    schedule.idle_ticks = 0;
    return false;
  }
  trail.close_settled();
  schedule.hot = false;
  return true;
}

void FileLane::watch_path(Trail& trail) {
  unwatch(trail);
  Trail::Schedule& schedule = trail.schedule;
  const int fd = trail.current_fd();
  schedule.polled = fd >= 0 && must_be_polled(fd);
  const size_t slash = trail.path().rfind('/');
  FilePlace as_written{slash == std::string::npos ? "." : slash == 0 ? "/" : trail.path().substr(0, slash),
                       slash == std::string::npos ? trail.path() : trail.path().substr(slash + 1)};
  std::vector<FilePlace> places{std::move(as_written)};
  FilePlace real = place_of(trail.path());
  if (real.directory != places[0].directory || real.name != places[0].name) places.push_back(std::move(real));
  schedule.names_watched = true;
  for (FilePlace& place : places) {
    if (const auto watched = watcher_.watch_name(place.directory, place.name, trail); watched) {
      schedule.watched_names.push_back(std::move(place));
    } else {
      schedule.names_watched = false;
      if (watched.error().reason == "watch_limit") watching_failed(watched.error());
    }
  }
  if (!schedule.names_watched) schedule.polled = true;
}

void FileLane::unwatch(Trail& trail) {
  Trail::Schedule& schedule = trail.schedule;
  if (schedule.file_watch >= 0) watcher_.unwatch_file(schedule.file_watch, trail);
  schedule.file_watch = -1;
  for (const FilePlace& place : schedule.watched_names) watcher_.unwatch_name(place.directory, place.name, trail);
  schedule.watched_names.clear();
  schedule.names_watched = false;
}

void FileLane::watching_failed(const Error& error) {
  if (told_of_limit_) return;
  told_of_limit_ = true;
  shared_->log.warn("cannot watch all files for changes, polling them instead; raise the sysctls fs.inotify.max_user_watches and "
                    "fs.inotify.max_user_instances",
                    {{"error", error.what}});
}

void FileLane::look_at_all() {
  for (Trail* trail : all_) make_hot(*trail);
}

/// Every file is looked at now and then, in case something changed that no watch told of; files that cannot be watched more often.
void FileLane::sweep() {
  bool any_polled = false;
  for (Trail* trail : all_) {
    if (trail->has_retired()) trail->retire_old();
    any_polled |= trail->schedule.polled;
  }
  const uint64_t period = any_polled ? kPollMs : kSweepMs;
  const size_t slice = all_.size() * period / kLookAtEachMs + 1;
  for (size_t i = 0; i < std::min(slice, all_.size()); ++i) check(*all_[swept_++ % all_.size()]);
  size_t left = any_polled ? std::min(all_.size(), kPolledPerSweep) : 0;
  for (size_t i = 0; i < all_.size() && left > 0; ++i) {
    Trail& trail = *all_[polled_++ % all_.size()];
    if (!trail.schedule.polled) continue;
    check(trail);
    --left;
  }
  remove_ended();
  plan_work();
  sweep_timer_.start(period);
}

void FileLane::check(Trail& trail) {
  if (trail.schedule.hot || !trail.has_changed()) return;
  trail.look();
  make_hot(trail);
}

void FileLane::close_idle() {
  for (Trail* trail : all_)
    if (trail->schedule.hot && trail->schedule.idle_ticks > 0 && trail->can_rest()) trail->close_settled();
}

// ---------------------------------------------------------------------------------------------------------- positions

void FileLane::mark_dirty(FileReader& reader) {
  if (reader.in_dirty_list) return;
  reader.in_dirty_list = true;
  dirty_.push_back(&reader);
  plan_flush();
}

void FileLane::clean(FileReader& reader) {
  const uint64_t offset = reader.settled_offset();
  if (offset != reader.journaled) changes_.moved.emplace_back(reader.id(), reader.journaled = offset);
  if (reader.in_dirty_list) std::erase(dirty_, &reader);
  reader.in_dirty_list = false;
  if (!stopping_) plan_flush();
}

void FileLane::define(FileReader& reader, const Trail& trail) {
  PositionChanges::Define define;
  define.at_path = trail.is_current(reader);
  define.position = {reader.id(), reader.reader_number, reader.file(), reader.fingerprint(), reader.settled_offset(), trail.path(),
                     trail.labels_text()};
  reader.journaled = define.position.offset;
  changes_.defined.push_back(std::move(define));
  plan_flush();
}

void FileLane::hide(const std::string& path, const std::string& labels) {
  if (!changes_.defined.empty()) flush_positions();
  changes_.hidden.push_back({path, labels});
  plan_flush();
}

void FileLane::forget(uint64_t id) {
  changes_.forgotten.push_back(id);
  plan_flush();
}

void FileLane::plan_flush() {
  if (!flush_timer_.active()) flush_timer_.start(kFlushMs);
}

void FileLane::flush_positions() {
  for (FileReader* reader : dirty_) {
    reader->in_dirty_list = false;
    const uint64_t offset = reader->settled_offset();
    if (offset == reader->journaled) continue;
    reader->journaled = offset;
    changes_.moved.emplace_back(reader->id(), offset);
  }
  dirty_.clear();
  flush_timer_.stop();
  if (changes_.empty()) return;
  shared_->store->apply(std::exchange(changes_, {}));
}

void FileLane::drain(std::function<void()> done) {
  draining_ = true;
  drained_ = std::move(done);
  for (auto& [path, trails] : trails_)
    for (auto& trail : trails) trail->stop();
  // Told in the middle of settling: look again when that is over.
  feed_.keeper().on_idle = [this] {
    lane_.post([this, alive = std::weak_ptr<bool>(alive_)] {
      if (!alive.expired()) check_drained();
    });
  };
  check_drained();
}

void FileLane::check_drained() {
  if (!drained_ || feed_.keeper().outstanding() > 0) return;
  flush_positions();
  std::exchange(drained_, nullptr)();
}

}  // namespace invar::loki_source_file
