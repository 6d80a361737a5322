#include "src/runtime/module.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "src/language/function.h"
#include "src/runtime/log_output.h"
#include "src/runtime/retirement.h"

using namespace invar;

namespace {

/// What the test components did, in order: `run a`, `update a x`, `drain a`, `gone a`.
std::vector<std::string> happened;

class TestNode;
std::map<std::string, TestNode*> alive;

struct TestArgs {
  std::string filename;
  std::string detector;
  static void validate(TestArgs& args, ValidateContext& context) {
    if (args.filename == "invalid") context.refuse("that is invalid");
  }
  friend bool operator==(const TestArgs&, const TestArgs&) = default;
};
constexpr Row kRows[] = {
    attr<&TestArgs::filename>("filename", Presence::kRequired, ""),
    attr<&TestArgs::detector>("detector", Presence::kOptional, ""),
};
constexpr Schema kArguments = schema<TestArgs>("local.file", "", kRows);
struct TestExports {
  std::string content;
};
constexpr Row kExportRows[] = {attr<&TestExports::content>("content", Presence::kRequired, "")};
constexpr Schema kExports = schema<TestExports>("local.file", "", kExportRows);

/// What a node does last.
std::function<void(NodeContext&)> leaving;

/// Stands for local.file: exports its filename in brackets, or what publish() says.
class TestNode final : public NodeOf<TestNode> {
 public:
  using Args = TestArgs;
  struct Plan {
    std::string filename;
  };
  static const Schema& arguments() { return kArguments; }
  static std::shared_ptr<const Plan> make_plan(Args args, Span at, Diagnostics& diagnostics) {
    if (args.filename == "unbuildable") return diagnostics.refuse(at, "cannot be built");
    return std::make_shared<Plan>(Plan{args.filename});
  }
  static Value exports(const Args&, const Plan& plan, const ExportContext&) {
    return Value::object({{"content", Value::string("[" + plan.filename + "]")}});
  }
  static Result<NodePtr> start(std::shared_ptr<const Plan> plan, NodeContext& context) {
    if (plan->filename == "absent") return Error{"open absent: no such file or directory", "not_found"};
    return NodePtr(std::make_unique<TestNode>(std::move(plan), context));
  }

  TestNode(std::shared_ptr<const Plan> plan, NodeContext& context) : plan_(std::move(plan)), context_(context) {
    alive[context_.global_id()] = this;
  }
  ~TestNode() override {
    if (leaving) leaving(context_);
    alive.erase(context_.global_id());
    happened.push_back("gone " + context_.global_id());
  }
  void run() override { happened.push_back("run " + context_.global_id()); }
  void replan(std::shared_ptr<const Plan> plan) {
    plan_ = std::move(plan);
    happened.push_back("update " + context_.global_id() + " " + plan_->filename);
  }
  void drain(std::function<void()> done) override {
    happened.push_back("drain " + context_.global_id());
    done();
  }
  void say(const std::string& content) { context_.publish(Value::object({{"content", Value::string(content)}})); }
  NodeContext& context() { return context_; }

 private:
  std::shared_ptr<const Plan> plan_;
  NodeContext& context_;
};
constexpr ComponentSpec kFile = component<TestNode>("local.file", Stability::kGenerallyAvailable, kArguments, &kExports, "");

const ComponentSpec* find_test_component(std::string_view name) { return name == "local.file" ? &kFile : nullptr; }

/// The parts between commas.
class Split final : public Function {
 public:
  bool call(const Value&, std::span<const Value> args, Value& result, ValueError&) const override {
    std::vector<Value> parts;
    const std::string& text = args.front().as_string();
    for (size_t from = 0; from <= text.size();) {
      const size_t comma = std::min(text.find(',', from), text.size());
      parts.push_back(Value::string(text.substr(from, comma - from)));
      from = comma + 1;
    }
    result = Value::array(std::move(parts));
    return true;
  }
};

/// A running root module, loaded from texts.
struct Stage {
  FakeClock clock;
  std::string logged;
  std::shared_ptr<Logger::Output> output = std::make_shared<Logger::Output>(clock, [this](std::string_view line) { logged += line; });
  Loop loop;
  LoopThread other{"other"};
  Lanes lanes{1, clock};
  MetricRegistry metrics;
  bool due = false;
  Members library{{"split", Value::function(std::make_shared<Split>())}};
  Delivery delivery;
  Host host{.main_loop = loop,
            .clock = clock,
            .lanes = lanes,
            .delivery_loop = other.loop(),
            .disk_loop = other.loop(),
            .delivery = delivery,
            .metrics = metrics,
            .log = Logger(output),
            .gate = {},
            .storage_path = "/storage",
            .seed_uid = {},
            .user_agent = {},
            .library = &library,
            .find_component = find_test_component,
            .schedule_evaluation = [this] { due = true; },
            .before_start = {},
            .controllers = ControllerMetrics(metrics)};
  ModuleSource source;
  std::unique_ptr<Module> root;

