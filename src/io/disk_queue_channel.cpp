#include "src/io/disk_queue_channel.h"

#include <deque>

namespace invar {

namespace {
constexpr uint64_t kExpireEveryMs = 30'000;
constexpr int64_t kMillisecond = 1'000'000;
}  // namespace

/// The half on the disk thread.
struct DiskQueueChannel::OnDisk {
  OnDisk(Loop& owner, Loop& disk, DiskFiles& files, const Clock& clock, DiskQueue::Options options, CommitPace pace,
         std::weak_ptr<Events> events, std::shared_ptr<Report> report)
      : owner(owner), disk(disk), clock(clock), queue(files, clock, std::move(options)), pace(pace), events(std::move(events)),
        report(std::move(report)), commit_timer(disk, [this] { commit(); }), expire_timer(disk, [this] { expire(); }) {}

  template <class Call>
  void tell(Call call) {
    owner.post([events = events, call = std::move(call)]() mutable {
      if (const auto alive = events.lock()) call(*alive);
    });
  }

  void open() {
    auto opened = queue.open();
    told_committed = queue.committed_sequence();
    expire_timer.start(kExpireEveryMs, kExpireEveryMs);
    note();
    const auto found = opened ? Result<DiskQueue::Figures>(queue.figures()) : Result<DiskQueue::Figures>(opened.error());
    tell([found, next = queue.next_sequence()](Events& e) { e.opened(found, next); });
    if (opened) expire();
  }

  void append(Append record, uint64_t of_epoch) {
    if (of_epoch != epoch) return;  // refused with the one before
    size_t size = record.payload.head.size();
    for (const std::string_view part : record.payload.rest) size += part.size();
    std::vector<std::string_view> parts{record.payload.head};
    parts.insert(parts.end(), record.payload.rest.begin(), record.payload.rest.end());
    const auto appended = queue.append({record.sequence, record.flags, record.label, record.entries, record.lines, record.held, parts, record.marked_late});
    record.payload = {};  // what its bytes belong to is used again once the owner hears of them
    if (!appended) return refuse(appended.error());
    uncommitted_bytes += size;
    const bool due_already = std::exchange(commit_due, true);
    const int64_t since_ms = (clock.steady_ns() - committed_ns) / kMillisecond;
    if (committed_ns == 0 || since_ms >= static_cast<int64_t>(pace.every_ms) || uncommitted_bytes >= pace.at_bytes)
      commit_timer.start(0);  // with all that waits on this loop already
    else if (!due_already)
      commit_timer.start(pace.every_ms - static_cast<uint64_t>(since_ms));
  }

  void commit() {
    if (!std::exchange(commit_due, false)) return;
    uncommitted_bytes = 0;
    commit_timer.stop();
    const auto committed = queue.commit();
    committed_ns = clock.steady_ns();
    note();
    tell_committed();
    if (!committed) refuse(committed.error());
  }

  void tell_committed() {
    const uint64_t sequence = queue.committed_sequence();
    if (std::exchange(told_committed, sequence) != sequence) tell([sequence](Events& e) { e.committed(sequence); });
  }

  void refuse(const Error& error) {
    if (std::exchange(commit_due, false)) {
      commit_timer.stop();
      (void)queue.commit().ok();  // of what came before; the error stands
      tell_committed();
    }
    wants_room = error.reason == "full" || error.reason == "no_space";
    ++epoch;
    note();
    tell([error](Events& e) { e.refused(error); });
  }

  void read(size_t bytes) {
    std::vector<DiskQueue::Record> records;
    const DiskQueue::Tally corrupt_before = queue.damage().corrupt;
    for (size_t size = 0; size < bytes;) {
      auto record = queue.read();
      if (!record) break;
      size += record->payload.size();
      records.push_back(std::move(*record));
    }
    lose_corrupt(corrupt_before);
    note();
    tell([records = std::move(records)](Events& e) mutable { e.read(std::move(records)); });
  }

  void lose_corrupt(const DiskQueue::Tally& before) {
    DiskQueue::Tally corrupt = queue.damage().corrupt;
    corrupt -= before;
    if (corrupt.records > 0) tell([corrupt](Events& e) { e.lost({corrupt, {}}, Reason::kCorrupt); });
  }

  void done(std::vector<uint64_t> sequences, CommitMarks marks) {
    finished.push_back({std::move(sequences), std::move(marks)});
    note_finished();
    make_room();
  }

  void note_finished() {
    for (; !finished.empty() && make_all(finished.front().marks); finished.pop_front())
      for (const uint64_t sequence : finished.front().sequences) queue.done(sequence);
  }

  void drop_oldest() {
    tell([gone = queue.drop_oldest()](Events& e) { e.lost(gone, Reason::kDropped); });
    make_room();
  }

