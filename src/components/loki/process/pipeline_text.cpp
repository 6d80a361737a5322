#include "src/components/loki/process/pipeline_text.h"

#include "src/language/decode.h"
#include "src/parser/parse.h"

namespace invar::loki_process {
namespace {

struct Stages {
  std::vector<EnumValue> stages;
};
constexpr std::array kRows{enum_group<&Stages::stages>("stage", "", kStageGroup)};
constexpr Schema kStagesSchema = schema<Stages>("pipeline", "", kRows);

}  // namespace

Result<PipelinePlanPtr> pipeline_of(const std::string& text) {
  Diagnostics diagnostics;
  const auto source = std::make_shared<const Source>("pipeline", text);
  const auto file = parse_file(source, diagnostics);
  if (!file) return Error{summary(diagnostics), "syntax"};
  Stages stages;
  Origins origins;
  const Span all{source.get(), 0, static_cast<uint32_t>(text.size())};
  if (const auto failure = decode_body(file->body, all, kStagesSchema, Scope(), &stages, origins)) return Error{failure->error(), "decode"};
  return PipelinePlan::create(stages.stages);
}

}  // namespace invar::loki_process
