#include <algorithm>

#include "src/components/loki/process/source_type.h"
#include "src/components/loki/process/stage.h"
#include "src/text/json_array.h"

namespace invar::loki_process_stages_split_json {
using namespace loki_process;
namespace {

struct Args {
  std::optional<SourceName> source;
  bool operator==(const Args&) const = default;
};

constexpr std::array kArguments{
    attr<&Args::source>("source", Presence::kOptional, "Extracted name to split instead of the line."),
};

/// One line for each element of a JSON array; other lines pass.
class Running final : public FlowStage {
 public:
  Running(const StageContext& context, const std::optional<std::string>& source) : empty_(drop_reason("empty_array")) {
    if (source) source_ = context.reading(*source);
  }

  void consume(RowStream& rows) override {
    while (LogRow* row = rows.next()) {
      std::string_view text = row->line;
      if (source_ && !slot_text(rows.extracted().find(*source_), rows.arena(), text)) continue;
      if (!json::split_array(text, elements_)) continue;
      if (elements_.empty())
        rows.drop(*row, empty_);
      else
        split(rows, *row);
    }
  }
  void flush(RowStream&) override {}

 private:
  /// The row becomes that of the last element and keeps the source lines.
  void split(RowStream& rows, LogRow& row) {
    const size_t more = elements_.size() - 1;
    add_references(*row.ack, static_cast<uint32_t>(more), 0);
    LogRow child = row;
    child.source_lines = 0;
    for (size_t i = 0; i < more; ++i) {
      child.line = elements_[i];
      Side side;
      if (rows.side()) side = copy_of(*rows.side(), rows.width(), rows.arena());
      rows.insert(child, &side);
    }
    row.line = elements_.back();
  }

  static Side copy_of(const Side& side, uint16_t width, Arena& arena) {
    Side copy{side.snapshot};
    auto slots = arena.array<Slot>(width);
    std::copy_n(side.slots, width, slots.begin());
    copy.slots = slots.data();
    Overflow** end = &copy.overflow;
    for (const Overflow* at = side.overflow; at; at = at->next, end = &(*end)->next) *end = arena.make<Overflow>(at->name, at->value);
    return copy;
  }

  std::optional<Reading> source_;
  DropReason empty_;
  std::vector<std::string_view> elements_;
};

class Plan final : public StagePlan {
 public:
  explicit Plan(std::optional<std::string> source) : source_(std::move(source)) {}
  StageEffects effects() const override {
    StageEffects effects;
    if (source_) effects.reads.push_back(*source_);
    return effects;
  }
  std::unique_ptr<Stage> start(const StageContext& context) const override { return std::make_unique<Running>(context, source_); }

 private:
  std::optional<std::string> source_;
};

Result<StagePlanPtr> make_plan(const Args& args) {
  return StagePlanPtr(std::make_shared<Plan>(args.source ? std::optional(args.source->name) : std::nullopt));
}

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("split_json", "Makes a line of each element of a JSON array.", kArguments);

}  // namespace invar::loki_process_stages_split_json
