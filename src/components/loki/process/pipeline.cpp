#include "src/components/loki/process/pipeline.h"

#include <algorithm>

#include "src/base/check.h"

namespace invar::loki_process {

Result<std::vector<PlannedStage>> plan_stages(std::span<const EnumValue> stages) {
  std::vector<PlannedStage> planned;
  for (const EnumValue& config : stages) {
    const auto& spec = *static_cast<const StageSpec*>(config.kind.tag);
    auto plan = spec.plan(config.args.get());
    if (!plan) return Error{"invalid stage config " + plan.error().what, plan.error().reason};
    planned.push_back({config, *plan});
  }
  return planned;
}

Result<void> prepare_stages(std::span<const PlannedStage> stages) {
  for (const PlannedStage& stage : stages)
    if (const auto prepared = stage.plan->prepare(); !prepared) return Error{"invalid stage config " + prepared.error().what, prepared.error().reason};
  return {};
}

Result<PipelinePlanPtr> PipelinePlan::create(std::span<const EnumValue> stages) {
  auto planned = plan_stages(stages);
  if (!planned) return planned.error();
  auto plan = std::make_shared<PipelinePlan>();
  std::vector<uint16_t> path;
  std::vector<StageEffects> effects;
  plan->stages_ = std::move(*planned);
  plan->add(plan->stages_, 0, path, effects);
  plan->slots_ = SlotTable(effects);
  return PipelinePlanPtr(std::move(plan));
}

void PipelinePlan::add(std::span<const PlannedStage> stages, uint16_t depth, std::vector<uint16_t>& path,
                       std::vector<StageEffects>& effects) {
  path.push_back(0);
  for (const PlannedStage& stage : stages) {
    const size_t at = steps_.size();
    const auto nested = stage.plan->nested();
    steps_.push_back({nested.empty() ? Kind::kStage : Kind::kBranch, depth, 0, effects.size(), stage.config, stage.plan, path});
    effects.push_back(stage.plan->effects());
    if (!nested.empty()) {
      add(nested, depth + 1, path, effects);
      steps_[at].end = steps_.size();
      steps_.push_back({Kind::kBranchEnd, static_cast<uint16_t>(depth + 1), at, 0, {}, nullptr, {}});
    }
    ++path.back();
  }
  path.pop_back();
}

const PipelinePlan::Step* PipelinePlan::equal_step(const Step& step) const {
  const auto same = [&step](const Step& other) {
    return other.kind == step.kind && other.path == step.path && other.kind != Kind::kBranchEnd && other.config == step.config;
  };
  const auto at = std::find_if(steps_.begin(), steps_.end(), same);
  return at == steps_.end() ? nullptr : &*at;
}

Pipeline::Pipeline(PipelinePlanPtr plan, LabelSetTable& labels, const Clock& clock, MetricScope& metrics, const Logger* log,
                   const ObserverSlot& observer)
    : plan_(std::move(plan)), observer_(observer) {
  const auto& steps = plan_->steps();
  for (size_t i = 0; i < steps.size(); ++i) {
    const auto& step = steps[i];
    std::unique_ptr<Stage> stage;
    if (step.stage) stage = step.stage->start({labels, clock, metrics, log, plan_->slots(), step.position});
    row_stages_.push_back(dynamic_cast<RowStage*>(stage.get()));
    flow_stages_.push_back(dynamic_cast<FlowStage*>(stage.get()));
    branches_.push_back(dynamic_cast<BranchStage*>(stage.get()));
    INVAR_CHECK((step.kind == PipelinePlan::Kind::kBranch) == (branches_.back() != nullptr));
    if (flow_stages_.back()) flows_.push_back(i);
    stages_.push_back(std::move(stage));
  }
}

void Pipeline::prepare(Work& work) const {
  const SlotTable& slots = plan_->slots();
  work.dropped = false;
  work.full = observer_.load(std::memory_order_relaxed) != nullptr;
  work.width = work.full ? slots.count() : slots.live_count();
  work.with_sides = work.full || slots.any_reader();
  work.sides.clear();
  if (!work.with_sides) return;
  const auto& rows = work.rows();
  const size_t width = work.width;
  work.slots.assign(rows.size() * width, Slot());
  work.sides.resize(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) work.sides[i] = {rows[i].labels, work.slots.data() + i * width, nullptr};
}

void Pipeline::run(Work& work) {
  prepare(work);
  run_from(work, 0);
}

void Pipeline::run_from(Work& work, size_t first) {
  using Kind = PipelinePlan::Kind;
  const auto& steps = plan_->steps();
  PipelineObserver* const observer = work.full ? observer_.load(std::memory_order_relaxed) : nullptr;
  for (size_t i = first; i < steps.size() && !work.rows().empty(); ++i) {
    const auto& step = steps[i];
    const size_t at = i;
    if (step.kind == Kind::kBranchEnd) {
      leave_branch(work, step.depth);
    } else if (step.kind == Kind::kBranch) {
      Rows rows(work, step.depth);
      if (!branches_[i]->enter(rows)) i = step.end;
    } else if (row_stages_[i]) {
      Rows rows(work, step.depth);
      row_stages_[i]->apply(rows);
    } else {
      RowStream rows(work, step.depth);
      flow_stages_[i]->consume(rows);
    }
    if (observer) observer->after_step(*plan_, at, work);
  }
}

void Pipeline::leave_branch(Work& work, uint16_t depth) {
  for (LogRow& row : work.rows())
    if (row.flags == depth) row.flags = static_cast<uint16_t>(depth - 1);
}

int64_t Pipeline::deadline_ns() const {
  int64_t first = kNever;
  for (const size_t flow : flows_) first = std::min(first, flow_stages_[flow]->deadline_ns());
  return first;
}

bool Pipeline::wants_pause() const {
  return std::any_of(flows_.begin(), flows_.end(), [this](size_t flow) { return flow_stages_[flow]->wants_pause(); });
}

void Pipeline::on_timer(int64_t now_ns, Work& work) {
  prepare(work);
  for (const size_t flow : flows_) {
    FlowStage& stage = *flow_stages_[flow];
    // What earlier stages let go has already come by: rows of the batch that are not at work here stand in front.
    if (stage.deadline_ns() > now_ns) continue;
    {
      RowStream out(work, plan_->steps()[flow].depth);
      stage.on_timer(now_ns, out);
    }
    run_from(work, flow + 1);
    return;  // the next one has its own turn
  }
}

void Pipeline::flush(size_t flow, Work& work) {
  prepare(work);
  const size_t step = flows_[flow];
  {
    RowStream out(work, plan_->steps()[step].depth);
    flow_stages_[step]->flush(out);
  }
  run_from(work, step + 1);
}

bool Pipeline::is_kept_by(size_t flow, const PipelinePlan& next) const {
  return next.equal_step(plan_->steps()[flows_[flow]]) != nullptr;
}

void Pipeline::adopt(Pipeline& old) {
  const auto& steps = plan_->steps();
  for (size_t i = 0; i < steps.size(); ++i) {
    if (!stages_[i]) continue;
    const PipelinePlan::Step* same = old.plan_->equal_step(steps[i]);
    if (!same) continue;
    const auto at = static_cast<size_t>(same - old.plan_->steps().data());
    stages_[i]->adopt(*old.stages_[at], old.plan_->slots());
  }
}

}  // namespace invar::loki_process
