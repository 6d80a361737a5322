#include <cstdio>
#include <random>

#include "src/components/loki/process/dropped_lines.h"
#include "src/components/loki/process/stage.h"

namespace invar::loki_process_stages_sampling {
using namespace loki_process;
namespace {

struct Args {
  std::string drop_counter_reason = "sampling_stage";
  double rate = 0;
  bool operator==(const Args&) const = default;
  static void validate(Args& args, ValidateContext& context) {
    if (!(args.rate < 0.0 || args.rate > 1.0)) return;
    char text[64 + 310];
    std::snprintf(text, sizeof text, "sampling stage failed to parse rate,Sampling Rate must be between 0.0 and 1.0, received %f", args.rate);
    context.refuse(text);
  }
};

using enum Presence;
constexpr std::array kArguments{
    attr<&Args::drop_counter_reason>("drop_counter_reason", kOptional, "Reason label of the counter."),
    attr<&Args::rate>("rate", kRequired, "Share of the lines that stay, from 0 to 1."),
};

constexpr uint64_t kMost = INT64_MAX;  // random numbers are 1 to kMost

/// Jaeger's probabilistic sampler: a line stays when its random number does not exceed the boundary.
class Running final : public RowStage {
 public:
  Running(const StageContext& context, const Args& args)
      : dropped_(context.metrics, args.drop_counter_reason),
        boundary_(args.rate >= 1 ? kMost : static_cast<uint64_t>(static_cast<double>(kMost) * args.rate)),
        state_(std::random_device()() | static_cast<uint64_t>(std::random_device()()) << 32) {
    dropped_.expose();
  }

  void apply(Rows& rows) override {
    uint64_t dropped = 0;
    rows.each([&](LogRow& row) {
      if (boundary_ >= random() % kMost + 1) return;
      rows.drop(row, dropped_.reason());
      ++dropped;
    });
    dropped_.add(dropped);
  }

 private:
  uint64_t random() {  // splitmix64
    uint64_t z = state_ += 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }

  DroppedLines dropped_;
  uint64_t boundary_;
  uint64_t state_;
};

class Plan final : public StagePlan {
 public:
  explicit Plan(const Args& args) : args_(args) {}
  StageEffects effects() const override { return {}; }
  std::unique_ptr<Stage> start(const StageContext& context) const override { return std::make_unique<Running>(context, args_); }

 private:
  Args args_;
};

Result<StagePlanPtr> make_plan(const Args& args) { return StagePlanPtr(std::make_shared<Plan>(args)); }

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("sampling", "Keeps a random share of the lines.", kArguments);

}  // namespace invar::loki_process_stages_sampling
