#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "src/runtime/metrics.h"

namespace invar {

/// What is wrong with a component at the moment, from several threads, as one health message: at most a few are named, all are counted.
/// To wait for a path where nothing is yet is no fault, as in Alloy: the path is named.
class Troubles {
 public:
  using Tell = std::function<void(const std::string& message, bool faulty)>;
  /// `tell` gets the message, empty when all is well again; on the thread that changed it.
  explicit Troubles(Tell tell) : tell_(std::move(tell)) {}
  /// `reason` is a stable word. True when this was not known yet.
  bool set(const std::string& about, std::string what, std::string reason, bool waiting = false);
  void clear(const std::string& about);
  /// Tells nobody any more.
  void mute();
  /// One sample for each trouble, up to a limit.
  void sample(std::vector<Sample>& samples);

 private:
  std::string message() const;
  bool faulty() const;
  void tell();
  std::mutex mutex_;
  struct Trouble {
    std::string what, reason;
    bool waiting = false;
  };
  std::map<std::string, Trouble> known_;
  std::pair<std::string, bool> told_;
  Tell tell_;
};

}  // namespace invar
