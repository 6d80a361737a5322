#include "src/components/loki/process/dropped_lines.h"
#include "src/components/loki/process/stage.h"
#include "src/text/regex.h"

namespace invar::loki_process_stages_drop {
using namespace loki_process;
namespace {

struct Args {
  std::string drop_counter_reason;
  std::string source;
  std::string value;
  std::string separator;
  std::string expression;
  Duration older_than;
  ByteSize longer_than;
  bool operator==(const Args&) const = default;
};

using enum Presence;
constexpr std::array kArguments{
    attr<&Args::drop_counter_reason>("drop_counter_reason", kOptional, "Reason label of the counter; drop_stage when empty."),
    attr<&Args::source>("source", kOptional, "Extracted names, separated by commas: dropped when all exist, or when they match."),
    attr<&Args::value>("value", kOptional, "What the source must be; not together with expression."),
    attr<&Args::separator>("separator", kOptional, "Put between the values of several sources; ; when empty."),
    attr<&Args::expression>("expression", kOptional, "Regular expression for the source, or for the line without one."),
    attr<&Args::older_than>("older_than", kOptional, "Drops lines with an older timestamp."),
    attr<&Args::longer_than>("longer_than", kOptional, "Drops longer lines."),
};

struct Settings {
  std::string reason;
  std::vector<std::string> sources;
  std::string separator;
  std::optional<Regex> regex;
  int64_t older_than_ns = 0;
  int64_t longer_than = 0;
};

/// All conditions that are given must hold.
class Running final : public RowStage {
 public:
  Running(const StageContext& context, const Settings& settings)
      : settings_(settings), clock_(context.clock), dropped_(context.metrics, settings.reason) {
    for (const std::string& source : settings.sources) sources_.push_back(context.reading(source));
  }

  void apply(Rows& rows) override {
    const int64_t cutoff = settings_.older_than_ns != 0 ? clock_.wall_ns() - settings_.older_than_ns : 0;
    uint64_t dropped = 0;
    const auto judge = [&](LogRow& row, Extracted* extracted) {
      if (settings_.longer_than != 0 && static_cast<int64_t>(row.line.size()) <= settings_.longer_than) return;
      if (settings_.older_than_ns != 0 && row.time_ns >= cutoff) return;
      if (!sources_.empty() ? !sources_agree(*extracted, rows.arena()) : settings_.regex && !settings_.regex->matches(row.line)) return;
      rows.drop(row, dropped_.reason());
      ++dropped;
    };
    if (sources_.empty())
      rows.each([&](LogRow& row) { judge(row, nullptr); });
    else
      rows.each_extracted([&](LogRow& row, Extracted extracted) { judge(row, &extracted); });
    dropped_.add(dropped);
  }

 private:
  bool sources_agree(const Extracted& extracted, Arena& arena) {
    if (!settings_.regex) {
      for (const Reading& source : sources_)
        if (!extracted.find(source).present()) return false;
      return true;
    }
    joined_.clear();
    bool first = true;
    for (const Reading& source : sources_) {
      const Slot slot = extracted.find(source);
      if (!slot.present()) continue;
      std::string_view text;
      if (!slot_text(slot, arena, text)) return false;
      if (!first) joined_ += settings_.separator;
      first = false;
      joined_ += text;
    }
    return settings_.regex->matches(joined_);
  }

  const Settings& settings_;
  const Clock& clock_;
  DroppedLines dropped_;
  std::vector<Reading> sources_;
  std::string joined_;
};

class Plan final : public StagePlan {
 public:
  explicit Plan(Settings settings) : settings_(std::move(settings)) {}
  StageEffects effects() const override { return {.reads = settings_.sources}; }
  std::unique_ptr<Stage> start(const StageContext& context) const override { return std::make_unique<Running>(context, settings_); }

 private:
  Settings settings_;
};

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  if (text.empty()) return parts;
  size_t begin = 0;
  for (size_t end; (end = text.find(',', begin)) != std::string::npos; begin = end + 1) parts.push_back(text.substr(begin, end - begin));
  parts.push_back(text.substr(begin));
  return parts;
}

Result<StagePlanPtr> make_plan(const Args& args) {
  if (args.source.empty() && args.expression.empty() && args.older_than.ns == 0 && args.longer_than.bytes == 0)
    return Error{"drop stage config must contain at least one of `source`, `expression`, `older_than` or `longer_than`"};
  if (!args.value.empty() && !args.expression.empty())
    return Error{"drop stage config error, `value` and `expression` cannot both be defined at the same time"};
  if (!args.value.empty() && args.source.empty()) return Error{"drop stage config must contain `source` if `value` is specified"};
  Settings settings{.reason = args.drop_counter_reason.empty() ? "drop_stage" : args.drop_counter_reason,
                    .sources = split(args.source),
                    .separator = args.separator.empty() ? ";" : args.separator,
                    .older_than_ns = args.older_than.ns,
                    .longer_than = args.longer_than.bytes};
  const std::string expression = args.value.empty() ? args.expression : "^" + Regex::quote(args.value) + "$";
  if (!expression.empty()) {
    auto regex = Regex::compile(expression);
    if (!regex) return Error{"drop stage regex compilation error: " + regex.error().what};
    settings.regex = std::move(*regex);
  }
  return StagePlanPtr(std::make_shared<Plan>(std::move(settings)));
}

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("drop", "Drops lines.", kArguments);

}  // namespace invar::loki_process_stages_drop
