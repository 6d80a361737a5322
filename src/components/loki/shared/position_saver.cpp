#include "src/components/loki/shared/position_saver.h"

#include "src/io/file.h"

namespace invar {

void PositionSaver::put(CommitMarks marks, std::function<void()> note) {
  disk_.post([this, change = Change{std::move(marks), std::move(note)}]() mutable {
    waiting_.push_back(std::move(change));
    save();
  });
}

void PositionSaver::flush(std::function<void()> done) {
  disk_.post([this, done = std::move(done)] {
    if (failing_) save();
    done();
  });
}

Result<void> PositionSaver::note_all() {
  for (; !waiting_.empty(); waiting_.pop_front()) {
    if (!make_all(waiting_.front().marks)) return Error{"a queue on disk cannot be marked", "io"};
    waiting_.front().note();
  }
  return {};
}

void PositionSaver::save() {
  auto written = note_all();
  if (written) written = make_directories(directory_, 0750);
  if (written) written = write_();
  if (!retry_timer_) retry_timer_ = std::make_unique<Timer>(disk_, [this] { save(); });
  if (!written) {
    failing_ = true;
    retry_timer_->start(kRetryMs);
    return report_(written.error());
  }
  retry_timer_->stop();
  if (std::exchange(failing_, false)) report_(std::nullopt);
}

}  // namespace invar
