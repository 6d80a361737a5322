#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "src/base/result.h"

struct uv_loop_s;

namespace invar {

/// One event loop, owned by one thread: the one that calls run(), or before that the one that made it. Everything bound
/// to a loop (Timer, FdWatch, Wake, ...) is made, used and destroyed on that thread, and before the loop; only post(),
/// stop() and Wake::send() may be called from anywhere.
class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs until stop(). May be called again afterwards.
  void run();
  /// Handles what is ready now without waiting; for tests and orderly ends.
  void turn();
  /// Any thread. run() returns once everything posted before this call has run.
  void stop();
  /// Any thread. Tasks run on the loop in the order posted. What is left when the loop is destroyed is dropped unrun.
  void post(std::function<void()> task);

  bool in_loop_thread() const;
  /// Milliseconds that never go back, as of the start of this turn.
  uint64_t now_ms() const;
  uv_loop_s* native();

 private:
  friend class Wake;
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

/// Calls back on the loop after a delay, once or again and again. Its callback may destroy it.
class Timer {
 public:
  Timer(Loop& loop, std::function<void()> on_time);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  /// (Re)starts. repeat_ms 0 is one-shot.
  void start(uint64_t delay_ms, uint64_t repeat_ms = 0);
  void stop();
  bool active() const;

 private:
  struct Inside;
  Inside* inside_;
};

/// Tells when a socket, pipe or inotify fd (never a regular file) can be read or written. Does not own the fd, which
/// must stay open until the watch is gone. Its callback may destroy it.
class FdWatch {
 public:
  static constexpr unsigned kReadable = 1;
  static constexpr unsigned kWritable = 2;
  /// `on_ready` gets the ready ones of the wanted events; a failed fd is reported as both (the next read or write tells
  /// why).
  FdWatch(Loop& loop, int fd, std::function<void(unsigned)> on_ready);
  ~FdWatch();
  FdWatch(const FdWatch&) = delete;
  FdWatch& operator=(const FdWatch&) = delete;
  /// Level-triggered; 0 wants nothing. Fails when the kernel takes no more watches or the fd cannot be watched.
  Result<void> want(unsigned events);

 private:
  struct Inside;
  Inside* inside_;
};

/// A door bell: send() from any thread makes `on_wake` run once on the loop, many sends before that are one. Far
/// cheaper than post() when already rung, so fit for rings.
class Wake {
 public:
  Wake(Loop& loop, std::function<void()> on_wake);
  ~Wake();
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;
  void send();

 private:
  friend class Loop;
  struct Inside;
  Inside* inside_;
};

/// Runs after every turn of the loop, just before it waits for events.
class TurnEnd {
 public:
  TurnEnd(Loop& loop, std::function<void()> at_end);
  ~TurnEnd();
  TurnEnd(const TurnEnd&) = delete;
  TurnEnd& operator=(const TurnEnd&) = delete;

 private:
  struct Inside;
  Inside* inside_;
};

/// Delivers Unix signals as ordinary callbacks. Their default action is off while this lives.
class SignalWatch {
 public:
  SignalWatch(Loop& loop, std::initializer_list<int> signals, std::function<void(int)> on_signal);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  struct Inside;
  std::vector<Inside*> inside_;
};

/// A broken pipe becomes an error of write(2) instead of the end of the process. Called once at start.
void ignore_broken_pipes();

/// A named thread (at most 15 bytes are shown) that runs a loop of its own.
class LoopThread {
 public:
  explicit LoopThread(std::string name);
  /// stop_and_join().
  ~LoopThread();
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;
  Loop& loop() { return loop_; }
  /// Until here the loop belongs to the caller's thread.
  void start();
  /// Afterwards the loop belongs to the caller's thread again, so that what is bound to it can be destroyed.
  void stop_and_join();

 private:
  Loop loop_;
  std::string name_;
  std::thread thread_;
};

/// Runs `task` on the loop and waits until it is done; on the loop's own thread it runs at once. False when the loop
/// did not begin it within `timeout_ms` (negative: wait for ever); the task then never runs.
bool call_on(Loop& loop, std::function<void()> task, int timeout_ms = -1);

}  // namespace invar
