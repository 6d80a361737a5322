#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "src/base/clock.h"
#include "src/io/loop.h"
#include "src/telemetry/label_set.h"
#include "src/telemetry/log_sink.h"

namespace invar {

/// A thread that reads, processes and encodes, with everything its rows need: a loop and the interned label sets. Nothing on a lane blocks: no
/// fsync, DNS, TLS or HTTP. Objects of a lane are made, used and destroyed on it.
class Lane {
 public:
  Lane(size_t index, const Clock& clock);
  ~Lane();
  size_t index() const { return index_; }
  Loop& loop() { return thread_->loop(); }
  const Clock& clock() const { return clock_; }

  /// From any thread: runs `command` on the lane, after all commands posted before. Inside Lanes::transaction() it is collected and runs with
  /// the transaction's other commands between the same two batches.
  void post(std::function<void()> command);

  /// On the lane only.
  LabelSetTable& labels() { return labels_; }
  /// Read timestamps of `rows` rows: first..first+rows-1 ns. They strictly increase per lane, since Loki drops an entry with equal time and line; but
  /// a clock that is set back by more than a second is followed.
  int64_t read_times(uint32_t rows);
  /// Runs `hook` at the end of the current loop turn (once): fragments are sealed then.
  void at_turn_end(std::function<void()> hook);

 private:
  friend class Lanes;
  void begin();
  void end();
  void end_turn();
  size_t index_;
  const Clock& clock_;
  std::unique_ptr<LoopThread> thread_;
  LabelSetTable labels_;
  int64_t last_time_ = 0;
  std::atomic<bool> staging_{false};
  std::atomic<std::thread::id> staging_thread_;
  std::vector<std::function<void()>> staged_;
  std::vector<std::function<void()>> turn_hooks_, running_hooks_;
  std::unique_ptr<TurnEnd> turn_end_;
  std::unique_ptr<Timer> sweep_;
};

/// All lanes of the process, their threads, and transactions over them. Owned by main.
class Lanes {
 public:
  /// `count` 1..kMaxLanes. With threads == false the caller runs each lane's loop itself (tests, simulation).
  Lanes(size_t count, const Clock& clock, bool threads = true);
  ~Lanes();
  size_t count() const { return lanes_.size(); }
  Lane& operator[](size_t index) { return *lanes_[index]; }
  /// Collects everything posted to any lane by `body` (on main) into one command per lane, so that a reload takes effect between two batches.
  void transaction(const std::function<void()>& body);
  /// Blocks main until every lane has run all commands posted so far.
  void barrier();
  /// min(affinity, ceil(cgroup CPU quota), 4).
  static size_t default_count();

 private:
  std::vector<std::unique_ptr<Lane>> lanes_;
  bool threads_;
};

/// One T per lane: made, used and destroyed on its lane; owned by a Node on main.
template <class T>
class LaneHalves {
 public:
  LaneHalves() = default;
  /// `make(Lane&)` -> std::unique_ptr<T>, runs on each lane.
  template <class Make>
  LaneHalves(Lanes& lanes, Make make) {
    for (size_t i = 0; i < lanes.count(); ++i) {
      auto slot = std::make_shared<Slot>();
      halves_.push_back({&lanes[i], slot});
      lanes[i].post([slot, make, lane = &lanes[i]] {
        slot->half = make(*lane);
        // Behind the commands of the same transaction.
        lane->loop().post([slot] { slot->open(); });
      });
    }
  }
  LaneHalves(LaneHalves&&) noexcept = default;
  LaneHalves& operator=(LaneHalves&& other) noexcept {
    clear();
    halves_ = std::move(other.halves_);
    return *this;
  }
  ~LaneHalves() { clear(); }
  /// Runs `act(T&)` on each lane.
  template <class Act>
  void each(Act act) {
    for (auto& half : halves_)
      half.lane->post([slot = half.slot, act] {
        if (slot->half) act(*slot->half);
      });
  }
  /// Runs `act(T&)` on lane `index`.
  template <class Act>
  void on(size_t index, Act act) {
    halves_[index].lane->post([slot = halves_[index].slot, act = std::move(act)]() mutable {
      if (slot->half) act(*slot->half);
    });
  }
  /// A way to half `index` for any thread; does nothing once the half is gone. What comes before the transaction is whole in which the half is made waits for that.
  /// Valid as long as the lane.
  std::function<void(std::function<void(T&)>)> remote(size_t index) const {
    return [lane = halves_[index].lane, slot = halves_[index].slot](std::function<void(T&)> act) {
      lane->post([slot, act = std::move(act)]() mutable { slot->take(std::move(act)); });
    };
  }
  void clear() {
    for (auto& half : halves_) half.lane->post([slot = half.slot] { slot->close(); });
    halves_.clear();
  }

 private:
  /// The lane's.
  struct Slot {
    std::unique_ptr<T> half;
    std::vector<std::function<void(T&)>> early;
    bool opened = false;

    void take(std::function<void(T&)> act) {
      if (!opened) early.push_back(std::move(act));
      else if (half) act(*half);
    }
    void open() {
      opened = true;
      for (const auto& act : std::exchange(early, {}))
        if (half) act(*half);
    }
    void close() {
      half.reset();
      open();
    }
  };
  struct Half {
    Lane* lane;
    std::shared_ptr<Slot> slot;
  };
  std::vector<Half> halves_;
};

}  // namespace invar
