#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace invar::bench {

/// Small, fast, the same numbers for the same seed everywhere (splitmix64).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// 0 .. limit-1
  uint32_t below(uint32_t limit) { return static_cast<uint32_t>((next() >> 32) * limit >> 32); }

 private:
  uint64_t state_;
};

/// What kind of program writes a pod's log.
enum class App : uint8_t { kJson, kLogfmt, kNginx, kKlog, kJava };

/// One container's log file and what has been written to it.
struct Pod {
  uint32_t file = 0;        ///< its number, part of every token
  App app = App::kJson;
  std::string name_space, pod, uid, container;
  std::string path;         ///< relative: var/log/pods/<ns>_<pod>_<uid>/<container>/0.log
  uint64_t lines = 0, bytes = 0;
};

/// 40 % JSON, 20 % logfmt, 20 % nginx, 10 % klog, 10 % Java.
std::vector<Pod> make_pods(uint32_t count, uint64_t seed);

/// {"seed":..,"lines":..,"bytes":..,"pods":[{"file":..,"namespace":..,"pod":..,...}]}
std::string manifest_json(const std::vector<Pod>& pods, uint64_t seed);

}  // namespace invar::bench
