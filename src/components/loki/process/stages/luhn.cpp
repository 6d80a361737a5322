#include "src/components/loki/process/luhn_text.h"

#include "src/components/loki/process/extraction_source.h"
#include "src/components/loki/process/stage.h"
#include "src/text/regex.h"

namespace invar::loki_process_stages_luhn {
using namespace loki_process;
namespace {

struct Args {
  std::string replacement;
  std::optional<std::string> source;
  int64_t min_length = 0;
  std::string delimiters;
  std::string skip_regex;
  bool operator==(const Args&) const = default;
};

using enum Presence;
constexpr std::array kArguments{
    attr<&Args::replacement>("replacement", kOptional, "Put in place of a number; **REDACTED** when empty."),
    attr<&Args::source>("source", kOptional, "Extracted name to look into instead of the line; the result becomes the line all the same."),
    attr<&Args::min_length>("min_length", kOptional, "Digits a number has at least; 13 when below 1."),
    attr<&Args::delimiters>("delimiters", kOptional, "Characters that may stand between digits of one number."),
    attr<&Args::skip_regex>("skip_regex", kOptional, "Numbers inside of a match stay."),
};

class Running final : public RowStage {
 public:
  Running(const StageContext& context, const Args& args, const LuhnRules& rules) : rules_(rules) {
    if (args.source) source_ = context.reading(*args.source);
  }
  void apply(Rows& rows) override {
    Work& work = rows.work();
    auto& all = work.rows();
    for (size_t i = 0; i < all.size(); ++i) {
      if (all[i].flags != rows.depth()) continue;
      if (source_) {
        const Slot value = work.extracted(i).find(*source_);
        if (value.kind() != Slot::Kind::kText) continue;
        all[i].line = value.as_text();
      }
      out_.clear();
      if (replace_luhn_numbers(all[i].line, rules_, out_)) all[i].line = work.arena.copy(out_);
    }
  }

 private:
  const LuhnRules& rules_;
  std::optional<Reading> source_;
  std::string out_;
};

class Plan final : public StagePlan {
 public:
  Plan(const Args& args, LuhnRules rules) : args_(args), rules_(std::move(rules)) {}
  StageEffects effects() const override {
    StageEffects effects;
    if (args_.source) effects.reads.push_back(*args_.source);
    return effects;
  }
  std::unique_ptr<Stage> start(const StageContext& context) const override { return std::make_unique<Running>(context, args_, rules_); }

 private:
  Args args_;
  LuhnRules rules_;
};

Result<StagePlanPtr> make_plan(const Args& args) {
  if (args.source && args.source->empty()) return Error{"empty source"};
  LuhnRules rules;
  if (!args.replacement.empty()) rules.replacement = args.replacement;
  if (args.min_length >= 1) rules.min_length = static_cast<size_t>(args.min_length);
  rules.delimiters = args.delimiters;
  if (!args.skip_regex.empty()) {
    auto regex = Regex::compile(args.skip_regex);
    if (!regex) return Error{"could not compile regular expression: " + regex.error().what};
    rules.skip = std::move(*regex);
  }
  return StagePlanPtr(std::make_shared<Plan>(args, std::move(rules)));
}

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("luhn", "Replaces numbers that pass the Luhn check, such as card numbers.", kArguments);

}  // namespace invar::loki_process_stages_luhn
