#include "src/runtime/lane.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "src/base/check.h"
#include "src/io/process_stats.h"

namespace invar {
namespace {
constexpr uint64_t kSweepEveryMs = 30'000;
constexpr int64_t kMostAheadNs = 1'000'000'000;  // of read times: rows that share one reading of the clock, and slewing
}

Lane::Lane(size_t index, const Clock& clock)
    : index_(index), clock_(clock), thread_(std::make_unique<LoopThread>("lane" + std::to_string(index))) {}

Lane::~Lane() = default;

void Lane::post(std::function<void()> command) {
  if (staging_.load(std::memory_order_acquire) && std::this_thread::get_id() == staging_thread_.load()) {
    staged_.push_back(std::move(command));
    return;
  }
  loop().post(std::move(command));
}

int64_t Lane::read_times(uint32_t rows) {
  const int64_t now = clock_.wall_ns();
  // Set back, the clock is right now: times of before would be in Loki's future, and it refuses these.
  const bool set_back = now < last_time_ - kMostAheadNs;
  const int64_t first = set_back ? now : std::max(now, last_time_ + 1);
  last_time_ = first + std::max<int64_t>(rows, 1) - 1;
  return first;
}

void Lane::at_turn_end(std::function<void()> hook) { turn_hooks_.push_back(std::move(hook)); }

void Lane::begin() {
  turn_end_ = std::make_unique<TurnEnd>(loop(), [this] { end_turn(); });
  sweep_ = std::make_unique<Timer>(loop(), [this] { labels_.sweep(); });
  sweep_->start(kSweepEveryMs, kSweepEveryMs);
}

void Lane::end() {
  sweep_.reset();
  turn_end_.reset();
}

void Lane::end_turn() {
  // A hook may register for the same turn's end again (a pause that ended); bounded, so that a turn ends.
  for (int round = 0; round < 8 && !turn_hooks_.empty(); ++round) {
    running_hooks_.swap(turn_hooks_);
    for (auto& hook : running_hooks_) hook();
    running_hooks_.clear();
  }
  if (!turn_hooks_.empty()) loop().post([] {});  // another turn
  labels_.end_turn();
}

Lanes::Lanes(size_t count, const Clock& clock, bool threads) : threads_(threads) {
  INVAR_CHECK(count >= 1 && count <= kMaxLanes);
  for (size_t i = 0; i < count; ++i) {
    lanes_.push_back(std::make_unique<Lane>(i, clock));
    lanes_.back()->begin();
    if (threads_) lanes_.back()->thread_->start();
  }
}

Lanes::~Lanes() {
  if (threads_) barrier();
  for (auto& lane : lanes_) {
    if (threads_) lane->thread_->stop_and_join();
    else lane->loop().turn();
    lane->end();
  }
}

void Lanes::transaction(const std::function<void()>& body) {
  for (auto& lane : lanes_) {
    INVAR_CHECK(!lane->staging_.load(std::memory_order_relaxed));
    lane->staging_thread_ = std::this_thread::get_id();
    lane->staging_.store(true, std::memory_order_release);
  }
  body();
  for (auto& lane : lanes_) {
    lane->staging_.store(false, std::memory_order_release);
    if (lane->staged_.empty()) continue;
    lane->loop().post([commands = std::move(lane->staged_)] {
      for (const auto& command : commands) command();
    });
    lane->staged_.clear();
  }
}

void Lanes::barrier() {
  for (auto& lane : lanes_) {
    if (threads_)
      call_on(lane->loop(), [] {});
    else
      lane->loop().turn();
  }
}

size_t Lanes::default_count() { return std::clamp<size_t>(usable_cpus(), 1, kMaxLanes); }

}  // namespace invar
