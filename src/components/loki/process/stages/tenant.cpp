#include "src/components/loki/process/label_only_stage.h"
#include "src/components/loki/process/stage.h"

namespace invar::loki_process_stages_tenant {
using namespace loki_process;
namespace {

struct Args {
  std::string label;
  std::string source;
  std::string value;
  bool operator==(const Args&) const = default;
};

using enum Presence;
constexpr std::array kArguments{
    attr<&Args::label>("label", kOptional, "Label whose value is the tenant."),
    attr<&Args::source>("source", kOptional, "Extracted name whose value is the tenant."),
    attr<&Args::value>("value", kOptional, "The tenant itself."),
};

/// What loki.write sends as X-Scope-OrgID.
constexpr std::string_view kTenant = "__tenant_id__";

/// The tenant is an extracted value; an empty one changes nothing.
class FromExtracted final : public RowStage {
 public:
  FromExtracted(const StageContext& context, const std::string& source) : labels_(context.labels), source_(context.reading(source)) {}
  void apply(Rows& rows) override {
    rows.each_extracted([&](LogRow& row, Extracted extracted) {
      std::string_view tenant;
      if (slot_text(extracted.find(source_), rows.arena(), tenant) && !tenant.empty()) row.labels = labels_.with(row.labels, kTenant, tenant);
    });
  }

 private:
  LabelSetTable& labels_;
  Reading source_;
};

class Plan final : public StagePlan {
 public:
  explicit Plan(const Args& args) : args_(args) {}
  StageEffects effects() const override {
    StageEffects effects{.labels_added = {std::string(kTenant)}};
    if (!args_.source.empty()) effects.reads.push_back(args_.source);
    return effects;
  }
  std::unique_ptr<Stage> start(const StageContext& context) const override {
    if (!args_.source.empty()) return std::make_unique<FromExtracted>(context, args_.source);
    auto change = [this](LabelSetTable& table, const LabelSet* set) {
      const std::string_view tenant = args_.label.empty() ? args_.value : set->find(args_.label).value_or(std::string_view());
      return tenant.empty() ? set : table.with(set, kTenant, tenant);
    };
    return std::make_unique<LabelOnlyStage<decltype(change)>>(context.labels, change);
  }

 private:
  Args args_;
};

Result<StagePlanPtr> make_plan(const Args& args) {
  const int given = !args.label.empty() + !args.source.empty() + !args.value.empty();
  if (given == 0) return Error{"label, source or value config are required"};
  if (given > 1) return Error{"label, source and value are mutually exclusive: you should set source, value or label but not all"};
  return StagePlanPtr(std::make_shared<Plan>(args));
}

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("tenant", "Sets the tenant that a line is sent to.", kArguments);

}  // namespace invar::loki_process_stages_tenant
