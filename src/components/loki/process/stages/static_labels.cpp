#include "src/components/loki/process/label_names.h"
#include "src/components/loki/process/label_only_stage.h"

namespace invar::loki_process_stages_static_labels {
using namespace loki_process;
namespace {

struct Args {
  NameMap values;
  bool operator==(const Args&) const = default;
};

constexpr std::array kArguments{
    attr<&Args::values>("values", Presence::kRequired, "Labels to set: name = value. Empty values are left out."),
};

struct Pair {
  std::string name, value;
};

class Plan final : public StagePlan {
 public:
  explicit Plan(std::vector<Pair> pairs) : pairs_(std::move(pairs)) {}
  StageEffects effects() const override {
    StageEffects effects;
    for (const Pair& pair : pairs_) effects.labels_added.push_back(pair.name);
    return effects;
  }
  std::unique_ptr<Stage> start(const StageContext& context) const override {
    auto change = [this](LabelSetTable& table, const LabelSet* set) {
      for (const Pair& pair : pairs_) set = table.with(set, pair.name, pair.value);
      return set;
    };
    return std::make_unique<LabelOnlyStage<decltype(change)>>(context.labels, change);
  }

 private:
  std::vector<Pair> pairs_;
};

Result<StagePlanPtr> make_plan(const Args& args) {
  if (!args.values) return Error{"static_labels stage config cannot be empty"};
  for (const auto& [name, value] : *args.values)
    if (!is_label_name(name)) return Error{"invalid label name: " + name};
  std::vector<Pair> pairs;
  for (const auto& [name, value] : *args.values) {
    if (!value || value->empty()) continue;
    if (!is_label_value(*value)) return Error{"invalid label value: " + *value};
    pairs.push_back({name, *value});
  }
  return StagePlanPtr(std::make_shared<Plan>(std::move(pairs)));
}

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("static_labels", "Sets labels to fixed values.", kArguments);

}  // namespace invar::loki_process_stages_static_labels
