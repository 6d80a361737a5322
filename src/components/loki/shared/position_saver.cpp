#include "src/components/loki/shared/position_saver.h"

#include "src/io/file.h"

namespace invar {

void PositionSaver::put(CommitMarks marks, std::function<void()> note) {
  disk_.post([this, marks = std::move(marks), note = std::move(note)]() mutable {
    note();
    take_marks(marks, marks_);
    save();
  });
}

void PositionSaver::flush(std::function<void()> done) {
  disk_.post([this, done = std::move(done)] {
    if (failing_) save();
    done();
  });
}

void PositionSaver::save() {
  auto written = make_directories(directory_, 0750);
  if (written) written = write_([this] { return make_all(marks_); });
  if (!retry_timer_) retry_timer_ = std::make_unique<Timer>(disk_, [this] { save(); });
  if (!written) {
    failing_ = true;
    retry_timer_->start(kRetryMs);
    return report_(written.error());
  }
  marks_.clear();
  retry_timer_->stop();
  if (std::exchange(failing_, false)) report_(std::nullopt);
}

}  // namespace invar
