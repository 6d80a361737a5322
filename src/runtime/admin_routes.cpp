#include "src/runtime/admin_routes.h"

#include <charconv>
#include <chrono>
#include <thread>

#include "src/base/quote.h"
#include "src/io/file.h"
#include "src/runtime/component_json.h"

namespace invar {

void AdminState::set_login(std::optional<LoginArgs> login) {
  const std::lock_guard lock(mutex_);
  login_ = std::move(login);
}

std::optional<LoginArgs> AdminState::login() const {
  const std::lock_guard lock(mutex_);
  return login_;
}

namespace {

constexpr int kMainTimeoutMs = 60'000;

/// Compares without telling by its duration where two texts differ.
bool equal_in_constant_time(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[b.empty() ? 0 : i % b.size()]);
  return difference == 0 && !b.empty() == !a.empty();
}

std::string base64_decoded(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    int value = -1;
    if (c >= 'A' && c <= 'Z') value = c - 'A';
    if (c >= 'a' && c <= 'z') value = c - 'a' + 26;
    if (c >= '0' && c <= '9') value = c - '0' + 52;
    if (c == '+') value = 62;
    if (c == '/') value = 63;
    if (value < 0) break;
    bits = bits << 6 | static_cast<uint32_t>(value);
    if (++count % 4 != 1) out += static_cast<char>(bits >> (6 - 2 * ((count - 1) % 4)) & 0xff);
  }
  return out;
}

bool needs_login(const LoginArgs& login, const std::string& path) {
  bool listed = false;
  for (const std::string& prefix : login.filter.paths) listed = listed || path.starts_with(prefix);
  return listed == login.filter.authenticate_matching_paths;
}

bool logged_in(const BasicLoginArgs& basic, const AdminRequest& request) {
  const std::string_view header = request.header("Authorization");
  static constexpr std::string_view kScheme = "Basic ";
  if (!header.starts_with(kScheme)) return false;
  const std::string given = base64_decoded(header.substr(kScheme.size()));
  const size_t colon = given.find(':');
  if (colon == std::string::npos) return false;
  const std::string_view view = given;
  const bool user = equal_in_constant_time(view.substr(0, colon), basic.username);
  const bool password = equal_in_constant_time(view.substr(colon + 1), basic.password.reveal());
  return user && password;
}

std::optional<AdminResponse> check_login(const AdminState& state, const AdminRequest& request) {
  const auto login = state.login();
  if (!login || !login->basic || !needs_login(*login, request.path) || logged_in(*login->basic, request)) return std::nullopt;
  state.log->with({{"service", "http"}}).info("failed to authenticate request", {{"path", request.path}, {"err", "unauthorized"}});
  AdminResponse refused;
  refused.status = 401;
  refused.headers.push_back({"Www-Authenticate", "Basic realm=\"Restricted\""});
  return refused;
}

AdminResponse healthy(const AdminState& state) {
  std::string unhealthy;
  call_on(*state.main_loop, [&] {
    if (const Module* root = state.root()) unhealthy = unhealthy_components(*root);
  }, kMainTimeoutMs);
  if (unhealthy.empty()) return plain_text(200, "All Alloy components are healthy.\n");
  return plain_error(500, "unhealthy components: " + unhealthy);
}

AdminResponse reload(const AdminState& state) {
  const Logger log = state.log->with({{"service", "http"}});
  log.info("reload requested via /-/reload endpoint");
  std::optional<std::string> error = "the main loop did not answer";
  call_on(*state.main_loop, [&] { error = state.reload(); }, kMainTimeoutMs);
  if (error) {
    log.error("failed to reload config", {{"err", *error}});
    return plain_error(400, *error);
  }
  log.info("config reloaded");
  return plain_text(200, "config reloaded\n");
}

/// Text, whatever else is asked for; names that are no classic ones as the client wants them.
AdminResponse expose(const AdminState& state, const AdminRequest& request) {
  const bool any_name = request.header("Accept").find("escaping=allow-utf-8") != std::string_view::npos;
  AdminResponse response;
  response.headers.push_back({"Content-Type", std::string("text/plain; version=0.0.4; charset=utf-8; escaping=") + (any_name ? "allow-utf-8" : "underscores")});
  response.body = state.metrics->expose(any_name ? MetricRegistry::Names::kQuoted : MetricRegistry::Names::kUnderscores);
  response.chunked = true;
  response.packed = AdminResponse::Packed::kGzip;
  return response;
}

/// What answers of /api have in common.
AdminResponse api_answer(AdminResponse response) {
  response.headers.insert(response.headers.begin(), {"Vary", "Accept-Encoding"});
  response.packed = AdminResponse::Packed::kGzipOrDeflate;
  return response;
}

AdminResponse ledger(const AdminState& state) {
  AdminResponse response;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = state.ledger();
  response.packed = AdminResponse::Packed::kGzip;
  return response;
}

/// Text/plain although it is JSON, as Alloy's.
AdminResponse json_answer(std::string body) { return api_answer(plain_text(200, std::move(body))); }

