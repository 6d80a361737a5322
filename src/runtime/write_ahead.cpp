#include "src/runtime/write_ahead.h"

#include <algorithm>

namespace invar {
namespace {
constexpr uint64_t kCommitEveryMs = 10;
constexpr uint64_t kCommitAtBytes = 1u << 20;
constexpr size_t kMemory = 4u << 20;  // of items that need not be read again
constexpr size_t kReadBytes = 256u << 10;
}  // namespace

WriteAhead::WriteAhead(Loop& loop, NodeContext& context, std::string directory, Owner& owner) : loop_(loop), owner_(owner) {
  DiskQueue::Options options;
  options.directory = std::move(directory);
  options.max_bytes = context.delivery().settings.write_ahead_bytes;
  DiskQueueChannel::Events events{
      [this](const auto& found, uint64_t next) { opened(found, next); },
      [this](uint64_t sequence) { committed(sequence); },
      [this](const Error& error) { refused(error); },
      [this](auto records) { read(std::move(records)); },
      [this](const DiskQueue::Loss& loss, auto) {
        unread_ -= std::min(unread_, loss.tally.records);
        serve();
      },
      [] {},
  };
  const CommitPace pace{kCommitEveryMs, kCommitAtBytes};
  channel_ = std::make_unique<DiskQueueChannel>(loop, context.disk_loop(), *context.delivery().files, context.clock(), std::move(options), pace, std::move(events));
}

WriteAhead::~WriteAhead() { forget_done(); }

void WriteAhead::opened(const Result<DiskQueue::Figures>& found, uint64_t next_sequence) {
  open_ = true;
  next_sequence_ = next_sequence;
  if (found) unread_ = found->unread.records;
  for (Item& item : std::exchange(early_, {})) write(std::move(item));
  serve();
}

uint64_t WriteAhead::put(std::string payload, uint64_t lines) {
  Item item{next_number_++, 0, std::move(payload), lines, false};
  const uint64_t number = item.number;
  if (open_) write(std::move(item));
  else early_.push_back(std::move(item));
  return number;
}

void WriteAhead::write(Item item) {
  // Order: nothing may stay in memory behind what has to be read again.
  const bool others_on_disk = unread_ > 0 || reading_ || std::any_of(writing_.begin(), writing_.end(), [](const Item& other) { return !other.held; });
  item.held = !others_on_disk && memory_ + item.payload.size() <= kMemory;
  item.sequence = next_sequence_++;
  DiskQueueChannel::Append record{.sequence = item.sequence, .entries = 1, .lines = item.lines, .held = item.held, .payload = {}};
  if (item.held) {
    memory_ += item.payload.size();
    record.payload.head = item.payload;
  } else {
    record.payload.head = std::move(item.payload);
  }
  writing_.push_back(std::move(item));
  channel_->append(std::move(record));
}

void WriteAhead::committed(uint64_t sequence) {
  std::deque<uint64_t> safe;
  while (!writing_.empty() && writing_.front().sequence <= sequence) {
    safe.push_back(writing_.front().number);
    if (writing_.front().held) ready_.push_back(std::move(writing_.front()));
    else ++unread_;
    writing_.pop_front();
  }
  for (const uint64_t number : safe) owner_.answered(number, nullptr);
  serve();
}

/// Nobody has been promised anything yet: those who sent are told, and may try again.
void WriteAhead::refused(const Error& error) {
  for (const Item& item : std::exchange(writing_, {})) {
    if (item.held) memory_ -= item.payload.size();
    owner_.answered(item.number, &error);
  }
}

void WriteAhead::read(std::vector<DiskQueue::Record> records) {
  reading_ = false;
  unread_ -= std::min<uint64_t>(unread_, records.size());
  if (records.empty()) unread_ = 0;
  for (DiskQueue::Record& record : records) {
    memory_ += record.payload.size();
    ready_.push_back({next_number_++, record.sequence, std::move(record.payload), record.lines, true});
  }
  serve();
}

void WriteAhead::want() {
  wanted_ = true;
  serve();
}

void WriteAhead::serve() {
  while (wanted_ && !ready_.empty()) {
    wanted_ = false;
    Item item = std::move(ready_.front());
    ready_.pop_front();
    memory_ -= item.payload.size();
    in_work_[item.number] = item.sequence;
    owner_.handed_on(item.number, std::move(item.payload));
  }
  if (!wanted_ || reading_ || unread_ == 0) return;
  reading_ = true;
  channel_->read(kReadBytes);
}

void WriteAhead::done(uint64_t item, CommitMarks marks) {
  const auto found = in_work_.find(item);
  if (found == in_work_.end()) return;
  if (done_.empty())
    loop_.post([this, alive = std::weak_ptr(alive_)] {
      if (!alive.expired()) forget_done();
    });
  done_.push_back(found->second);
  take_marks(marks, marks_);
  in_work_.erase(found);
}

void WriteAhead::forget_done() {
  if (!done_.empty()) channel_->done(std::exchange(done_, {}), std::exchange(marks_, {}));
}

}  // namespace invar
