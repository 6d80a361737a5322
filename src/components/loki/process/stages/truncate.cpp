#include <algorithm>
#include <set>

#include "src/components/loki/process/any_name.h"
#include "src/components/loki/process/set_memo.h"
#include "src/components/loki/process/source_type.h"
#include "src/components/loki/process/stage.h"

namespace invar::loki_process_stages_truncate {
using namespace loki_process;
namespace {

struct Rule {
  ByteSize limit;
  std::string suffix;
  std::vector<std::string> sources;
  SourceType source_type{"line"};
  bool operator==(const Rule&) const = default;
  static void validate(Rule& rule, ValidateContext& context) {
    if (rule.limit.bytes <= 0)
      context.refuse("limit must be greater than zero");
    else if (rule.source_type.word == "line" && !rule.sources.empty())
      context.refuse("sources cannot be set when source_type is 'line'");
    else if (!rule.suffix.empty() && rule.limit.bytes <= static_cast<int64_t>(rule.suffix.size()))
      context.refuse("suffix length cannot be greater than or equal to limit");
  }
};

struct Args {
  std::vector<Rule> rules;
  bool operator==(const Args&) const = default;
};

using enum Presence;
constexpr std::array kRuleArguments{
    attr<&Rule::limit>("limit", kRequired, "Bytes that may stay, suffix included."),
    attr<&Rule::suffix>("suffix", kOptional, "Put behind what was cut."),
    attr<&Rule::sources>("sources", kOptional, "Names of the values to cut; all of that type when empty."),
    attr<&Rule::source_type>("source_type", kOptional, "What is cut: line, label, structured_metadata or extracted."),
};
constexpr Schema kRuleSchema = schema<Rule>("rule", "", kRuleArguments);
constexpr std::array kArguments{
    block<&Args::rules>("rule", kRequired, "What is cut, and where. Rules are applied in order.", kRuleSchema),
};

/// Extracted name that tells what was cut: `label,line`.
constexpr std::string_view kMark = "truncated";

/// What a rule cuts; also the order of the words in the mark.
enum Field : size_t { kExtracted, kLabel, kLine, kMetadata, kFields };
constexpr std::string_view kFieldNames[kFields] = {"extracted", "label", "line", "structured_metadata"};

struct Cut {
  Field field = kLine;
  size_t keep = 0;  // bytes that stay in front of the suffix
  std::string suffix;
  std::vector<std::string> sources;  // empty: all

  bool fits(std::string_view text) const { return text.size() <= keep; }
  bool names(std::string_view name) const {
    return sources.empty() || std::find(sources.begin(), sources.end(), name) != sources.end();
  }
  std::string_view cut(std::string_view text, Arena& arena) const {
    char* out = arena.allocate(keep + suffix.size());
    std::copy_n(text.data(), keep, out);
    std::copy(suffix.begin(), suffix.end(), out + keep);
    return {out, keep + suffix.size()};
  }
};

class Running final : public RowStage {
 public:
  Running(const StageContext& context, const std::vector<Cut>& cuts)
      : cuts_(cuts), labels_(context.labels), metrics_(context.metrics), names_(context.slots), slot_names_(context.slots.names()),
        cut_labels_(cuts.size()) {}

  void apply(Rows& rows) override {
    for (auto& memo : cut_labels_) memo.begin(labels_);
    uint64_t counts[kFields] = {};
    rows.each_extracted([&](LogRow& row, Extracted extracted) {
      bool done[kFields] = {};
      for (size_t i = 0; i < cuts_.size(); ++i) {
        if (const size_t count = apply_cut(i, row, extracted, rows.arena())) {
          counts[cuts_[i].field] += count;
          done[cuts_[i].field] = true;
        }
        if (std::find(done, done + kFields, true) != done + kFields) mark(done, extracted, rows.arena());
      }
    });
    for (size_t field = 0; field < kFields; ++field) count(static_cast<Field>(field), counts[field]);
  }

 private:
  /// What a set of labels becomes.
  struct CutLabels {
    const LabelSet* set = nullptr;
    size_t count = 0;
  };

  /// How many values it cut.
  size_t apply_cut(size_t index, LogRow& row, Extracted& extracted, Arena& arena) {
    const Cut& cut = cuts_[index];
    switch (cut.field) {
      case kLine:
        if (cut.fits(row.line)) return 0;
        row.line = cut.cut(row.line, arena);
        return 1;
      case kLabel: {
        const CutLabels* known = cut_labels_[index].find(row.labels);
        if (!known) known = &cut_labels_[index].put(row.labels, cut_set(cut, row.labels, arena));
        row.labels = known->set;
        return known->count;
      }
      case kMetadata: return cut_metadata(cut, row, arena);
      default: return cut_extracted(cut, extracted, arena);
    }
  }

  CutLabels cut_set(const Cut& cut, const LabelSet* set, Arena& arena) {
    CutLabels result{set};
    const auto shorten = [&](std::string_view name, std::string_view value) {
      if (cut.fits(value)) return;
      result.set = labels_.with(result.set, name, cut.cut(value, arena));
      ++result.count;
    };
    if (cut.sources.empty())
      for (const Label& label : set->labels()) shorten(label.name, label.value);
    else
      for (const std::string& name : cut.sources)
        if (const auto value = result.set->find(name)) shorten(name, *value);
    return result;
  }

