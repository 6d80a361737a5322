#include "src/components/loki/process/stage.h"
#include "src/components/loki/process/transition_memo.h"
#include "src/components/loki/shared/line_time.h"
#include "src/text/json.h"

namespace invar::loki_process_stages_docker {
using namespace loki_process;
namespace {

struct Args {
  bool operator==(const Args&) const = default;
};

class Running final : public RowStage {
 public:
  explicit Running(const StageContext& context)
      : labels_(context.labels), output_(context.writing("output")), stream_(context.writing("stream")), timestamp_(context.writing("timestamp")) {}

  void apply(Rows& rows) override {
    memo_.begin(labels_);
    Work& work = rows.work();
    auto& all = work.rows();
    for (size_t i = 0; i < all.size(); ++i)
      if (all[i].flags == rows.depth()) take_apart(all[i], i, work);
  }

 private:
  void take_apart(LogRow& row, size_t index, Work& work) {
    json::Parser::DockerLine docker;
    if (!parser_.parse_docker(row.line, docker)) return;
    time_.parse(docker.time, row.time_ns);
    row.line = work.arena.copy(docker.log);
    const Piece stream[] = {Piece::of(docker.stream)};
    row.labels = memo_.get(row.labels, nullptr, stream, [&] { return labels_.with(row.labels, "stream", docker.stream); });
    if (work.width == 0) return;
    Extracted extracted = work.extracted(index);
    extracted.set(output_, Slot::text(row.line));
    if (stream_.slot < work.width) extracted.set(stream_, Slot::text(work.arena.copy(docker.stream)));
    if (timestamp_.slot < work.width) extracted.set(timestamp_, Slot::text(work.arena.copy(docker.time)));
  }

  LabelSetTable& labels_;
  Writing output_, stream_, timestamp_;
  json::Parser parser_;
  LineTime time_;
  TransitionMemo memo_;
};

class Plan final : public StagePlan {
 public:
  StageEffects effects() const override { return {.writes = {"output", "stream", "timestamp"}, .labels_added = {"stream"}}; }
  std::unique_ptr<Stage> start(const StageContext& context) const override { return std::make_unique<Running>(context); }
};

Result<StagePlanPtr> make_plan(const Args&) { return StagePlanPtr(std::make_shared<Plan>()); }

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("docker", "Takes lines of Docker's json-file log format apart.", {});

}  // namespace invar::loki_process_stages_docker
