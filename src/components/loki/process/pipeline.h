#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "src/components/loki/process/slot_table.h"
#include "src/components/loki/process/stage.h"

namespace invar::loki_process {

/// A pipeline with all its nested ones, laid out as one list of steps. Immutable, shared by all lanes.
class PipelinePlan {
 public:
  enum class Kind : uint8_t { kStage, kBranch, kBranchEnd };
  struct Step {
    Kind kind;
    uint16_t depth;         // of the rows it works on
    size_t end = 0;         // kBranch: its kBranchEnd; kBranchEnd: its kBranch
    size_t position = 0;    // among the stages
    EnumValue config;
    StagePlanPtr stage;
    std::vector<uint16_t> path;  // where it stands: index, index in the nested pipeline ...
  };

  /// Errors carry Alloy's words: "invalid stage config ...".
  static Result<std::shared_ptr<const PipelinePlan>> create(std::span<const EnumValue> stages);

  /// StagePlan::prepare() of all stages.
  Result<void> prepare() const { return prepare_stages(stages_); }
  const std::vector<Step>& steps() const { return steps_; }
  const SlotTable& slots() const { return slots_; }
  /// The step at the same place whose arguments are equal; nullptr when there is none.
  const Step* equal_step(const Step& step) const;

 private:
  void add(std::span<const PlannedStage> stages, uint16_t depth, std::vector<uint16_t>& path, std::vector<StageEffects>& effects);
  std::vector<PlannedStage> stages_;
  std::vector<Step> steps_;
  SlotTable slots_;
};
using PipelinePlanPtr = std::shared_ptr<const PipelinePlan>;

/// Looks on while rows pass (tap, simulation, why). While there is one the full program runs: it also extracts what no stage reads. Called on
/// lanes.
class PipelineObserver {
 public:
  virtual ~PipelineObserver() = default;
  /// `work` holds the rows behind `step`, dropped ones still among them.
  virtual void after_step(const PipelinePlan& plan, size_t step, Work& work) = 0;
};
/// One relaxed load per batch when nobody looks on.
using ObserverSlot = std::atomic<PipelineObserver*>;

/// The stages of a pipeline at work on one lane.
class Pipeline {
 public:
  /// `observer` outlives it.
  Pipeline(PipelinePlanPtr plan, LabelSetTable& labels, const Clock& clock, MetricScope& metrics, const Logger* log,
           const ObserverSlot& observer);

  const PipelinePlan& plan() const { return *plan_; }
  /// Runs the rows of work.batch through all stages. Dropped rows stay in it, marked.
  void run(Work& work);
  /// When on_timer() is due, by Clock::steady_ns; kNever when nothing waits.
  int64_t deadline_ns() const;
  /// Some stage holds rows because they come too fast.
  bool wants_pause() const;
  /// Puts what is due into work.batch (empty) and runs it through the stages behind.
  void on_timer(int64_t now_ns, Work& work);
  /// Number of stages that may hold rows; flush(i, work) empties the i-th into work.batch (empty) and runs that through the stages behind. In order, so
  /// that later ones flush what earlier ones let go.
  size_t flow_count() const { return flows_.size(); }
  void flush(size_t flow, Work& work);
  /// Will `next` take over what the i-th stage that may hold rows holds?
  bool is_kept_by(size_t flow, const PipelinePlan& next) const;
  /// Takes over the state of stages that are the same at the same place.
  void adopt(Pipeline& old);

 private:
  void prepare(Work& work) const;
  void run_from(Work& work, size_t step);
  void leave_branch(Work& work, uint16_t depth);

  PipelinePlanPtr plan_;
  const ObserverSlot& observer_;
  std::vector<std::unique_ptr<Stage>> stages_;  // parallel to steps; null for ends
  std::vector<RowStage*> row_stages_;           // parallel to steps; null for others
  std::vector<FlowStage*> flow_stages_;
  std::vector<BranchStage*> branches_;
  std::vector<size_t> flows_;                   // steps of flow stages
};

}  // namespace invar::loki_process