/// The same for the config of remotecfg: without one there are no components.
AdminResponse with_remote(const AdminState& state, const std::function<AdminResponse(const Module&)>& make) {
  AdminResponse response = json_answer("[]");
  call_on(*state.main_loop, [&] {
    if (const Module* root = state.remote_root ? state.remote_root() : nullptr) response = make(*root);
  }, kMainTimeoutMs);
  return response;
}

AdminResponse list_of(const Module& root, std::string_view module_id) {
  const Module* module = root.find(module_id);
  if (!module) return api_answer(plain_error(500, "module not found"));
  return json_answer(components_json(*module));
}

AdminResponse detail_of(const Module& root, const std::string& global_id) {
  const size_t slash = global_id.rfind('/');
  const bool inner = slash != std::string::npos;
  const Module* module = root.find(inner ? std::string_view(global_id).substr(0, slash) : "");
  const auto detail = module ? component_json(*module, inner ? global_id.substr(slash + 1) : global_id) : std::nullopt;
  return detail ? json_answer(*detail) : api_answer(plain_error(404, "404 page not found"));
}

AdminResponse not_found() {
  AdminResponse missing;
  missing.status = 404;
  return missing;
}

/// Go's net/http/pprof has profiles of Go's runtime: there are none here. The index is empty, the command line is ours.
AdminResponse pprof(std::string_view name) {
  static constexpr std::string_view kIndex =
      "<html>\n<head>\n<title>/debug/pprof/</title>\n</head>\n<body>\n/debug/pprof/\n<br>\n<p>invar is not a Go program: it has no profiles of a Go runtime.</p>\n"
      "</body>\n</html>\n";
  AdminResponse response;
  if (name.empty()) {
    response.headers = {{"Content-Type", "text/html; charset=utf-8"}, {"X-Content-Type-Options", "nosniff"}};
    response.body = kIndex;
    return response;
  }
  if (name == "cmdline") {
    response = plain_text(200, read_file("/proc/self/cmdline").ok() ? *read_file("/proc/self/cmdline") : std::string());
    while (response.body.ends_with('\0')) response.body.pop_back();
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    return response;
  }
  response = plain_text(404, "Unknown profile\n");
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  response.headers.push_back({"X-Go-Pprof", "1"});
  return response;
}

bool is_component(const Module& root, const std::string& global_id) {
  const size_t slash = global_id.rfind('/');
  const Module* module = root.find(slash == std::string::npos ? "" : std::string_view(global_id).substr(0, slash));
  if (!module) return false;
  const std::string local = slash == std::string::npos ? global_id : global_id.substr(slash + 1);
  for (const Module::View& view : module->components())
    if (view.node->id == local) return true;
  return false;
}

/// /api/v0/component/<id>/<path>: the component with the longest id that the path begins with answers; none of ours does.
AdminResponse component_route(const Module& root, const std::string& path, std::string_view prefix) {
  std::string id = path.substr(prefix.size());
  if (id.ends_with('/')) id.pop_back();
  for (; !id.empty(); id.resize(id.rfind('/'))) {
    if (is_component(root, id)) return not_found();
    if (id.rfind('/') == std::string::npos) break;
  }
  return plain_text(400, "failed to parse URL path " + invar::quoted(path) + ": invalid path\n");
}

/// The stream of what flows between components: there is nothing to tell, as in Alloy while live debugging is off.
AdminResponse graph_stream(const Module& root, std::string_view module_id, const std::optional<std::string>& window) {
  if (!module_id.empty() && !root.find(module_id)) return plain_error(500, "module not found");
  int64_t seconds = 5;
  bool valid = true;
  if (window && !window->empty()) {
    const auto [end, error] = std::from_chars(window->data(), window->data() + window->size(), seconds);
    valid = error == std::errc() && end == window->data() + window->size() && seconds >= 1 && seconds <= 60;
    if (!valid) seconds = 5;
  }
  AdminResponse response = valid ? plain_text(200, "") : plain_error(400, "");
  auto first = std::make_shared<std::string>(valid ? "" : "Invalid window: must be an integer between 1 and 60\n");
  using Clock = std::chrono::steady_clock;
  response.stream = [first, next = Clock::now() + std::chrono::seconds(seconds), seconds](std::string& out) mutable {
    out += std::exchange(*first, {});
    std::this_thread::sleep_for(std::min<Clock::duration>(std::chrono::milliseconds(250), std::max<Clock::duration>(Clock::duration::zero(), next - Clock::now())));
    if (Clock::now() < next) return true;
    next += std::chrono::seconds(seconds);
    out += "[]|;|";
    return true;
  };
  return response;
}

/// Events of one component: none can be watched in this build.
AdminResponse debug_stream(const AdminState& state, const Module& root, const std::string& global_id) {
  if (!state.live_debugging.load())
    return plain_error(500, "the live debugging service is disabled. Check the documentation to find out how to enable it");
  if (!is_component(root, global_id)) return plain_error(500, "component not found");
  return plain_error(500, "this build of invar has no live debugging of components");
}

