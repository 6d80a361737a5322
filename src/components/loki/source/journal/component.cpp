#include <algorithm>
#include <array>
#include <map>

#include "src/components/loki/shared/troubles.h"
#include "src/components/loki/source/journal/cursor_store.h"
#include "src/components/loki/source/journal/journal_lane.h"
#include "src/components/loki/source/journal/journal_tail.h"
#include "src/runtime/component.h"

namespace invar::loki_source_journal {
namespace {

struct LegacyPositionArgs {
  std::string file, name;
  bool operator==(const LegacyPositionArgs&) const = default;
};

struct JournalArgs {
  bool format_as_json = false;
  Duration max_age = Duration::seconds(7 * 3600);
  std::string path;
  relabel::RulesPtr relabel_rules = std::make_shared<const relabel::RulesCapsule>(std::vector<relabel::RuleArgs>());
  std::string matches;
  std::vector<LogsReceiverPtr> forward_to;
  std::map<std::string, std::string> labels;
  std::optional<LegacyPositionArgs> legacy_position;
  bool operator==(const JournalArgs& other) const {
    const auto same_rules = [](const relabel::RulesPtr& a, const relabel::RulesPtr& b) { return a == b || (a && b && a->equals(*b)); };
    return format_as_json == other.format_as_json && max_age == other.max_age && path == other.path && same_rules(relabel_rules, other.relabel_rules) &&
           matches == other.matches && forward_to == other.forward_to && labels == other.labels && legacy_position == other.legacy_position;
  }
};

using enum Presence;
constexpr std::array kLegacyPositionRows{
    attr<&LegacyPositionArgs::file>("file", kRequired, "Positions file of Promtail or static mode."),
    attr<&LegacyPositionArgs::name>("name", kRequired, "The journal's job in it."),
};
constexpr Schema kLegacyPosition = schema<LegacyPositionArgs>("legacy_position", "Where to begin when there is no position yet.", kLegacyPositionRows);

constexpr std::array kRows{
    attr<&JournalArgs::format_as_json>("format_as_json", kOptional, "Sends all fields of an entry as a JSON object, instead of its message."),
    attr<&JournalArgs::max_age>("max_age", kOptional, "Entries that are older when the component starts are not read; 0 reads all."),
    attr<&JournalArgs::path>("path", kOptional, "Directory of the journal; empty is /var/log/journal and /run/log/journal of this machine."),
    attr<&JournalArgs::relabel_rules>("relabel_rules", kOptional, "Rules applied to the fields of entries, as `__journal_` labels."),
    attr<&JournalArgs::matches>("matches", kOptional, "`FIELD=VALUE`, separated by spaces: what entries are read."),
    attr<&JournalArgs::forward_to>("forward_to", kRequired, "Receivers of the entries."),
    attr<&JournalArgs::labels>("labels", kOptional, "Labels set on every entry."),
    block<&JournalArgs::legacy_position>("legacy_position", kOptional, "Where to begin when there is no position yet.", kLegacyPosition),
};
constexpr Schema kArgumentsSchema = schema<JournalArgs>("loki.source.journal", "Reads the systemd journal.", kRows);

struct JournalPlan {
  std::vector<LogsReceiverPtr> forward_to;
  SystemdJournal::Place place;
  LabelList labels;
  std::vector<relabel::RuleArgs> rules;
  bool as_json = false;
  int64_t max_age_ns = 0;
  LegacyPositionArgs legacy;
};
using JournalPlanPtr = std::shared_ptr<const JournalPlan>;

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  for (size_t at = text.find_first_not_of(kSpace); at != std::string_view::npos;) {
    const size_t end = std::min(text.find_first_of(kSpace, at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = text.find_first_not_of(kSpace, end);
  }
  return words;
}

constexpr std::string_view kRunning = "journal tailer is running";

/// Main half: which journal, what of it, and where it begins.
class JournalSource final : public NodeOf<JournalSource> {
 public:
  using Args = JournalArgs;
  using Plan = JournalPlan;
  static const Schema& arguments() { return kArgumentsSchema; }

  static std::shared_ptr<const Plan> make_plan(Args args, Span, Diagnostics&) {
    auto plan = std::make_shared<Plan>();
    plan->forward_to = std::move(args.forward_to);
    plan->place = {std::move(args.path), words_of(args.matches)};
    plan->labels.assign(args.labels.begin(), args.labels.end());
    if (args.relabel_rules) plan->rules = args.relabel_rules->rules();
    plan->as_json = args.format_as_json;
    plan->max_age_ns = args.max_age.ns;
    if (args.legacy_position) plan->legacy = std::move(*args.legacy_position);
    return plan;
  }
  static Value exports(const Args&, const Plan&, const ExportContext&) { return Value(); }

  static Result<NodePtr> start(JournalPlanPtr plan, NodeContext& context) {
    auto troubles = std::make_shared<Troubles>([&context](const std::string& message, bool faulty) {
      context.set_health(faulty ? HealthState::kUnhealthy : HealthState::kHealthy,
                         faulty ? message : std::string(kRunning) + (message.empty() ? "" : "; " + message));
    });
    CursorStore::Options options{context.data_path().string(), context.global_id(), plan->legacy.file, plan->legacy.name};
    auto store = CursorStore::open(context.disk_loop(), std::move(options), [troubles, log = context.log()](std::optional<Error> problem) {
      if (!problem) return troubles->clear("positions");
      if (troubles->set("positions", "positions cannot be saved: " + problem->what, problem->reason))
        log.error("positions cannot be saved: reading goes on, but entries may be sent again after a restart", {{"error", problem->what}});
    });
    if (!store) return store.error();
    return NodePtr(std::make_unique<JournalSource>(std::move(plan), context, std::move(*store), std::move(troubles)));
  }

  JournalSource(JournalPlanPtr plan, NodeContext& context, std::shared_ptr<CursorStore> store, std::shared_ptr<Troubles> troubles)
      : plan_(std::move(plan)), context_(context), store_(std::move(store)), troubles_(std::move(troubles)) {}

  ~JournalSource() override {
    if (!running_) return;
    // The halves go first: they tell the thread.
    lanes_.clear();
    context_.lanes().barrier();
    thread_->loop().post([this] { tail_->stop(); });
    thread_->stop_and_join();
    troubles_->mute();
  }

  void run() override {
    running_ = true;
    for (const std::string& note : store_->notes()) context_.log().info(note);
    home_ = std::hash<std::string>()(context_.global_id()) % context_.lanes().count();
    thread_ = std::make_unique<LoopThread>("journal");
    lanes_ = LaneHalves<JournalLane>(context_.lanes(), [this, receivers = plan_->forward_to, figures = figures(), ways = ways(), &context = context_](Lane& lane) {
      auto half = std::make_unique<JournalLane>(lane, figures, context.delivery().ledger.open(context.global_id(), "", lane.index()), ways);
      half->set_receivers(receivers);
      return half;
    });
    begin_reading();
  }

  void replan(JournalPlanPtr plan) {
    const auto before = std::exchange(plan_, std::move(plan));
    if (!running_) return;
    if (before->forward_to != plan_->forward_to) lanes_.on(home_, [receivers = plan_->forward_to](JournalLane& half) { half.set_receivers(receivers); });
    if (JournalTail::Settings now = settings(); !(now == settings_)) {
      settings_ = now;
      thread_->loop().post([this, now] { tail_->change(now); });
    }
  }

  void drain(std::function<void()> done) override {
    if (!running_) return done();
    context_.log().info("loki.source.journal component shutting down");
    thread_->loop().post([this] { tail_->stop(); });
    lanes_.on(home_, [store = store_, done = std::move(done), &main = context_.main_loop()](JournalLane& half) {
      half.drain([store, done, &main] { store->flush([done, &main] { main.post(done); }); });
    });
  }

 private:
  JournalLane::Figures figures() const {
    MetricScope& metrics = context_.metrics();
    return {metrics.counter("loki_source_journal_target_lines_total", "Total number of successful journal lines read"),
            [&metrics](std::string_view error) -> Counter& {
              return metrics.counter("loki_source_journal_target_parsing_errors_total", "Total number of parsing errors while reading journal messages",
                                     {{"error", std::string(error)}});
            }};
  }

  JournalLane::Ways ways() {
    Loop& loop = thread_->loop();
    return {[this, &loop] { loop.post([this] { tail_->handed_on(); }); },
            [this, &loop](Rewind rewind) {
              loop.post([this, rewind = std::move(rewind)]() mutable { tail_->rewind(std::move(rewind)); });
            },
            [store = store_](std::string cursor, CommitMarks marks) { store->put(std::move(cursor), std::move(marks)); }};
  }

  JournalTail::Settings settings() const {
    LabelList labels = plan_->labels;
    if (std::none_of(labels.begin(), labels.end(), [](const auto& label) { return label.first == "job"; })) labels.emplace_back("job", context_.global_id());
    return {plan_->place, LabelRules(std::move(labels), plan_->rules), plan_->as_json};
  }

  void begin_reading() {
    const int64_t oldest_ns = plan_->max_age_ns > 0 ? context_.clock().wall_ns() - plan_->max_age_ns : 0;
    JournalTail::Start start{store_->cursor(), static_cast<uint64_t>(std::max<int64_t>(oldest_ns, 0) / 1000)};
    JournalTail::Owner owner{[to_lane = lanes_.remote(home_)](JournalBatchPtr batch) {
                               to_lane([batch = std::move(batch)](JournalLane& half) { half.take(batch); });
                             },
                             [this, first = true](std::optional<Error> problem) mutable {
                               const bool named = problem && (problem->reason == SystemdJournal::kBadCursor || problem->reason == JournalTail::kNoFiles);
                               if (problem) troubles_->set("journal", problem->what, problem->reason, named);
                               else if (first) context_.set_health(HealthState::kHealthy, std::string(kRunning));
                               else troubles_->clear("journal");
                               first = false;
                             }};
    settings_ = settings();
    tail_ = std::make_unique<JournalTail>(thread_->loop(), context_.clock(), context_.log(), settings_, std::move(start), std::move(owner));
    thread_->start();
    thread_->loop().post([this] { tail_->begin(); });
  }

  JournalPlanPtr plan_;
  NodeContext& context_;
  std::shared_ptr<CursorStore> store_;
  std::shared_ptr<Troubles> troubles_;
  JournalTail::Settings settings_;
  std::unique_ptr<LoopThread> thread_;
  std::unique_ptr<JournalTail> tail_;  // the thread's, and before its loop
  LaneHalves<JournalLane> lanes_;
  size_t home_ = 0;
  bool running_ = false;
};

}  // namespace

extern const ComponentSpec kComponent;
constinit const ComponentSpec kComponent = component<JournalSource>("loki.source.journal", Stability::kGenerallyAvailable, kArgumentsSchema, nullptr,
                                                                    "Reads the systemd journal.");

}  // namespace invar::loki_source_journal
