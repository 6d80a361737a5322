#include "src/runtime/trial.h"

#include "src/base/quote.h"
#include "src/io/file.h"
#include "src/runtime/module.h"
#include "src/text/path.h"

namespace invar {

LoadRefusal LoadRefusal::of(Diagnostics diagnostics) {
  LoadRefusal refusal;
  // Imported texts too: they outlive the graph that was refused.
  for (const Diagnostic& diagnostic : diagnostics.all())
    if (diagnostic.span.known()) refusal.sources.push_back(diagnostic.span.source->weak_from_this().lock());
  refusal.error = "error during the initial load: " + summary(diagnostics);
  refusal.diagnostics = std::move(diagnostics);
  return refusal;
}

std::string module_path_of(const std::string& config_path) {
  const auto stat = stat_path(config_path);
  return stat && stat->is_directory() ? config_path : directory_of(config_path);
}

std::optional<LoadRefusal> try_load(const std::string& config_path, const TrialOptions& options) {
  const std::string reading = "reading config path " + invar::quoted(config_path) + ": ";
  const auto text = read_config(config_path);
  if (!text) return LoadRefusal{{}, {}, reading + text.error().what};
  ModuleSource source;
  if (auto refusal = parse_config(*text, source)) {
    const std::string error = reading + refusal->error();
    return LoadRefusal{std::move(refusal->diagnostics), text->files, error};
  }

  const GraphContext context{.gate = options.gate, .find_component = options.find_component, .root = true, .outer = nullptr,
                             .variables = {{"module_path", Value::string(module_path_of(config_path))}}, .argument_names = {}};
  LoadState state;
  GraphPlan plan = plan_graph(source, context, state.errors);
  if (state.errors.has_errors()) return LoadRefusal::of(std::move(state.errors));

  // Nothing runs on these: no thread is made.
  const SystemClock& clock = SystemClock::instance();
  Loop loop;
  Lanes lanes(1, clock, false);
  MetricRegistry metrics;
  Delivery delivery;
  Host host{.main_loop = loop,
            .clock = clock,
            .lanes = lanes,
            .delivery_loop = loop,
            .disk_loop = loop,
            .delivery = delivery,
            .metrics = metrics,
            .log = Logger(std::make_shared<Logger::Output>(clock, [](std::string_view) {})),
            .gate = options.gate,
            .storage_path = {},
            .seed_uid = {},
            .user_agent = {},
            .library = options.library,
            .find_component = options.find_component,
            .schedule_evaluation = [] {},
            .before_start = {},
            .controllers = ControllerMetrics(metrics),
            .plan_only = true,
            .offline = true};
  Module root(host, "", std::move(plan));
  root.evaluate({}, nullptr, state);
  if (state.errors.has_errors()) return LoadRefusal::of(std::move(state.errors));
  return std::nullopt;
}

}  // namespace invar
