#include "src/components/loki/process/stage.h"

namespace invar::loki_process_stages_output {
using namespace loki_process;
namespace {

struct Args {
  std::string source;
  bool operator==(const Args&) const = default;
};

constexpr std::array kArguments{
    attr<&Args::source>("source", Presence::kRequired, "Extracted name whose value becomes the line."),
};

class Running final : public RowStage {
 public:
  explicit Running(Reading source) : source_(std::move(source)) {}
  void apply(Rows& rows) override {
    rows.each_extracted([&](LogRow& row, Extracted extracted) { slot_text(extracted.find(source_), rows.arena(), row.line); });
  }

 private:
  Reading source_;
};

class Plan final : public StagePlan {
 public:
  explicit Plan(std::string source) : source_(std::move(source)) {}
  StageEffects effects() const override { return {.reads = {source_}}; }
  std::unique_ptr<Stage> start(const StageContext& context) const override {
    return std::make_unique<Running>(context.reading(source_));
  }

 private:
  std::string source_;
};

Result<StagePlanPtr> make_plan(const Args& args) {
  if (args.source.empty()) return Error{"output source value is required if output is specified"};
  return StagePlanPtr(std::make_shared<Plan>(args.source));
}

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("output", "Replaces the line by an extracted value.", kArguments);

}  // namespace invar::loki_process_stages_output
