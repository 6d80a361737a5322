#include "src/components/loki/process/pipeline_text.h"

#include "src/language/decode.h"

namespace invar::loki_process {
namespace {

struct Stages {
  std::vector<EnumValue> stages;
};
constexpr std::array kRows{enum_group<&Stages::stages>("stage", "", kStageGroup)};
constexpr Schema kStagesSchema = schema<Stages>("pipeline", "", kRows);

}  // namespace

Result<PipelinePlanPtr> pipeline_of(const std::string& text) {
  Stages stages;
  Origins origins;
  const auto source = std::make_shared<const Source>("pipeline", text);
  if (const auto failure = decode_text(source, kStagesSchema, Scope(), &stages, origins)) return Error{failure->error(), "decode"};
  auto plan = PipelinePlan::create(stages.stages);
  if (!plan) return plan;
  if (const auto prepared = (*plan)->prepare(); !prepared) return prepared.error();
  return plan;
}

}  // namespace invar::loki_process
