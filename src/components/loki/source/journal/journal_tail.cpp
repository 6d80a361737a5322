#include "src/components/loki/source/journal/journal_tail.h"

#include <algorithm>

namespace invar::loki_source_journal {
namespace {

constexpr uint64_t kTickMs = 1000;
constexpr uint64_t kFirstRetryMs = 500, kLastRetryMs = 5000;
constexpr uint64_t kLookAgainMs = 10'000;        // for new files, where nobody tells of them
constexpr size_t kEntryBytes = 512;              // of an entry beside its message, about
constexpr size_t kReadBeforeRest = 4u << 20;     // bytes; libsystemd keeps what it has read mapped,
constexpr size_t kReadBeforeReopen = 32u << 20;  // which counts as memory of this process until the journal is closed

}  // namespace

JournalTail::JournalTail(Loop& loop, const Clock& clock, Logger log, Settings settings, Start start, Owner owner)
    : loop_(loop),
      clock_(clock),
      log_(std::move(log)),
      settings_(std::move(settings)),
      start_(std::move(start)),
      owner_(std::move(owner)),
      tick_timer_(loop, [this] { tick(); }),
      retry_timer_(loop, [this] { open(); }) {}

JournalTail::~JournalTail() { close(); }

void JournalTail::begin() {
  open();
  if (!stopped_) tick_timer_.start(kTickMs, kTickMs);
}

void JournalTail::change(Settings settings) {
  settings_ = std::move(settings);
  reader_.reset();
  retry_ms_ = 0;
  told_.clear();
  if (!stopped_) open();
}

void JournalTail::stop() {
  stopped_ = true;
  tick_timer_.stop();
  retry_timer_.stop();
  close();
}

void JournalTail::close() {
  fd_watch_.reset();
  journal_.reset();
}

// ------------------------------------------------------------------------------------------------------------- opening

void JournalTail::open() {
  close();
  read_bytes_ = 0;
  opened_ms_ = loop_.now_ms();
  if (!reader_) reader_ = std::make_unique<EntryReader>(settings_.labels, settings_.as_json, clock_, log_);
  auto journal = SystemdJournal::open(settings_.place);
  if (!journal) return failed({"error creating journal tailer: " + journal.error().what, journal.error().reason});
  journal_ = std::move(*journal);
  if (!seek()) return;
  watch();
  if (!journal_->has_files()) {
    const std::string place = settings_.place.directory.empty() ? "/var/log/journal or /run/log/journal" : settings_.place.directory;
    return failed({"no journal file can be read in " + place + ": is it mounted, and may this user read it (groups adm, systemd-journal)?", std::string(kNoFiles)});
  }
  opened();
  plan_work();
}

/// To where reading goes on.
bool JournalTail::seek() {
  Result<void> sought;
  if (!again_.empty()) {
    if (again_behind_.empty()) again_left_ = again_.front().entries;
    sought = again_behind_.empty() ? journal_->seek_to(again_.front().first) : journal_->seek_behind(again_behind_, 0);
  } else if (!position_.empty()) {
    sought = journal_->seek_behind(position_, 0);
  } else if (!start_.cursor.empty()) {
    sought = journal_->seek_behind(start_.cursor, start_.not_before_us);
    if (!sought && sought.error().reason == SystemdJournal::kBadCursor) {
      cursor_note_ = "the stored cursor is not valid (" + sought.error().what + "): reading began as without one";
      log_.error("the stored cursor is not valid, reading begins as without one", {{"cursor", start_.cursor}, {"err", sought.error().what}});
      start_.cursor.clear();
      return seek();
    }
  } else {
    sought = journal_->seek_time(start_.not_before_us);
  }
  if (!sought) failed({"error creating journal tailer: " + sought.error().what, sought.error().reason});
  return sought.ok();
}

void JournalTail::failed(const Error& error) {
  const bool waits = error.reason == kNoFiles;
  if (!waits) close();  // else its watch tells of the first file
  if (told_ != error.what) {
    if (waits) log_.warn("no journal to read", {{"err", error.what}, {"path", settings_.place.directory}});
    else log_.error("error creating journal tailer", {{"err", error.what}, {"path", settings_.place.directory}});
  }
  told_ = error.what;
  owner_.report(error);
  retry_ms_ = std::clamp(2 * retry_ms_, kFirstRetryMs, kLastRetryMs);
  retry_timer_.start(retry_ms_);
  if (waits) plan_work();
}

void JournalTail::opened() {
  retry_ms_ = 0;
  retry_timer_.stop();
  if (!told_.empty()) log_.info("the journal can be read again", {{"path", settings_.place.directory}});
  told_.clear();
  if (cursor_note_.empty()) owner_.report(std::nullopt);
  else owner_.report(Error{cursor_note_, "bad_cursor"});
}

void JournalTail::watch() {
  watch_reliable_ = false;
  const auto fd = journal_->watch();
  if (!fd) return;
  fd_watch_ = std::make_unique<FdWatch>(loop_, *fd, [this](unsigned) { tick(); });
  watch_reliable_ = fd_watch_->want(FdWatch::kReadable).ok() && journal_->watch_is_reliable();
}

/// Something may have changed.
void JournalTail::tick() {
  if (!journal_ || stopped_) return;
  if (const auto taken = journal_->take_changes(); !taken) return failed({"failed waiting for journal entry: " + taken.error().what, taken.error().reason});
  const bool waits_for_files = retry_timer_.active();
  if (waits_for_files != !journal_->has_files()) return open();
  if (!watch_reliable_ && loop_.now_ms() >= opened_ms_ + kLookAgainMs) return open();
  plan_work();
}

// ------------------------------------------------------------------------------------------------------------- reading

void JournalTail::plan_work() {
  if (work_planned_ || stopped_ || !journal_ || on_their_way_ >= kAhead) return;
  work_planned_ = true;
  loop_.post([this, alive = std::weak_ptr(alive_)] {
    if (alive.expired()) return;
    work_planned_ = false;
    work();
  });
}

/// One batch in a turn.
void JournalTail::work() {
  if (stopped_ || !journal_ || on_their_way_ >= kAhead) return;
  auto batch = std::make_shared<JournalBatch>();
  batch->generation = generation_;
  batch->again = !again_.empty();
  const auto went_on = read(*batch, batch->again ? std::min(again_left_, JournalBatch::kMaxEntries) : JournalBatch::kMaxEntries);
  const uint64_t entries = batch->range.entries;
  if (batch->again) again_left_ -= entries;
  if (entries > 0) {
    (batch->again ? again_behind_ : position_) = batch->range.last;
    ++on_their_way_;
    read_bytes_ += batch->bytes + entries * kEntryBytes;
    owner_.deliver(std::move(batch));
  }
  if (!went_on) return failed({"failed to read journal entry: " + went_on.error().what, went_on.error().reason});
  if (!again_.empty()) {
    if (again_left_ == 0 || entries == 0) return next_range();
  } else if (entries == 0) {
    return at_rest();
  } else if (read_bytes_ >= kReadBeforeReopen) {
    return open();
  }
  plan_work();
}

/// Up to `limit` entries. Error: none behind those can be read now.
Result<void> JournalTail::read(JournalBatch& batch, uint64_t limit) {
  uint64_t& entries = batch.range.entries;
  while (entries < limit && batch.bytes < JournalBatch::kMaxBytes) {
    const auto moved = journal_->next();
    if (!moved) return moved.error();
    if (!*moved) break;
    auto cursor = journal_->cursor();
    if (!cursor) return cursor.error();
    reader_->add(*journal_, batch);
    batch.range.last = std::move(*cursor);
    if (entries++ == 0) batch.range.first = batch.range.last;
  }
  return {};
}

/// Everything there is has been read.
void JournalTail::at_rest() {
  if (read_bytes_ >= kReadBeforeRest) open();
}

// ------------------------------------------------------------------------------------------------------- given back

void JournalTail::handed_on() {
  on_their_way_ = std::max(0, on_their_way_ - 1);
  plan_work();
}

void JournalTail::rewind(Rewind rewind) {
  generation_ = rewind.generation;
  on_their_way_ = 0;
  again_.assign(std::make_move_iterator(rewind.again.begin()), std::make_move_iterator(rewind.again.end()));
  again_behind_.clear();
  resume_behind_ = std::move(rewind.resume_behind);
  position_ = resume_behind_;
  if (stopped_ || !journal_ || !seek()) return;
  plan_work();
}

/// One range has been read again. Behind the last one the lane hears how far it had been.
void JournalTail::next_range() {
  again_.pop_front();
  again_behind_.clear();
  if (again_.empty()) {
    auto mark = std::make_shared<JournalBatch>();
    mark->generation = generation_;
    mark->again = true;
    mark->range = {resume_behind_, resume_behind_, 0};
    ++on_their_way_;
    owner_.deliver(std::move(mark));
  }
  if (seek()) plan_work();
}

}  // namespace invar::loki_source_journal