  void expire() {
    note_finished();
    DiskQueue::Loss gone = queue.expire();
    if (gone.tally.records > 0) tell([gone = std::move(gone)](Events& e) { e.lost(gone, Reason::kExpired); });
    make_room();
  }

  void make_room() {
    const uint64_t before = bytes;
    note();
    if (bytes >= before || !std::exchange(wants_room, false)) return;
    tell([](Events& e) { e.room(); });
  }

  void note() {
    const DiskQueue::Figures figures = queue.figures();
    bytes = figures.bytes;
    const std::lock_guard lock(report->mutex);
    report->figures = figures;
    report->damage = queue.damage();
  }

  Loop& owner;
  Loop& disk;
  const Clock& clock;
  DiskQueue queue;
  const CommitPace pace;
  std::weak_ptr<Events> events;
  std::shared_ptr<Report> report;
  Timer commit_timer, expire_timer;
  struct Finished {
    std::vector<uint64_t> sequences;
    CommitMarks marks;
  };
  std::deque<Finished> finished;  // for marks that cannot be made now
  uint64_t epoch = 0;  // counts refusals
  uint64_t told_committed = 0;
  uint64_t bytes = 0;
  uint64_t uncommitted_bytes = 0;
  int64_t committed_ns = 0;
  bool commit_due = false;
  bool wants_room = false;
};

DiskQueueChannel::DiskQueueChannel(Loop& owner, Loop& disk, DiskFiles& files, const Clock& clock, DiskQueue::Options options, CommitPace pace,
                                   Events events)
    : owner_(owner), disk_(disk), on_disk_(std::make_shared<std::unique_ptr<OnDisk>>()) {
  report_->max_bytes = options.max_bytes;
  // A refusal makes what was appended meanwhile void: it was sent in the epoch before.
  events.refused = [this, refused = std::move(events.refused)](const Error& error) {
    ++epoch_;
    refused(error);
  };
  events_ = std::make_shared<Events>(std::move(events));
  disk_.post([slot = on_disk_, &owner, &disk, &files, &clock, options = std::move(options), pace, events = std::weak_ptr(events_),
              report = report_]() mutable {
    *slot = std::make_unique<OnDisk>(owner, disk, files, clock, std::move(options), pace, std::move(events), std::move(report));
    (*slot)->open();
  });
}

DiskQueueChannel::~DiskQueueChannel() {
  disk_.post([slot = on_disk_] {
    (void)(*slot)->queue.mark_all().ok();  // whoever waited with a mark finds nobody to make it
    slot->reset();
  });
}

class DiskQueueChannel::Mark final : public CommitMark {
 public:
  Mark(Loop& disk, std::shared_ptr<std::unique_ptr<OnDisk>> slot, uint64_t sequence) : disk_(disk), slot_(std::move(slot)), sequence_(sequence) {}
  ~Mark() override {
    if (made_) return;
    disk_.post([slot = std::move(slot_), sequence = sequence_] {
      if (*slot) (void)(*slot)->queue.mark(sequence).ok();
    });
  }
  bool make() override {
    if (!made_) made_ = !*slot_ || (*slot_)->queue.mark(sequence_).ok();
    return made_;
  }

 private:
  Loop& disk_;
  std::shared_ptr<std::unique_ptr<OnDisk>> slot_;
  const uint64_t sequence_;
  bool made_ = false;
};

CommitMarkPtr DiskQueueChannel::mark_of(uint64_t sequence) const { return std::make_shared<Mark>(disk_, on_disk_, sequence); }

void DiskQueueChannel::post(std::function<void(OnDisk&)> work) {
  disk_.post([slot = on_disk_, work = std::move(work)] { work(**slot); });
}

void DiskQueueChannel::append(Append record) {
  // std::function wants copies; the record is shared instead.
  auto shared = std::make_shared<Append>(std::move(record));
  post([shared, epoch = epoch_](OnDisk& half) { half.append(std::move(*shared), epoch); });
}

void DiskQueueChannel::read(size_t bytes) {
  post([bytes](OnDisk& half) { half.read(bytes); });
}

void DiskQueueChannel::done(std::vector<uint64_t> sequences, CommitMarks marks) {
  post([sequences = std::move(sequences), marks = std::move(marks)](OnDisk& half) { half.done(sequences, marks); });
}

void DiskQueueChannel::drop_oldest() {
  post([](OnDisk& half) { half.drop_oldest(); });
}

DiskQueue::Figures DiskQueueChannel::figures() const {
  const std::lock_guard lock(report_->mutex);
  return report_->figures;
}

DiskQueue::Damage DiskQueueChannel::damage() const {
  const std::lock_guard lock(report_->mutex);
  return report_->damage;
}

}  // namespace invar