void add_api(AdminServer& server, AdminState& state, const std::string& api) {
  server.route("", api + "components", [&state](const AdminRequest&) {
    return with_root(state, [](const Module& root) { return list_of(root, ""); });
  });
  server.route_prefix("", api + "components/", [&state, prefix = api + "components/"](const AdminRequest& request) {
    const std::string id = request.path.substr(prefix.size());
    if (id.empty()) return plain_error(404, "404 page not found");
    return with_root(state, [&](const Module& root) { return detail_of(root, id); });
  });
  const auto module_of = [](const std::string& path, const std::string& prefix) -> std::optional<std::string> {
    static constexpr std::string_view kEnd = "/components";
    if (!path.ends_with(kEnd) || path.size() <= prefix.size() + kEnd.size()) return std::nullopt;
    return path.substr(prefix.size(), path.size() - prefix.size() - kEnd.size());
  };
  server.route_prefix("", api + "modules/", [&state, module_of, prefix = api + "modules/"](const AdminRequest& request) {
    const auto id = module_of(request.path, prefix);
    if (!id) return plain_error(404, "404 page not found");
    return with_root(state, [&](const Module& root) { return list_of(root, *id); });
  });
  server.route("", api + "remotecfg/components", [&state](const AdminRequest&) {
    return with_remote(state, [](const Module& root) { return list_of(root, root.id()); });
  });
  server.route_prefix("", api + "remotecfg/components/", [&state, prefix = api + "remotecfg/components/"](const AdminRequest& request) {
    const std::string id = request.path.substr(prefix.size());
    return with_remote(state, [&](const Module& root) { return detail_of(root, id); });
  });
  server.route_prefix("", api + "remotecfg/modules/", [module_of, prefix = api + "remotecfg/modules/"](const AdminRequest& request) {
    return module_of(request.path, prefix) ? api_answer(plain_error(500, "module not found")) : plain_error(404, "404 page not found");
  });
  server.route("", api + "peers", [&state](const AdminRequest&) { return json_answer(peers_json(state.cluster)); });
  server.route_prefix("", api + "debug/", [&state, prefix = api + "debug/"](const AdminRequest& request) {
    return with_root(state, [&](const Module& root) { return debug_stream(state, root, request.path.substr(prefix.size())); });
  });
  server.route("", api + "graph", [&state](const AdminRequest& request) {
    return with_root(state, [&](const Module& root) { return graph_stream(root, "", request.query("window")); });
  });
  server.route_prefix("", api + "graph/", [&state, prefix = api + "graph/"](const AdminRequest& request) {
    return with_root(state, [&](const Module& root) { return graph_stream(root, std::string_view(request.path).substr(prefix.size()), request.query("window")); });
  });
}

}  // namespace

/// Runs `make` on main with the running root module.
AdminResponse with_root(const AdminState& state, const std::function<AdminResponse(const Module&)>& make) {
  AdminResponse response = plain_error(503, "not ready");
  call_on(*state.main_loop, [&] {
    if (const Module* root = state.root()) response = make(*root);
  }, kMainTimeoutMs);
  return response;
}

void add_admin_routes(AdminServer& server, AdminState& state, const std::string& ui_prefix) {
  server.set_filter([&state](const AdminRequest& request) { return check_login(state, request); });
  server.route("", "/-/ready", [&state](const AdminRequest&) {
    return state.ready->load() ? plain_text(200, "Alloy is ready.\n") : plain_text(503, "Alloy is not ready.\n");
  });
  server.route("", "/-/healthy", [&state](const AdminRequest&) { return healthy(state); });
  for (const std::string_view method : {"GET", "POST"})
    server.route(method, "/-/reload", [&state](const AdminRequest&) { return reload(state); });
  server.route("", "/-/support", [&state](const AdminRequest& request) { return support_bundle(state, request); });
  if (state.pprof) {
    server.route("", "/debug/pprof", [](const AdminRequest&) { return plain_error(404, "404 page not found"); });
    server.route_prefix("", "/debug/pprof/", [](const AdminRequest& request) {
      return pprof(std::string_view(request.path).substr(std::string_view("/debug/pprof/").size()));
    });
  }
  static constexpr std::string_view kComponent = "/api/v0/component/";
  server.route_prefix("", std::string(kComponent), [&state](const AdminRequest& request) {
    return with_root(state, [&](const Module& root) { return component_route(root, request.path, kComponent); });
  });
  server.route_prefix("", "/api/v1/ckit/transport", [&state](const AdminRequest&) {
    return plain_error(404, state.cluster.enabled ? "404 page not found" : "clustering is disabled");
  });
  server.route("", "/metrics", [&state](const AdminRequest& request) { return expose(state, request); });

  std::string api = ui_prefix;
  if (!api.ends_with('/')) api += '/';
  server.route("", api + "api/v0/ledger", [&state](const AdminRequest&) { return ledger(state); });
  api += "api/v0/web/";
  add_api(server, state, api);
}

}  // namespace invar
