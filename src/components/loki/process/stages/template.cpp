#include "src/components/loki/process/go_template.h"
#include "src/components/loki/process/slot_table.h"
#include "src/components/loki/process/stage.h"
#include "src/components/loki/process/transition_memo.h"
#include "src/runtime/logger.h"

namespace invar::loki_process_stages_template {
using namespace loki_process;
namespace {

struct Args {
  std::string source;
  TemplateText text;
  bool operator==(const Args&) const = default;
  static void validate(Args& args, ValidateContext& context) {
    if (args.source.empty()) context.refuse("template source value is required");
  }
};

using enum Presence;
constexpr std::array kArguments{
    attr<&Args::source>("source", kRequired, "Extracted name that gets the result, and whose value is .Value; an empty result removes it."),
    attr<&Args::text>("template", kRequired, "Go template; .Entry is the line, other names are extracted values."),
};

constexpr std::string_view kValue = "Value", kEntry = "Entry";

/// What a template's names stand for in this pipeline.
struct Names {
  enum class Kind : uint8_t { kExtracted, kValue, kEntry };
  struct Name {
    Kind kind = Kind::kExtracted;
    Reading reading;
  };
  std::vector<Name> all;
  Reading source;
  const SlotTable& slots;
};

/// The names of one row, as the template looks them up.
class RowScope final : public GoTemplateScope {
 public:
  RowScope(const Names& names, Arena& arena) : names_(names), arena_(arena) {}
  void move_to(const LogRow& row, const Extracted& extracted) {
    row_ = &row;
    extracted_ = &extracted;
  }

  bool find(size_t name, std::string_view& text) override {
    const Names::Name& wanted = names_.all[name];
    if (wanted.kind == Names::Kind::kEntry) {
      text = row_->line;
      return true;
    }
    // The source's value wins over an extracted name that is called Value itself.
    if (wanted.kind == Names::Kind::kValue && slot_text(extracted_->find(names_.source), arena_, text)) return true;
    return slot_text(extracted_->find(wanted.reading), arena_, text);
  }

  void each(const std::function<void(std::string_view, std::string_view)>& see) override {
    std::string_view text;
    each_extracted(extracted_->side(), extracted_->width(), names_.slots.names(), [&](std::string_view name, const Slot& slot) {
      if (slot_text(slot, arena_, text)) see(name, text);
    });
    if (slot_text(extracted_->find(names_.source), arena_, text)) see(kValue, text);
    see(kEntry, row_->line);
  }

 private:
  const Names& names_;
  Arena& arena_;
  const LogRow* row_ = nullptr;
  const Extracted* extracted_ = nullptr;
};

/// What a template made of the same texts before: levels, codes and methods are few. Where they mostly are new it rests for a while.
class ResultMemo {
 public:
  struct Result {
    static constexpr size_t kMost = 46;
    enum class Kind : uint8_t { kMustExecute, kText } kind = Kind::kMustExecute;  // too long for here, or an error
    uint8_t size = 0;
    char bytes[kMost];

    static Result of(std::string_view text) {
      Result result;
      if (text.size() > kMost) return result;
      result.kind = Kind::kText;
      result.size = static_cast<uint8_t>(text.copy(result.bytes, kMost));
      return result;
    }
    std::string_view text() const { return {bytes, size}; }
  };

  static constexpr size_t kMostNames = 4;

  /// `key` is any label set that stays: the memo wants one.
  explicit ResultMemo(const LabelSet* key) : key_(key) {}

  /// `learn()` executes, and yields the result.
  template <class Learn>
  Result get(std::span<const Piece> pieces, Learn&& learn) {
    size_t bytes = 0;
    for (const Piece& piece : pieces) bytes += piece.has_bytes() ? piece.size : 0;
    if (bytes > kLongestKey || is_resting()) return {};
    return memo_.get(key_, nullptr, pieces, [&] {
      ++learnt_;
      return learn();
    });
  }

 private:
  static constexpr size_t kLongestKey = 64;
  static constexpr uint32_t kWindow = 1024, kRest = 64 * 1024;  // rows

