#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/clock.h"
#include "src/base/result.h"
#include "src/components/loki/process/extracted.h"
#include "src/components/loki/process/row_stream.h"
#include "src/components/loki/process/work.h"
#include "src/language/schema.h"
#include "src/runtime/metrics.h"

namespace invar {
class Logger;
}

namespace invar::loki_process {

/// What a stage does with names and labels, as far as its arguments tell. Slots, dead-store elimination and lint go by it.
struct StageEffects {
  std::vector<std::string> reads;   // extracted names
  std::vector<std::string> writes;  // extracted names
  bool reads_all = false;           // any extracted name may matter to it
  bool writes_unknown = false;      // names that only the data tells
  std::vector<std::string> labels_added;
  std::vector<std::string> labels_removed;
  bool removes_any_label = false;
};

class SlotTable;

/// What a stage may use. Handed in when it is started; outlives it. On its lane.
struct StageContext {
  LabelSetTable& labels;
  const Clock& clock;
  MetricScope& metrics;
  const Logger* log;  // null in tests
  const SlotTable& slots;
  size_t position;    // of the stage among all of its pipeline, nested ones included

  Reading reading(std::string_view name) const;
  Writing writing(std::string_view name) const;
};

/// A stage at work on one lane: made, used and destroyed there.
class Stage {
 public:
  virtual ~Stage() = default;
  /// Takes over the state of `old`, a stage of the same kind with equal arguments in the pipeline this one replaces. Nothing to do for
  /// stages without state.
  virtual void adopt(Stage& old, const SlotTable& old_slots) {}
};

/// Looks at each row for itself: changes or drops it.
class RowStage : public Stage {
 public:
  virtual void apply(Rows& rows) = 0;
};

inline constexpr int64_t kNever = INT64_MAX;

/// May hold rows back and put others in. What it emits goes on right behind it, also out of a nested pipeline. Never sleeps.
class FlowStage : public Stage {
 public:
  /// The rows at its depth, in order.
  virtual void consume(RowStream& rows) = 0;
  /// When on_timer() is due, by Clock::steady_ns.
  virtual int64_t deadline_ns() const { return kNever; }
  virtual void on_timer(int64_t now_ns, RowStream& out) {}
  /// Emits all that is held: no more input will come.
  virtual void flush(RowStream& out) = 0;
  /// It holds rows because they came too fast: senders are to wait until it no longer says so.
  virtual bool wants_pause() const { return false; }
};

/// A `stage.match` that keeps: rows it selects go through a pipeline of their own first.
class BranchStage : public Stage {
 public:
  /// Moves selected rows one level deeper; returns whether there were any.
  virtual bool enter(Rows& rows) = 0;
};

struct PlannedStage;

/// What a stage will do, decided: arguments checked, regexes compiled. Immutable, shared by all lanes.
class StagePlan {
 public:
  virtual ~StagePlan() = default;
  virtual StageEffects effects() const = 0;
  /// Looks up what start() wants from the world, such as a database: once, on main, before the first start(). An error refuses the load; it carries
  /// Alloy's words.
  virtual Result<void> prepare() const { return {}; }
  virtual std::unique_ptr<Stage> start(const StageContext& context) const = 0;
  /// The stages of a nested pipeline; start() then makes a BranchStage.
  virtual std::span<const PlannedStage> nested() const { return {}; }
};
using StagePlanPtr = std::shared_ptr<const StagePlan>;

/// A stage as it was written, and its plan.
struct PlannedStage {
  EnumValue config;
  StagePlanPtr plan;
};
/// The plans of `stage.*` blocks. Errors carry Alloy's words: "invalid stage config ...".
Result<std::vector<PlannedStage>> plan_stages(std::span<const EnumValue> stages);
/// StagePlan::prepare() of each. Errors as those of plan_stages.
Result<void> prepare_stages(std::span<const PlannedStage> stages);

/// One kind of stage: all that has to be known about it. Defined in stages/<name>.cpp as kStage and found by the build's index, so that adding a
/// stage is adding that file.
struct StageSpec {
  Schema arguments;
  /// `args` is of the type the schema was made for. Errors carry Alloy's words.
  Result<StagePlanPtr> (*plan)(const void* args);

  std::string_view name() const { return arguments.name; }
};

/// `constinit const StageSpec kStage = stage<Args, make_plan>("json", "Copies values of a JSON line ..", kArguments);`
template <class Args, Result<StagePlanPtr> (*MakePlan)(const Args&)>
constexpr StageSpec stage(std::string_view name, std::string_view summary, std::span<const Row> rows) {
  return {schema<Args>(name, summary, rows), [](const void* args) { return MakePlan(*static_cast<const Args*>(args)); }};
}

/// All stages of this build as the blocks `stage.<name>`; each one's tag is its StageSpec.
extern const EnumGroup kStageGroup;

}  // namespace invar::loki_process
