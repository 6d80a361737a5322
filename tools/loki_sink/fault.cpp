#include "tools/loki_sink/fault.h"

#include <cstdlib>

namespace invar::loki_sink {

Result<Fault> read_fault(const std::string& name) {
  using Kind = Fault::Kind;
  const auto fault = [&](Kind kind, int status = 0) { return Fault{.kind = kind, .status = status, .name = name}; };
  if (name == "ok") return Fault{};
  if (name == "reset") return fault(Kind::kReset);
  if (name == "refuse") return fault(Kind::kRefuse);
  if (name == "stall") return fault(Kind::kStall);
  if (name == "lostack") return fault(Kind::kLostAck);
  if (name == "half") return fault(Kind::kHalf);
  if (name == "hangup") return fault(Kind::kHangUp);
  if (name == "slow") return fault(Kind::kSlow);
  const int status = atoi(name.c_str());
  if (name.size() == 3 && status >= 300 && status <= 599) return fault(Kind::kStatus, status);
  return Error{"no such mode: " + name + " (ok, a status, reset, refuse, stall, lostack, half, hangup, slow)", "mode"};
}

Result<int64_t> read_duration(const std::string& text) {
  char* unit = nullptr;
  const double number = strtod(text.c_str(), &unit);
  const std::string word = unit;
  const double scale = word == "ms" ? 1 : word == "s" ? 1000 : word == "m" ? 60'000 : 0;
  if (unit == text.c_str() || scale == 0 || number < 0) return Error{"not a duration such as 20s or 300ms: " + text, "duration"};
  return static_cast<int64_t>(number * scale);
}

}  // namespace invar::loki_sink