  size_t cut_metadata(const Cut& cut, LogRow& row, Arena& arena) {
    if (!row.metadata) return 0;
    const auto too_long = [&](const Label& pair) { return !cut.fits(pair.value) && cut.names(pair.name); };
    const auto& pairs = row.metadata->pairs;
    const auto count = static_cast<size_t>(std::count_if(pairs.begin(), pairs.end(), too_long));
    if (count == 0) return 0;
    auto changed = arena.array<Label>(pairs.size());
    for (size_t i = 0; i < pairs.size(); ++i)
      changed[i] = too_long(pairs[i]) ? Label{pairs[i].name, cut.cut(pairs[i].value, arena)} : pairs[i];
    row.metadata = arena.make<Metadata>(std::span<const Label>(changed));
    return count;
  }

  size_t cut_extracted(const Cut& cut, Extracted& extracted, Arena& arena) {
    const auto is_long = [&](const Slot& value) { return value.kind() == Slot::Kind::kText && !cut.fits(value.as_text()); };
    const auto shorten = [&](std::string_view name, std::string_view value) { names_.set(extracted, name, Slot::text(cut.cut(value, arena)), arena); };
    if (!cut.sources.empty()) {
      size_t count = 0;
      for (const std::string& name : cut.sources) {
        const Slot value = names_.find(extracted, name);
        if (!is_long(value)) continue;
        shorten(name, value.as_text());
        ++count;
      }
      return count;
    }
    found_.clear();
    each_extracted(extracted.side(), extracted.width(), slot_names_, [&](std::string_view name, const Slot& value) {
      if (is_long(value)) found_.push_back({name, value.as_text()});
    });
    for (const Label& one : found_) shorten(one.name, one.value);
    return found_.size();
  }

  /// Adds the words of what was cut so far to those that are there already.
  void mark(const bool (&done)[kFields], Extracted& extracted, Arena& arena) {
    words_.clear();
    for (size_t field = 0; field < kFields; ++field)
      if (done[field]) words_.insert(kFieldNames[field]);
    const Slot before = names_.find(extracted, kMark);
    if (before.kind() == Slot::Kind::kText) {
      std::string_view left = before.as_text();
      for (size_t comma; (comma = left.find(',')) != std::string_view::npos; left.remove_prefix(comma + 1)) words_.insert(left.substr(0, comma));
      words_.insert(left);
    }
    joined_.clear();
    for (auto word = words_.begin(); word != words_.end(); ++word) {
      if (word != words_.begin()) joined_ += ',';
      joined_ += *word;
    }
    names_.set(extracted, kMark, Slot::text(arena.copy(joined_)), arena);
  }

  void count(Field field, uint64_t values) {
    if (values == 0) return;
    if (!counters_[field])
      counters_[field] = &metrics_.counter(
          "loki_process_truncated_fields_total",
          "A count of all log lines, labels, extracted values, or structured_metadata truncated as a result of a pipeline stage",
          {{"field", std::string(kFieldNames[field])}});
    counters_[field]->add(values);
  }

  const std::vector<Cut>& cuts_;
  LabelSetTable& labels_;
  MetricScope& metrics_;
  AnyName names_;
  const std::vector<std::string>& slot_names_;
  std::vector<SetMemo<CutLabels>> cut_labels_;  // one per cut
  Counter* counters_[kFields] = {};
  std::vector<Label> found_;
  std::set<std::string_view> words_;
  std::string joined_;
};

class Plan final : public StagePlan {
 public:
  explicit Plan(std::vector<Cut> cuts) : cuts_(std::move(cuts)) {}
  StageEffects effects() const override {
    StageEffects effects{.reads = {std::string(kMark)}, .writes = {std::string(kMark)}};
    for (const Cut& cut : cuts_) {
      if (cut.field != kExtracted) continue;
      if (cut.sources.empty()) effects.reads_all = effects.writes_unknown = true;
      effects.reads.insert(effects.reads.end(), cut.sources.begin(), cut.sources.end());
      effects.writes.insert(effects.writes.end(), cut.sources.begin(), cut.sources.end());
    }
    return effects;
  }
  std::unique_ptr<Stage> start(const StageContext& context) const override { return std::make_unique<Running>(context, cuts_); }

 private:
  std::vector<Cut> cuts_;
};

Field field_of(const std::string& word) {
  return static_cast<Field>(std::find(std::begin(kFieldNames), std::end(kFieldNames), word) - std::begin(kFieldNames));
}

Result<StagePlanPtr> make_plan(const Args& args) {
  std::vector<Cut> cuts;
  for (const Rule& rule : args.rules)
    cuts.push_back({field_of(rule.source_type.word), static_cast<size_t>(rule.limit.bytes) - rule.suffix.size(), rule.suffix, rule.sources});
  return StagePlanPtr(std::make_shared<Plan>(std::move(cuts)));
}

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("truncate", "Cuts values that are too long.", kArguments);

}  // namespace invar::loki_process_stages_truncate
