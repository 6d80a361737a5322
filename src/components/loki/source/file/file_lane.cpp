#include "src/components/loki/source/file/file_lane.h"

#include <algorithm>
#include <functional>

namespace invar::loki_source_file {
namespace {

constexpr int kIdleTicks = 20;           // a file at rest this long is closed
constexpr size_t kChunksPerTurn = 8;     // then others on the lane have their turn
constexpr uint64_t kSweepMs = 1000;
constexpr size_t kPolledPerSweep = 500;
constexpr size_t kServedPerTurn = 64;
constexpr uint64_t kLookAtEachMs = 10'000;  // every file, watched or not
constexpr uint64_t kRoomEveryMs = 100;   // looking for files to close costs a walk over all
constexpr uint32_t kShortestPollMs = 10;
constexpr char kOpenFiles[] = "open files";  // what the trouble is about
constexpr uint64_t kFlushMs = 10;        // settled positions are gathered this long

}  // namespace

FileLane::FileLane(Lane& lane, std::shared_ptr<Shared> shared, LaneOptions options)
    : lane_(lane),
      shared_(std::move(shared)),
      options_(std::move(options)),
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
  feed_.keeper().on_marks = [this] {
    if (!stopping_) plan_flush();
  };
  if (shared_->ledger) feed_.keep_book(*shared_->ledger, shared_->component_id);
  if (auto opened = watcher_.open(lane.loop()); !opened) watching_failed(opened.error());
  sweep_timer_.start(kSweepMs);
}

FileLane::~FileLane() {
  *alive_ = false;
  stopping_ = true;
  draining_ = true;
  shared_->held_deleted -= held_deleted_;
  shared_->waiting -= waiting_.size();
  flush_positions();
  paths_.clear();
  flush_positions();
}

/// Files that are open go on as they were opened; those that could not be read are looked at again.
void FileLane::set_options(const LaneOptions& options) {
  options_ = options;
  for (Trail* trail : all_)
    if (trail->current_fd() < 0) make_hot(*trail);
}

// ------------------------------------------------------------------------------------------------------------ targets

void FileLane::set_targets(std::vector<PathTargets> targets, bool first_sync) {
  for (PathTargets& target : targets) set_path_targets(target, first_sync);
  remove_ended();
  plan_work();
}

