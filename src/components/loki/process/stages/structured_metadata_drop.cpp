#include <algorithm>

#include "src/components/loki/process/stage.h"

namespace invar::loki_process_stages_structured_metadata_drop {
using namespace loki_process;
namespace {

struct Args {
  std::vector<std::string> values;
  bool operator==(const Args&) const = default;
};

constexpr std::array kArguments{
    attr<&Args::values>("values", Presence::kRequired, "Names of the structured metadata to take away."),
};

class Running final : public RowStage {
 public:
  explicit Running(const std::vector<std::string>& names) : names_(names) {}
  void apply(Rows& rows) override {
    const Metadata* before = nullptr;  // neighbours often share theirs
    const Metadata* after = nullptr;
    rows.each([&](LogRow& row) {
      if (!row.metadata) return;
      if (row.metadata != before) {
        before = row.metadata;
        after = left_of(*before, rows.arena());
      }
      row.metadata = after;
    });
  }

 private:
  bool drops(const Label& pair) const { return std::find(names_.begin(), names_.end(), pair.name) != names_.end(); }

  const Metadata* left_of(const Metadata& metadata, Arena& arena) const {
    const auto count = static_cast<size_t>(std::count_if(metadata.pairs.begin(), metadata.pairs.end(), [&](const Label& pair) { return !drops(pair); }));
    if (count == metadata.pairs.size()) return &metadata;
    if (count == 0) return nullptr;
    auto left = arena.array<Label>(count);
    std::copy_if(metadata.pairs.begin(), metadata.pairs.end(), left.begin(), [&](const Label& pair) { return !drops(pair); });
    return arena.make<Metadata>(std::span<const Label>(left));
  }

  const std::vector<std::string>& names_;
};

class Plan final : public StagePlan {
 public:
  explicit Plan(std::vector<std::string> names) : names_(std::move(names)) {}
  StageEffects effects() const override { return {}; }
  std::unique_ptr<Stage> start(const StageContext&) const override { return std::make_unique<Running>(names_); }

 private:
  std::vector<std::string> names_;
};

Result<StagePlanPtr> make_plan(const Args& args) {
  if (args.values.empty()) return Error{"structured_metadata_drop stage config cannot be empty"};
  return StagePlanPtr(std::make_shared<Plan>(args.values));
}

}  // namespace

extern constinit const StageSpec kStage =
    stage<Args, make_plan>("structured_metadata_drop", "Takes structured metadata away.", kArguments);

}  // namespace invar::loki_process_stages_structured_metadata_drop