  Stage() {
    happened.clear();
    output->configure(LogLevel::kWarn, LogFormat::kLogfmt);
  }

  /// Loads a text in place of what runs; the error, or an empty text.
  std::string load(const std::string& text) {
    ModuleSource next;
    ConfigText config;
    config.files.push_back(std::make_shared<const Source>("c.alloy", text));
    if (auto refusal = parse_config(config, next)) return refusal->error();
    LoadState state;
    const GraphContext context{.gate = host.gate, .find_component = find_test_component, .root = true, .outer = nullptr,
                               .variables = {{"module_path", Value::string("/configs")}}, .argument_names = {}};
    GraphPlan plan = plan_graph(next, context, state.errors);
    if (state.errors.has_errors()) return summary(state.errors);
    auto module = std::make_unique<Module>(host, "", std::move(plan));
    module->evaluate({}, root.get(), state);
    if (state.errors.has_errors()) return summary(state.errors);
    lanes.transaction([&] { module->commit(); });
    root = std::move(module);
    source = std::move(next);
    return {};
  }
  void evaluate_due() {
    while (std::exchange(due, false)) {
      lanes.transaction([this] { root->evaluate_due(); });
      std::vector<InstancePtr> gone;
      if (root->prepare_templates()) lanes.transaction([&] { root->commit_templates(gone); });
    }
  }
  Health health(const std::string& id) const {
    for (const Module::View& view : root->components())
      if (view.node->id == id) return view.health;
    return {};
  }
};

using Events = std::vector<std::string>;

}  // namespace

TEST_CASE("a load starts dependencies first, and hands exports on") {
  Stage stage;
  CHECK(stage.load("local.file \"b\" { filename = local.file.a.content }\nlocal.file \"a\" { filename = \"x\" }\n") == "");
  CHECK(happened == Events{"run local.file.a", "run local.file.b"});
  CHECK(stage.root->components()[1].exports->find("content")->as_string() == "[[x]]");
  CHECK(stage.health("local.file.a").message == "started component");
}

TEST_CASE("a reload keeps what did not change, updates in place what did") {
  Stage stage;
  CHECK(stage.load("local.file \"a\" { filename = \"x\" }\nlocal.file \"b\" { filename = \"y\" }\n") == "");
  TestNode* const a = alive.at("local.file.a");
  happened.clear();
  CHECK(stage.load("// moved\nlocal.file \"b\" { filename = \"z\" }\nlocal.file \"a\" { filename = \"x\" }\n") == "");
  CHECK(happened == Events{"update local.file.b z"});
  CHECK(alive.at("local.file.a") == a);
}