/// Readers keep their labels where they can; others take over the labels that are new, so that a target that only changed its labels is not read again.
void FileLane::set_path_targets(PathTargets& targets, bool first_sync) {
  Path& path = paths_[targets.path];
  auto& trails = path.trails;
  if (!path.figures) path.figures = shared_->figures->make(targets.path);
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
  std::stable_sort(spare.begin(), spare.end(), [](Trail* a, Trail* b) { return a->ending() + a->is_resting() < b->ending() + b->is_resting(); });
  std::vector<Trail*> fresh;
  for (TrailSpec& spec : unmatched) {
    if (!spare.empty()) {
      Trail* const taken = spare.front();
      spare.erase(spare.begin());
      if (taken->ending()) taken->revive(std::move(spec));
      else taken->relabel(std::move(spec));
      continue;
    }
    trails.push_back(std::make_unique<Trail>(*this, std::move(spec), path.figures, first_sync));
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

std::vector<SharedText> FileLane::label_texts(const SharedText& path) const {
  std::vector<SharedText> texts;
  if (const auto found = paths_.find(path); found != paths_.end())
    for (const auto& trail : found->second.trails)
      if (!trail->ending()) texts.push_back(trail->labels_text());
  return texts;
}

void FileLane::remove_ended() {
  for (size_t i = all_.size(); i-- > 0;)
    if (all_[i]->ending()) remove_if_ended(all_[i]);
}

bool FileLane::remove_if_ended(Trail* trail) {
  if (!trail->is_resting() && trail->ended()) lay_to_rest(*trail);
  if (!trail->is_over()) return false;
  const SharedText path = trail->path();
  std::erase(all_, trail);
  auto& trails = paths_[path].trails;
  std::erase_if(trails, [&](const auto& t) { return t.get() == trail; });
  if (trails.empty()) paths_.erase(path);
  return true;
}

/// To the outside it is gone.
void FileLane::lay_to_rest(Trail& trail) {
  unwatch(trail);
  std::erase(hot_, &trail);
  std::erase(ready_, &trail);
  stop_waiting(trail);
  trail.schedule.hot = trail.schedule.ready = trail.schedule.polled = false;
  trail.rest();
  Path& path = paths_[trail.path()];
  const auto goes_on = [](const auto& other) { return !other->ending(); };
  if (std::none_of(path.trails.begin(), path.trails.end(), goes_on)) path.figures->clear();
  const bool labels_go_on = std::any_of(path.trails.begin(), path.trails.end(),
                                        [&](const auto& other) { return goes_on(other) && other->labels_text() == trail.labels_text(); });
  if (!labels_go_on) hide(trail.path(), trail.labels_text());
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
  serve_waiting();
  plan_work();
}

/// Trails that waited for room to open a file, or for an unpacker, in the order they came.
void FileLane::serve_waiting() {
  for (size_t served = 0; served < kServedPerTurn && !waiting_.empty() && can_read() && may_unpack() && OpenSlot::available(); ++served) {
    Trail* const trail = waiting_.front();
    stop_waiting(*trail);
    trail->look();
    if (trail->schedule.waiting) return;
    make_hot(*trail);
    make_ready(*trail);
  }
  if (waiting_.empty() && std::exchange(out_of_room_, false)) shared_->troubles->clear(kOpenFiles);
}

void FileLane::wait_for_turn(Trail& trail) {
  if (trail.schedule.waiting) return;
  trail.schedule.waiting = true;
  waiting_.push_back(&trail);
  ++shared_->waiting;
  if (!tick_timer_.active()) tick_timer_.start(options_.tick_ms, options_.tick_ms);
}

void FileLane::stop_waiting(Trail& trail) {
  if (!std::exchange(trail.schedule.waiting, false)) return;
  std::erase(waiting_, &trail);
  --shared_->waiting;
}

bool FileLane::make_room(const std::string& why) {
  if (!std::exchange(out_of_room_, true))
    shared_->troubles->set(kOpenFiles, "files wait to be opened: the limit of open files is reached", "too_many_files");
  if (!shared_->told_of_open_limit.exchange(true))
    shared_->log.warn("the limit of open files is reached, files are read one after the other; raise it (ulimit -n, LimitNOFILE)",
                      {{"limit", uint64_t{OpenSlot::limit()}}, {"error", why}});
  if (made_room_ms_ != 0 && now_ms() < made_room_ms_ + kRoomEveryMs) return false;
  made_room_ms_ = now_ms();
  bool any = false;
  for (Trail* trail : all_) {
    if (trail->current_fd() < 0 || !trail->can_rest()) continue;
    trail->close_settled();
    any |= trail->current_fd() < 0;
  }
  return any;
}

void FileLane::resume() { plan_work(); }

void FileLane::make_hot(Trail& trail) {
  if (trail.is_resting()) return;
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
  const int idle_ticks = others_wait() ? 1 : kIdleTicks;
  bool any_rested = false;
  for (Trail* trail : now) {
    trail->tick();
    Trail::Schedule& schedule = trail->schedule;
    if (schedule.ready || schedule.waiting) schedule.idle_ticks = 0;
    else if (++schedule.idle_ticks >= idle_ticks) any_rested |= trail->can_rest() && arm(*trail);
  }
  if (any_rested) std::erase_if(hot_, [](Trail* trail) { return !trail->schedule.hot; });
  remove_ended();
  if (hot_.empty() && waiting_.empty()) {
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
      begin_polling(trail);
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
  if (fd >= 0 && must_be_polled(fd)) begin_polling(trail);
  else schedule.polled = false;
  const FilePlace written = split_path(trail.path().str()), real = trail.place();
  schedule.written_name_watched = watch_name(written, trail);
  schedule.real_name_watched = real != written && watch_name(real, trail);
  schedule.names_watched = schedule.written_name_watched && (real == written || schedule.real_name_watched);
  if (!schedule.names_watched) begin_polling(trail);
}

bool FileLane::watch_name(const FilePlace& place, Trail& trail) {
  const auto watched = watcher_.watch_name(place.directory, place.name, trail);
  if (!watched && watched.error().reason == "watch_limit") watching_failed(watched.error());
  return watched.ok();
}

void FileLane::unwatch(Trail& trail) {
  Trail::Schedule& schedule = trail.schedule;
  if (schedule.file_watch >= 0) watcher_.unwatch_file(schedule.file_watch, trail);
  schedule.file_watch = -1;
  const FilePlace written = split_path(trail.path().str()), real = trail.place();
  if (schedule.written_name_watched) watcher_.unwatch_name(written.directory, written.name, trail);
  if (schedule.real_name_watched) watcher_.unwatch_name(real.directory, real.name, trail);
  schedule.names_watched = schedule.written_name_watched = schedule.real_name_watched = false;
}

void FileLane::begin_polling(Trail& trail) {
  trail.schedule.polled = true;
  trail.schedule.poll_ms = options_.min_poll_ms;
  trail.schedule.poll_at_ms = now_ms() + trail.schedule.poll_ms;
}

void FileLane::watching_failed(const Error& error) {
  if (shared_->told_of_watch_limit.exchange(true)) return;
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
  const uint64_t now = now_ms();
  const uint64_t period = any_polled ? std::clamp<uint64_t>(options_.min_poll_ms, kShortestPollMs, kSweepMs) : kSweepMs;
  const size_t slice = std::min<size_t>(all_.size(), all_.size() * period / kLookAtEachMs + 1);
  for (size_t i = 0; i < slice; ++i) check(*all_[swept_++ % all_.size()]);
  size_t left = any_polled ? kPolledPerSweep : 0;
  for (size_t i = 0; i < all_.size() && left > 0; ++i) left -= poll(*all_[polled_++ % all_.size()], now);
  if (now >= limited_ms_ + kSweepMs) {
    limited_ms_ = now;
    limit_held_deleted();
    listings_.forget_old(now);
  }
  remove_ended();
  serve_waiting();
  plan_work();
  sweep_timer_.start(period);
}

void FileLane::check(Trail& trail) {
  if (trail.schedule.hot || !trail.has_changed()) return;
  trail.look();
  make_hot(trail);
}

/// True when the file was looked at. Those that do not change are looked at more seldom, down to the longest poll frequency.
bool FileLane::poll(Trail& trail, uint64_t now) {
  Trail::Schedule& schedule = trail.schedule;
  if (!schedule.polled || schedule.hot || now < schedule.poll_at_ms) return false;
  if (trail.has_changed()) {
    schedule.poll_ms = options_.min_poll_ms;
    trail.look();
    make_hot(trail);
  } else {
    schedule.poll_ms = std::min(schedule.poll_ms * 2, options_.max_poll_ms);
  }
  schedule.poll_ms = std::max(schedule.poll_ms, kShortestPollMs);
  schedule.poll_at_ms = now + schedule.poll_ms;
  return true;
}

/// Deleted files are held until they are read, but not without end: they use up the disk, and nobody sees them there.
void FileLane::limit_held_deleted() {
  uint64_t held = 0;
  using Holder = std::pair<Trail::GivenUp, Trail*>;
  std::vector<Holder> holders;  // the first to give up behind
  for (Trail* trail : all_) {
    const Trail::Held of_trail = trail->look_for_deleted();
    held += of_trail.bytes;
    if (of_trail.bytes > 0) holders.emplace_back(of_trail.first, trail);
  }
  shared_->held_deleted += held - held_deleted_;
  held_deleted_ = held;
  std::sort(holders.begin(), holders.end(), std::greater<>());
  while (shared_->held_deleted > shared_->held_deleted_limit && !holders.empty()) {
    Trail* const trail = holders.back().second;
    holders.pop_back();
    const Trail::Abandoned abandoned = trail->abandon_deleted();
    const uint64_t freed = std::min(abandoned.bytes, held_deleted_);
    shared_->held_deleted -= freed;
    held_deleted_ -= freed;
    if (abandoned.unsent > 0) {
      shared_->metrics.counter("invar_source_abandoned_bytes_total", "Bytes of deleted files that were given up unread.").add(abandoned.unsent);
      shared_->log.error("deleted files that are not yet read use more disk than they may: the oldest is given up",
                         {{"path", trail->path().str()}, {"lost_bytes", abandoned.unsent}, {"limit_bytes", shared_->held_deleted_limit}});
    }
    if (const Trail::Held left = trail->look_for_deleted(); left.bytes > 0) {
      const Holder again{left.first, trail};
      holders.insert(std::upper_bound(holders.begin(), holders.end(), again, std::greater<>()), again);
    }
  }
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
                     trail.labels_text(), reader.packing() ? 0 : reader.identity().birth_ns};
  reader.journaled = define.position.offset;
  registry().note_content(reader.file(), reader.id(), reader.fingerprint());
  changes_.defined.push_back(std::move(define));
  plan_flush();
}

void FileLane::hide(const SharedText& path, const SharedText& labels) {
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
  changes_.marks = feed_.keeper().take_marks();
  if (changes_.empty()) return;
  shared_->store->apply(std::exchange(changes_, {}));
}

void FileLane::drain(std::function<void()> done) {
  draining_ = true;
  drained_ = std::move(done);
  for (Trail* trail : all_) trail->stop();
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