  bool is_resting() {
    if (rest_ > 0) return --rest_, true;
    if (++asked_ < kWindow) return false;
    if (learnt_ > kWindow / 2) rest_ = kRest;
    asked_ = learnt_ = 0;
    return false;
  }

  const LabelSet* key_;
  PieceMemo<Result, 8> memo_;
  uint32_t asked_ = 0, learnt_ = 0, rest_ = 0;
};

class Running final : public RowStage {
 public:
  Running(const StageContext& context, const std::string& source, const GoTemplate& text)
      : text_(text),
        names_{.all = {}, .source = context.reading(source), .slots = context.slots},
        writing_(context.writing(source)),
        executor_(context.clock),
        log_(context.log) {
    bool reads_line = false;  // lines differ
    for (const std::string& name : text.names()) {
      const auto kind = name == kEntry ? Names::Kind::kEntry : name == kValue ? Names::Kind::kValue : Names::Kind::kExtracted;
      names_.all.push_back({kind, context.reading(name)});
      reads_line |= kind == Names::Kind::kEntry;
    }
    if (!text.is_function_of_names() || reads_line || text.names().size() > ResultMemo::kMostNames) return;
    memo_.emplace(context.labels.empty_set());
    pieces_.resize(text.names().size());
  }

  void apply(Rows& rows) override {
    if (!writing_.live && !rows.full()) return;  // nobody reads the result
    RowScope data(names_, rows.arena());
    rows.each_extracted([&](LogRow& row, Extracted extracted) {
      data.move_to(row, extracted);
      std::optional<bool> executed;
      if (memo_) {
        const auto known = memo_->get(pieces_of(data), [&] {
          executed = execute(data);
          return *executed ? ResultMemo::Result::of(result_) : ResultMemo::Result();
        });
        if (known.kind == ResultMemo::Result::Kind::kText) return set(extracted, known.text(), rows.arena());
      }
      if (executed ? *executed : execute(data)) set(extracted, result_, rows.arena());
      else explain();
    });
  }

 private:
  std::span<const Piece> pieces_of(RowScope& data) {
    std::string_view text;
    for (size_t i = 0; i < pieces_.size(); ++i) pieces_[i] = data.find(i, text) ? Piece::of(text) : Piece();
    return pieces_;
  }
  bool execute(RowScope& data) {
    result_.clear();
    return executor_.execute(text_, data, result_);
  }
  void set(Extracted& extracted, std::string_view result, Arena& arena) const {
    extracted.set(writing_, result.empty() ? Slot::deleted() : Slot::text(arena.copy(result)));
  }
  void explain() const {
    if (log_ && log_->enabled(LogLevel::kDebug))
      log_->debug("failed to execute template on extracted value", {{"stage", std::string("template")}, {"err", executor_.error()}});
  }

  const GoTemplate& text_;
  Names names_;
  Writing writing_;
  GoTemplateExecutor executor_;
  const Logger* log_;
  std::string result_;
  std::optional<ResultMemo> memo_;
  std::vector<Piece> pieces_;
};

class Plan final : public StagePlan {
 public:
  Plan(std::string source, GoTemplate text) : source_(std::move(source)), text_(std::move(text)) {}
  StageEffects effects() const override {
    StageEffects effects{.writes = {source_}, .reads_all = text_.reads_all()};
    for (const std::string& name : text_.names()) {
      if (name != kEntry) effects.reads.push_back(name);
      if (name == kValue) effects.reads.push_back(source_);
    }
    return effects;
  }
  std::unique_ptr<Stage> start(const StageContext& context) const override {
    return std::make_unique<Running>(context, source_, text_);
  }

 private:
  std::string source_;
  GoTemplate text_;
};

Result<StagePlanPtr> make_plan(const Args& args) { return StagePlanPtr(std::make_shared<Plan>(args.source, *args.text.parsed)); }

}  // namespace

extern constinit const StageSpec kStage =
    stage<Args, make_plan>("template", "Makes an extracted value of a Go template.", kArguments);

}  // namespace invar::loki_process_stages_template