TEST_CASE("a refused load changes nothing") {
  Stage stage;
  const std::string good = "local.file \"a\" { filename = \"x\" }\n";
  CHECK(stage.load(good) == "");
  struct Row {
    std::string_view because, text, error;
  };
  for (const Row& row : {
           Row{"an argument that is unknown", "local.file \"a\" { filename = \"y\" }\nlocal.file \"n\" { nope = 1 }\n",
               "c.alloy:2:18: unrecognized attribute name \"nope\""},
           Row{"one that is missing", "local.file \"a\" { filename = \"y\" }\nlocal.file \"n\" { }\n",
               "c.alloy:2:1: Failed to build component: decoding configuration: missing required attribute \"filename\""},
           Row{"a value that is refused", "local.file \"a\" { filename = \"y\" }\nlocal.file \"n\" { filename = \"invalid\" }\n",
               "c.alloy:2:1: Failed to build component: decoding configuration: that is invalid"},
           Row{"a plan that fails", "local.file \"a\" { filename = \"y\" }\nlocal.file \"n\" { filename = \"unbuildable\" }\n",
               "c.alloy:2:1: Failed to build component: building component: cannot be built"},
           Row{"a start that fails", "local.file \"a\" { filename = \"y\" }\nlocal.file \"n\" { filename = \"absent\" }\n",
               "c.alloy:2:1: Failed to build component: building component: open absent: no such file or directory"},
           Row{"a reference to nothing", "local.file \"a\" { filename = local.file.no.content }\n",
               "c.alloy:1:29: component \"local.file.no.content\" does not exist or is out of scope"},
           Row{"a cycle", "local.file \"a\" { filename = local.file.b.content }\nlocal.file \"b\" { filename = local.file.a.content }\n",
               "-: cycle: local.file.a, local.file.b"},
       }) {
    INFO(row.because);
    happened.clear();
    CHECK(stage.load(std::string(row.text)) == row.error);
    CHECK(happened == Events{});
    CHECK(stage.health("local.file.a").state == HealthState::kHealthy);
  }
  happened.clear();
  CHECK(stage.load("local.file \"fine\" { filename = \"y\" }\nlocal.file \"n\" { filename = \"absent\" }\n") != "");
  CHECK(happened == Events{"gone local.file.fine"});  // it was made, but never ran
  happened.clear();
  CHECK(stage.load(good) == "");
  CHECK(happened == Events{});
}

TEST_CASE("what depends on a failed component sees it empty") {
  Stage stage;
  CHECK(stage.load("local.file \"a\" { filename = \"absent\" }\nlocal.file \"b\" { filename = local.file.a.content }\n") ==
        "c.alloy:1:1: Failed to build component: building component: open absent: no such file or directory");
}

