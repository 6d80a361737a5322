#include "src/text/json.h"

#include <map>

#include "src/components/loki/process/extraction_source.h"
#include "src/components/loki/process/slot_table.h"
#include "src/components/loki/process/stage.h"
#include "src/text/jmespath.h"
#include "src/text/regex.h"

namespace invar::loki_process_stages_json {
using namespace loki_process;
namespace {

struct Args {
  std::map<std::string, std::string> expressions;
  std::string regex;
  std::optional<std::string> source;
  bool drop_malformed = false;
  bool operator==(const Args&) const = default;
};

using enum Presence;
constexpr std::array kArguments{
    attr<&Args::expressions>("expressions", kOptional, "Extracted name = JMESPath; an empty one means the name itself."),
    attr<&Args::regex>("regex", kOptional, "Extracts every key that matches."),
    attr<&Args::source>("source", kOptional, "Extracted name to parse instead of the line."),
    attr<&Args::drop_malformed>("drop_malformed", kOptional, "Drops lines that are not a JSON object."),
};

struct Extraction {
  std::string into;
  jmespath::Query query;
};

struct Settings {
  std::vector<Extraction> extractions;
  std::optional<Regex> regex;
  std::optional<std::string> source;
  bool drop_malformed = false;
};

/// A value as the extracted map holds it; texts are copied, they end with the parser's next document.
Slot simple(const json::Value& value, Arena& arena, std::string& scratch) {
  switch (value.kind()) {
    case json::Kind::kNull: return Slot::nil();
    case json::Kind::kBool: return Slot::boolean(value.as_bool());
    case json::Kind::kNumber: return Slot::number(value.as_number());
    case json::Kind::kString: return Slot::text(arena.copy(value.as_string()));
    default:
      scratch.clear();
      value.append_json(scratch);
      return Slot::text(arena.copy(scratch));
  }
}

/// The same for what a JMESPath expression made. What has no JSON becomes an empty text.
Slot simple(const jmespath::Value& value, Arena& arena, std::string& scratch) {
  using enum jmespath::Value::Kind;
  switch (value.kind()) {
    case kNull: return Slot::nil();
    case kBool: return Slot::boolean(value.as_bool());
    case kNumber: return Slot::number(value.as_number());
    case kString: return Slot::text(arena.copy(value.as_text()));
    default:
      scratch.clear();
      return jmespath::append_json(value, scratch) ? Slot::text(arena.copy(scratch)) : Slot::text({});
  }
}

class Running final : public RowStage {
 public:
  Running(const StageContext& context, const Settings& settings)
      : settings_(settings),
        slots_(context.slots),
        source_(context, settings.source),
        malformed_(drop_reason("malformed_json")),
        all_(context, settings.extractions, false),
        live_(context, settings.extractions, true),
        matches_keys_(settings.regex.has_value()),
        keys_live_(context.slots.read_by_all(context.position) || context.slots.live_count() > 0),
        overflow_live_(context.slots.read_by_all(context.position)) {}

  void apply(Rows& rows) override {
    Targets& targets = rows.full() ? all_ : live_;
    const bool keys = matches_keys_ && (rows.full() || keys_live_);
    if (targets.writings.empty() && !keys && !settings_.drop_malformed) return;  // nobody would know
    source_.each(rows, [&](LogRow& row, size_t index, std::string_view text) {
      if (!parser_.parse_line(text)) {
        if (settings_.drop_malformed) rows.drop(row, malformed_);
        return;
      }
      const json::Value root = parser_.root();
      if (!targets.writings.empty()) extract(targets, root, rows.work().extracted(index), rows.arena());
      if (keys && root.kind() == json::Kind::kObject) extract_keys(root, rows.work().extracted(index), rows);
    });
  }

 private:
  struct Targets {
    Targets(const StageContext& context, const std::vector<Extraction>& extractions, bool only_live) {
      std::vector<jmespath::Query> chosen;
      for (const Extraction& extraction : extractions) {
        const Writing writing = context.writing(extraction.into);
        if (only_live && !writing.live) continue;
        chosen.push_back(extraction.query);
        writings.push_back(writing);
      }
      queries = jmespath::QuerySet(chosen);
      answers.resize(chosen.size());
    }
    std::vector<Writing> writings;
    jmespath::QuerySet queries;
    std::vector<jmespath::QuerySet::Answer> answers;
  };

  void extract(Targets& targets, const json::Value& root, Extracted extracted, Arena& arena) {
    using enum jmespath::QuerySet::Answer::State;
    targets.queries.find(root, targets.answers);
    for (size_t i = 0; i < targets.writings.size(); ++i) {
      const auto& answer = targets.answers[i];
      switch (answer.state) {
        case kNull: extracted.set(targets.writings[i], Slot::nil()); break;
        case kDocument: extracted.set(targets.writings[i], simple(answer.document, arena, scratch_)); break;
        case kValue: extracted.set(targets.writings[i], simple(answer.value, arena, scratch_)); break;
        case kFailed: break;
      }
    }
  }

  void extract_keys(const json::Value& root, Extracted extracted, Rows& rows) {
    for (json::Members member(root); member.next();) {
      if (!settings_.regex->matches(member.key())) continue;
      const uint16_t slot = slots_.find(member.key());
      if (slot < extracted.width())
        extracted.set({slot, true}, simple(member.value(), rows.arena(), scratch_));
      else if (overflow_live_ || rows.full())
        extracted.set_overflow(rows.arena().copy(member.key()), simple(member.value(), rows.arena(), scratch_), rows.arena());
    }
  }

  const Settings& settings_;
  const SlotTable& slots_;
  ExtractionSource source_;
  DropReason malformed_;
  Targets all_, live_;
  bool matches_keys_, keys_live_, overflow_live_;
  json::Parser parser_;
  std::string scratch_;
};

class Plan final : public StagePlan {
 public:
  explicit Plan(Settings settings) : settings_(std::move(settings)) {}
  StageEffects effects() const override {
    StageEffects effects{.writes_unknown = settings_.regex.has_value()};
    if (settings_.source) effects.reads.push_back(*settings_.source);
    for (const Extraction& extraction : settings_.extractions) effects.writes.push_back(extraction.into);
    return effects;
  }
  std::unique_ptr<Stage> start(const StageContext& context) const override { return std::make_unique<Running>(context, settings_); }

 private:
  Settings settings_;
};

Result<StagePlanPtr> make_plan(const Args& args) {
  if (args.expressions.empty() && args.regex.empty()) return Error{"JMES expressions or regex is required"};
  if (args.source && args.source->empty()) return Error{"empty source"};
  Settings settings{.source = args.source, .drop_malformed = args.drop_malformed};
  for (const auto& [into, expression] : args.expressions) {
    auto query = jmespath::compile(expression.empty() ? into : expression);
    if (!query) return Error{"could not compile JMES expression: " + query.error().what, query.error().reason};
    settings.extractions.push_back({into, std::move(*query)});
  }
  if (!args.regex.empty()) {
    auto regex = Regex::compile(args.regex);
    if (!regex) return regex.error();
    settings.regex = std::move(*regex);
  }
  return StagePlanPtr(std::make_shared<Plan>(std::move(settings)));
}

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("json", "Extracts values of JSON lines.", kArguments);

}  // namespace invar::loki_process_stages_json
