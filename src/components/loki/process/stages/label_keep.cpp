#include <algorithm>

#include "src/components/loki/process/label_only_stage.h"

namespace invar::loki_process_stages_label_keep {
using namespace loki_process;
namespace {

struct Args {
  std::vector<std::string> values;
  bool operator==(const Args&) const = default;
};

constexpr std::array kArguments{
    attr<&Args::values>("values", Presence::kRequired, "Names of the labels to keep; all others are removed."),
};

class Plan final : public StagePlan {
 public:
  explicit Plan(std::vector<std::string> names) : names_(std::move(names)) {}
  StageEffects effects() const override { return {.removes_any_label = true}; }
  std::unique_ptr<Stage> start(const StageContext& context) const override {
    auto change = [this](LabelSetTable& table, const LabelSet* set) {
      std::vector<Label> kept;
      for (const Label& label : set->labels())
        if (std::find(names_.begin(), names_.end(), label.name) != names_.end()) kept.push_back(label);
      return table.intern(kept);
    };
    return std::make_unique<LabelOnlyStage<decltype(change)>>(context.labels, change);
  }

 private:
  std::vector<std::string> names_;
};

Result<StagePlanPtr> make_plan(const Args& args) {
  if (args.values.empty()) return Error{"labelallow stage config cannot be empty"};
  return StagePlanPtr(std::make_shared<Plan>(args.values));
}

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("label_keep", "Removes all labels but some.", kArguments);

}  // namespace invar::loki_process_stages_label_keep
