#include "src/components/loki/process/stage.h"
#include "src/components/shared/lru.h"
#include "src/text/time_layout.h"

namespace invar::loki_process_stages_timestamp {
using namespace loki_process;
namespace {

struct Args {
  std::string source;
  std::string format;
  std::vector<std::string> fallback_formats;
  std::optional<std::string> location;
  std::string action_on_failure;
  std::string action_on_duplicate_timestamp;
  bool operator==(const Args&) const = default;
};

using enum Presence;
constexpr std::array kArguments{
    attr<&Args::source>("source", kRequired, "Extracted name that holds the time."),
    attr<&Args::format>("format", kRequired, "Go layout, or the name of one: RFC3339, Unix, UnixMs .."),
    attr<&Args::fallback_formats>("fallback_formats", kOptional, "Tried in order when format does not fit."),
    attr<&Args::location>("location", kOptional, "Time zone of times without one."),
    attr<&Args::action_on_failure>("action_on_failure", kOptional, "fudge (default): the stream's last time and 1 ns; skip: keeps the time."),
    attr<&Args::action_on_duplicate_timestamp>("action_on_duplicate_timestamp", kOptional,
                                               "fudge (default): equal times of a stream are put 1 ns apart; keep."),
};

struct Settings {
  std::string source;
  std::vector<TimestampParser> parsers;
  bool fudge_failures = true;
  bool fudge_duplicates = true;
};

struct Times {
  int64_t parsed_ns = 0;
  int64_t adjusted_ns = 0;
};
/// Label sets, by hash, whose last times are kept.
constexpr size_t kStreams = 10'000;

class Running final : public RowStage {
 public:
  Running(const StageContext& context, const Settings& settings)
      : settings_(settings), clock_(context.clock), source_(context.reading(settings.source)) {}

  void apply(Rows& rows) override {
    const int64_t now = clock_.wall_ns();
    rows.each_extracted([&](LogRow& row, Extracted extracted) {
      std::string_view text;
      Instant instant;
      if (slot_text(extracted.find(source_), rows.arena(), text) && parse(text, now, instant))
        set_parsed(row, instant.unix_nanos());
      else if (settings_.fudge_failures)
        fudge_failure(row);
    });
  }

  void adopt(Stage& old, const SlotTable&) override { last_ = std::move(static_cast<Running&>(old).last_); }

 private:
  bool parse(std::string_view text, int64_t now, Instant& instant) const {
    for (const TimestampParser& parser : settings_.parsers)
      if (parser.parse(text, now, instant)) return true;
    return false;
  }

  void set_parsed(LogRow& row, int64_t parsed) {
    row.time_ns = parsed;
    if (!settings_.fudge_duplicates && !settings_.fudge_failures) return;
    const uint64_t labels = row.labels->hash();
    auto* last = last_.find(labels);
    if (!last) {
      last_.add(labels, {parsed, parsed});
      return;
    }
    if (settings_.fudge_duplicates && parsed == last->parsed_ns) row.time_ns = last->adjusted_ns + 1;
    *last = {parsed, row.time_ns};
  }

  void fudge_failure(LogRow& row) {
    auto* last = last_.find(row.labels->hash());
    if (!last) return;
    row.time_ns = ++last->adjusted_ns;
  }

  const Settings& settings_;
  const Clock& clock_;
  Reading source_;
  Lru<uint64_t, Times> last_{kStreams};
};

class Plan final : public StagePlan {
 public:
  explicit Plan(Settings settings) : settings_(std::move(settings)) {}
  StageEffects effects() const override { return {.reads = {settings_.source}}; }
  std::unique_ptr<Stage> start(const StageContext& context) const override { return std::make_unique<Running>(context, settings_); }

 private:
  Settings settings_;
};

Result<StagePlanPtr> make_plan(const Args& args) {
  if (args.source.empty()) return Error{"timestamp source value is required if timestamp is specified"};
  if (args.format.empty()) return Error{"timestamp format is required"};
  std::optional<TimeZone> zone;
  if (args.location) {
    auto loaded = TimeZone::load(*args.location);
    if (!loaded) return Error{"invalid location specified: %v: " + loaded.error().what};  // Alloy prints the verb
    zone = *loaded;
  }
  const auto& failure = args.action_on_failure;
  if (!failure.empty() && failure != "skip" && failure != "fudge")
    return Error{"invalid action on failure (supported values are [skip fudge])"};
  const auto& duplicate = args.action_on_duplicate_timestamp;
  if (!duplicate.empty() && duplicate != "keep" && duplicate != "fudge")
    return Error{"invalid action on duplicate timestamp (supported values are [keep fudge])"};
  Settings settings{.source = args.source, .fudge_failures = failure != "skip", .fudge_duplicates = duplicate != "keep"};
  settings.parsers.emplace_back(args.format, zone);
  for (const std::string& format : args.fallback_formats) settings.parsers.emplace_back(format, zone);
  return StagePlanPtr(std::make_shared<Plan>(std::move(settings)));
}

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("timestamp", "Sets the time of a line from an extracted value.", kArguments);

}  // namespace invar::loki_process_stages_timestamp