TEST_CASE("new exports reach dependants once, also through modules") {
  Stage stage;
  CHECK(stage.load(R"(
declare "m" {
  argument "in" { }
  local.file "inner" { filename = argument.in.value }
  export "out" { value = local.file.inner.content }
}
local.file "a" { filename = "x" }
m "one" { in = local.file.a.content }
local.file "z" { filename = m.one.out }
)") == "");
  CHECK(alive.contains("m.one/local.file.inner"));
  happened.clear();
  alive.at("local.file.a")->say("first");
  alive.at("local.file.a")->say("second");
  stage.evaluate_due();
  CHECK(happened == Events{"update m.one/local.file.inner second", "update local.file.z [second]"});
  happened.clear();
  alive.at("local.file.a")->say("second");
  CHECK_FALSE(stage.due);
  alive.at("m.one/local.file.inner")->say("deep");
  stage.evaluate_due();
  CHECK(happened == Events{"update local.file.z deep"});
}

TEST_CASE("an evaluation that fails later keeps the component as it was, unhealthy") {
  Stage stage;
  CHECK(stage.load("local.file \"a\" { filename = \"x\" }\nlocal.file \"b\" { filename = local.file.a.content }\n") == "");
  happened.clear();
  alive.at("local.file.a")->say("unbuildable");
  stage.evaluate_due();
  CHECK(happened == Events{});
  CHECK(stage.health("local.file.b").state == HealthState::kUnhealthy);
  CHECK(stage.health("local.file.b").message == "component evaluation failed: updating component: cannot be built");
  CHECK(stage.logged.find("node=local.file.b err=\"updating component: cannot be built\"") != std::string::npos);
  alive.at("local.file.a")->say("fine");
  stage.evaluate_due();
  CHECK(happened == Events{"update local.file.b fine"});
  CHECK(stage.health("local.file.b").state == HealthState::kHealthy);
}

TEST_CASE("a component's own health counts when it is the worst") {
  Stage stage;
  CHECK(stage.load("local.file \"a\" { filename = \"x\" }\n") == "");
  alive.at("local.file.a")->context().set_health(HealthState::kUnhealthy, "cannot read");
  CHECK(stage.health("local.file.a").message == "cannot read");
  CHECK(stage.metrics.expose().find("running_components{controller_id=\"\",controller_path=\"/\",health_type=\"unhealthy\"} 1\n") !=
        std::string::npos);
  alive.at("local.file.a")->context().set_health(HealthState::kHealthy, "");
  CHECK(stage.health("local.file.a").state == HealthState::kHealthy);
}

TEST_CASE("modules know their arguments, defaults and path") {
  Stage stage;
  CHECK(stage.load(R"(
declare "m" {
  argument "a" { optional = true
    default = "by default" }
  export "path" { value = module_path }
  export "a" { value = argument.a.value }
}
m "one" { }
m "two" { a = "given" }
local.file "f" { filename = m.one.path + m.one.a + m.two.a }
)") == "");
  CHECK(stage.root->find("m.two") != nullptr);
  for (const Module::View& view : stage.root->components())
    if (view.node->id == "local.file.f") CHECK(view.exports->find("content")->as_string() == "[/configsby defaultgiven]");
}

TEST_CASE("imported modules are kept apart from what stands around them") {
  Stage stage;
  CHECK(stage.load(R"(
declare "m" { export "out" { value = "own" } }
import.string "lib" {
  content = `
    import.string "inner" { content = "declare \"n\" { export \"out\" { value = \"deep\" } }" }
    declare "m" {
      inner.n "x" { }
      local.file "f" { filename = inner.n.x.out }
      export "out" { value = local.file.f.content }
    }`
}
lib.m "i" { }
m "i" { }
local.file "z" { filename = lib.m.i.out + m.i.out }
)") == "");
  CHECK(alive.contains("lib.m.i/local.file.f"));
  CHECK(stage.root->find("lib.m.i/inner.n.x") != nullptr);
  for (const Module::View& view : stage.root->components())
    if (view.node->id == "local.file.z") CHECK(view.exports->find("content")->as_string() == "[[deep]own]");
  CHECK(stage.load("import.string \"lib\" { content = \"declare \\\"a\\\" { m \\\"x\\\" { } }\" }\ndeclare \"m\" { export \"o\" { value = 1 } }\nlib.a \"i\" { }\n") ==
        "lib:1:15: cannot find the definition of component name \"m\"");
}

TEST_CASE("an import that depends on an export asks for all to be evaluated") {
  Stage stage;
  const std::string text = R"(
local.file "source" { filename = "x" }
import.string "lib" { content = "declare \"m\" { local.file \"f\" { filename = \"" + local.file.source.content + "\" } }" }
lib.m "i" { }
local.file "other" { filename = "y" }
)";
  CHECK(stage.load(text) == "");
  TestNode* const other = alive.at("local.file.other");
  bool asked = false;
  stage.host.import_changed = [&] { asked = true; };
  happened.clear();
  alive.at("local.file.source")->say("new");
  stage.evaluate_due();
  CHECK(asked);
  CHECK(happened == Events{});
  CHECK(stage.load(text) == "");
  CHECK(happened == Events{"update lib.m.i/local.file.f new"});
  CHECK(alive.at("local.file.other") == other);
}

TEST_CASE("a foreach follows its items, and keeps those that stay") {
  Stage stage;
  stage.host.gate.minimum = Stability::kExperimental;
  CHECK(stage.load(R"(
local.file "source" { filename = "x" }
foreach "each" {
  collection = split(local.file.source.content)
  var = "item"
  template {
    local.file "f" { filename = item }
    local.file "g" { filename = local.file.source.content + local.file.f.content }
  }
}
)") == "");
  CHECK(alive.contains("foreach.each/foreach__x__1/local.file.f"));
  happened.clear();
  alive.at("local.file.source")->say("[x],b,b");
  stage.evaluate_due();
  CHECK(happened == Events{"update foreach.each/foreach__x__1/local.file.g [x],b,b[[x]]", "run foreach.each/foreach_b_1/local.file.f",
                           "run foreach.each/foreach_b_1/local.file.g", "run foreach.each/foreach_b_2/local.file.f", "run foreach.each/foreach_b_2/local.file.g"});
  happened.clear();
  alive.at("local.file.source")->say("b");
  stage.evaluate_due();
  CHECK(alive.size() == 3);
  CHECK(std::count_if(happened.begin(), happened.end(), [](const std::string& event) { return event.starts_with("gone"); }) == 4);
  happened.clear();
  alive.at("local.file.source")->say("b,absent");
  stage.evaluate_due();
  CHECK(happened == Events{"gone foreach.each/foreach_absent_1/local.file.g"});
  CHECK(stage.health("foreach.each").state == HealthState::kUnhealthy);
  CHECK(stage.health("foreach.each").message.starts_with("foreach evaluation failed: updating custom component in foreach: c.alloy:7:5: Failed to build component"));
  alive.at("local.file.source")->say("b");
  stage.evaluate_due();
  CHECK(stage.health("foreach.each").message == "started foreach");
}

TEST_CASE("graph edges follow the data") {
  Stage stage;
  CHECK(stage.load("local.file \"b\" { filename = local.file.a.content }\nlocal.file \"a\" { filename = \"x\" }\n") == "");
  CHECK(stage.root->connections() == std::set<std::pair<std::string, std::string>>{{"local.file.a", "local.file.b"}});
}

TEST_CASE("a component that comes back does not meet what is left of it") {
  Stage stage;
  CHECK(stage.load("local.file \"a\" { filename = \"x\" }\nlocal.file \"b\" { filename = \"y\" }\n") == "");
  std::vector<InstancePtr> all;
  stage.root->list_instances(all);
  stage.root.reset();
  happened.clear();
  Retirement retirement(stage.host);
  retirement.begin(std::move(all), 1'000'000'000);
  retirement.release("local.file.a");
  retirement.release("local.file.c");
  CHECK(std::find(happened.begin(), happened.end(), "gone local.file.a") != happened.end());
  for (int turn = 0; turn < 10; ++turn) stage.loop.turn();
  CHECK(std::find(happened.begin(), happened.end(), "gone local.file.b") != happened.end());
}

TEST_CASE("what a component has left to lanes finds its context, also when it goes at once") {
  Stage stage;
  CHECK(stage.load("local.file \"a\" { filename = \"x\" }\n") == "");
  std::vector<InstancePtr> all;
  stage.root->list_instances(all);
  stage.root.reset();
  std::atomic<int> asked = 0;
  const auto ask = [&](NodeContext& context) {
    stage.lanes[0].post([&asked, &context] {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      context.metrics().counter("asked_total", "").add();
      asked += context.global_id() == "local.file.a";
    });
  };
  ask(alive.at("local.file.a")->context());
  leaving = ask;
  Retirement retirement(stage.host);
  bool done = false;
  retirement.begin(std::move(all), 1'000'000'000, [&] { done = true; });
  for (int turn = 0; turn < 10 && !done; ++turn) stage.loop.turn();
  leaving = nullptr;
  CHECK(done);
  CHECK(asked == 2);
  CHECK(alive.empty());
}

TEST_CASE("components on their way out are drained sources first, and destroyed") {
  Stage stage;
  CHECK(stage.load("local.file \"b\" { filename = local.file.a.content }\nlocal.file \"a\" { filename = \"x\" }\n") == "");
  std::vector<InstancePtr> all;
  stage.root->list_instances(all);
  stage.root.reset();
  happened.clear();
  bool done = false;
  Retirement retirement(stage.host);
  retirement.begin(std::move(all), 1'000'000'000, [&] { done = true; });
  for (int turn = 0; turn < 10 && !done; ++turn) stage.loop.turn();
  CHECK(done);
  CHECK(happened == Events{"drain local.file.b", "drain local.file.a", "gone local.file.b", "gone local.file.a"});
}
