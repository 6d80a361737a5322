#include "src/components/loki/process/extraction_source.h"
#include "src/components/loki/process/row_template_scope.h"
#include "src/components/loki/process/stage.h"
#include "src/text/regex.h"

namespace invar::loki_process_stages_replace {
using namespace loki_process;
namespace {

struct Args {
  std::string expression;
  std::string source;
  std::string replace;
  bool operator==(const Args&) const = default;
};

using enum Presence;
constexpr std::array kArguments{
    attr<&Args::expression>("expression", kRequired, "Regular expression; the text of each of its groups is replaced."),
    attr<&Args::source>("source", kOptional, "Extracted name to work on instead of the line."),
    attr<&Args::replace>("replace", kOptional, "Go template of what is put in place of a group; .Value is the group's text."),
};

struct Settings {
  Regex expression;
  std::optional<std::string> source;
  std::string text;                    // what is put in, when it is no template
  std::optional<GoTemplate> made;
};

class Running final : public RowStage {
 public:
  Running(const StageContext& context, const Settings& settings)
      : settings_(settings),
        source_(context, settings.source),
        executor_(context.clock),
        groups_(static_cast<size_t>(settings.expression.group_count()) + 1) {
    if (settings.made) data_.emplace(context, *settings.made);
    if (settings.source) target_ = context.writing(*settings.source);
    const auto& names = settings.expression.group_names();
    for (size_t group = 1; group < names.size(); ++group) {
      if (names[group].empty()) continue;
      named_.push_back({group, context.writing(names[group])});
      named_live_ |= named_.back().into.live;
    }
  }

  void apply(Rows& rows) override {
    const bool names = !named_.empty() && (named_live_ || rows.full());
    const bool result = settings_.source ? target_.live || rows.full() : settings_.expression.group_count() > 0;
    if (!names && !result) return;  // nobody would know
    Work& work = rows.work();
    source_.each(rows, [&](LogRow& row, size_t index, std::string_view text) {
      if (data_) data_->set_row(work, index);
      if (!replace_groups(text)) return;
      if (settings_.source)
        work.extracted(index).set(target_, Slot::text(work.arena.copy(out_)));
      else if (!replaced_.empty())
        row.line = work.arena.copy(out_);
      if (names) extract_names(work.extracted(index), work.arena);
    });
  }

 private:
  struct Named {
    size_t group;
    Writing into;
  };
  /// A captured text, and what it became.
  struct Replaced {
    std::string_view text;
    size_t begin, size;  // in made_
  };

  /// Puts the result into out_; false when nothing matches, or the template fails.
  bool replace_groups(std::string_view text) {
    RegexMatches matches(settings_.expression, text);
    if (!matches.next(groups_)) return false;
    out_.clear();
    made_.clear();
    replaced_.clear();
    first_ = groups_;
    size_t copied = 0;
    do {
      for (size_t group = 1; group < groups_.size(); ++group) {
        const std::string_view captured = groups_[group];
        if (captured.data() == nullptr) continue;
        if (!make(captured)) return false;
        // A group inside of one that has been replaced is too late.
        const auto begin = static_cast<size_t>(captured.data() - text.data());
        if (copied != 0 && copied > begin) continue;
        out_.append(text, copied, begin - copied).append(made_, replaced_.back().begin, replaced_.back().size);
        copied = begin + captured.size();
      }
    } while (matches.next(groups_));
    out_.append(text, copied);
    return true;
  }

  bool make(std::string_view captured) {
    const size_t begin = made_.size();
    if (data_) {
      data_->set_value(captured);
      if (!executor_.execute(*settings_.made, *data_, made_)) return false;
    } else {
      made_ += settings_.text;
    }
    replaced_.push_back({captured, begin, made_.size() - begin});
    return true;
  }

  /// A named group of the first match becomes what its text was replaced by, the last time that text came by.
  void extract_names(Extracted extracted, Arena& arena) {
    for (const Named& named : named_)
      for (size_t i = replaced_.size(); i-- > 0;) {
        if (replaced_[i].text != first_[named.group]) continue;
        extracted.set(named.into, Slot::text(arena.copy(std::string_view(made_).substr(replaced_[i].begin, replaced_[i].size))));
        break;
      }
  }

  const Settings& settings_;
  ExtractionSource source_;
  GoTemplateExecutor executor_;
  std::optional<RowTemplateScope> data_;
  Writing target_;
  std::vector<Named> named_;
  bool named_live_ = false;
  std::vector<std::string_view> groups_, first_;
  std::vector<Replaced> replaced_;
  std::string out_, made_;
};

class Plan final : public StagePlan {
 public:
  explicit Plan(Settings settings) : settings_(std::move(settings)) {}
  StageEffects effects() const override {
    StageEffects effects;
    if (settings_.made) {
      effects.reads = RowTemplateScope::reads(*settings_.made);
      effects.reads_all = settings_.made->reads_all();
    }
    if (settings_.source) {
      effects.reads.push_back(*settings_.source);
      effects.writes.push_back(*settings_.source);
    }
    for (const std::string& name : settings_.expression.group_names())
      if (!name.empty()) effects.writes.push_back(name);
    return effects;
  }
  std::unique_ptr<Stage> start(const StageContext& context) const override { return std::make_unique<Running>(context, settings_); }

 private:
  Settings settings_;
};

Result<StagePlanPtr> make_plan(const Args& args) {
  if (args.expression.empty()) return Error{"expression is required"};
  auto expression = Regex::compile(args.expression);
  if (!expression) return Error{"could not compile regular expression: " + expression.error().what};
  Settings settings{.expression = std::move(*expression)};
  if (!args.source.empty()) settings.source = args.source;
  if (args.replace.find("{{") == std::string::npos) {
    settings.text = args.replace;
  } else {
    auto made = GoTemplate::compile("pipeline_template", args.replace);
    if (!made) return Error{"failed to compile template: " + made.error().what};
    settings.made = std::move(*made);
  }
  return StagePlanPtr(std::make_shared<Plan>(std::move(settings)));
}

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("replace", "Replaces what the groups of a regular expression capture.", kArguments);

}  // namespace invar::loki_process_stages_replace
