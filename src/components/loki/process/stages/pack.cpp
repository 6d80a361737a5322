#include <algorithm>

#include "src/components/loki/process/stage.h"
#include "src/text/json.h"

namespace invar::loki_process_stages_pack {
using namespace loki_process;
namespace {

struct Args {
  std::vector<std::string> labels;
  bool ingest_timestamp = true;
  bool operator==(const Args&) const = default;
};

using enum Presence;
constexpr std::array kArguments{
    attr<&Args::labels>("labels", kRequired, "Extracted names and labels that move into the line."),
    attr<&Args::ingest_timestamp>("ingest_timestamp", kOptional, "Gives the line the time of now, since its labels no longer keep streams apart."),
};

/// Writes `{"name":"value",..,"_entry":"line"}`, names sorted.
class Running final : public RowStage {
 public:
  Running(const StageContext& context, const std::vector<std::string>& names, bool ingest_timestamp)
      : labels_(context.labels), clock_(context.clock), ingest_timestamp_(ingest_timestamp) {
    for (const std::string& name : names) {
      Packed& packed = packed_.emplace_back(Packed{context.reading(name), {}});
      json::append_string(packed.key, name);
      packed.key += ':';
    }
  }

  void apply(Rows& rows) override {
    const int64_t now = ingest_timestamp_ ? clock_.wall_ns() : 0;
    const auto wrap = [&](LogRow& row, const Extracted* extracted) {
      line_ = '{';
      if (extracted) move_labels(row, *extracted, rows.arena());
      line_ += "\"_entry\":";
      json::append_string(line_, row.line);
      line_ += '}';
      row.line = rows.arena().copy(line_);
      if (ingest_timestamp_) row.time_ns = now;
    };
    if (packed_.empty())
      rows.each([&](LogRow& row) { wrap(row, nullptr); });
    else
      rows.each_extracted([&](LogRow& row, Extracted extracted) { wrap(row, &extracted); });
  }

 private:
  void move_labels(LogRow& row, const Extracted& extracted, Arena& arena) {
    for (const Packed& packed : packed_) {
      std::string_view value;
      if (!slot_text(extracted.find(packed.source), arena, value)) continue;
      line_ += packed.key;
      json::append_string(line_, value);
      line_ += ',';
      row.labels = labels_.without(row.labels, packed.source.name);
    }
  }

  struct Packed {
    Reading source;
    std::string key;  // as it is written
  };
  LabelSetTable& labels_;
  const Clock& clock_;
  bool ingest_timestamp_;
  std::vector<Packed> packed_;
  std::string line_;
};

class Plan final : public StagePlan {
 public:
  explicit Plan(const Args& args) : names_(args.labels), ingest_timestamp_(args.ingest_timestamp) {
    std::sort(names_.begin(), names_.end());
    names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
  }
  StageEffects effects() const override { return {.reads = names_, .labels_removed = names_}; }
  std::unique_ptr<Stage> start(const StageContext& context) const override {
    return std::make_unique<Running>(context, names_, ingest_timestamp_);
  }

 private:
  std::vector<std::string> names_;
  bool ingest_timestamp_;
};

Result<StagePlanPtr> make_plan(const Args& args) { return StagePlanPtr(std::make_shared<Plan>(args)); }

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("pack", "Packs labels and line into a JSON line.", kArguments);

}  // namespace invar::loki_process_stages_pack
