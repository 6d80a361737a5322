#include "src/components/loki/process/label_only_stage.h"

namespace invar::loki_process_stages_label_drop {
using namespace loki_process;
namespace {

struct Args {
  std::vector<std::string> values;
  bool operator==(const Args&) const = default;
};

constexpr std::array kArguments{
    attr<&Args::values>("values", Presence::kRequired, "Names of the labels to remove."),
};

class Plan final : public StagePlan {
 public:
  explicit Plan(std::vector<std::string> names) : names_(std::move(names)), views_(names_.begin(), names_.end()) {}
  StageEffects effects() const override { return {.labels_removed = names_}; }
  std::unique_ptr<Stage> start(const StageContext& context) const override {
    auto change = [this](LabelSetTable& table, const LabelSet* set) { return table.without_all(set, views_); };
    return std::make_unique<LabelOnlyStage<decltype(change)>>(context.labels, change);
  }

 private:
  const std::vector<std::string> names_;
  const std::vector<std::string_view> views_;
};

Result<StagePlanPtr> make_plan(const Args& args) {
  if (args.values.empty()) return Error{"labeldrop stage config cannot be empty"};
  return StagePlanPtr(std::make_shared<Plan>(args.values));
}

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("label_drop", "Removes labels.", kArguments);

}  // namespace invar::loki_process_stages_label_drop
