#include "src/runtime/admin_routes.h"

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
  return login.filter.paths.empty() || listed == login.filter.authenticate_matching_paths;
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
  state.log->info("failed to authenticate request", {{"path", request.path}, {"err", "unauthorized"}});
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

AdminResponse expose(const AdminState& state) {
  AdminResponse response;
  response.headers.push_back({"Content-Type", "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"});
  response.body = state.metrics->expose(MetricRegistry::Names::kUnderscores);
  response.chunked = true;
  response.gzip = true;
  return response;
}

/// Answers of /api: text/plain although they are JSON, as Alloy's.
AdminResponse json_answer(std::string body) {
  AdminResponse response = plain_text(200, std::move(body));
  response.headers.insert(response.headers.begin(), {"Vary", "Accept-Encoding"});
  response.gzip = true;
  return response;
}

/// Runs `make` on main with the running root module.
AdminResponse with_root(const AdminState& state, const std::function<AdminResponse(const Module&)>& make) {
  AdminResponse response = plain_error(503, "not ready");
  call_on(*state.main_loop, [&] {
    if (const Module* root = state.root()) response = make(*root);
  }, kMainTimeoutMs);
  return response;
}

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
  if (!module) return plain_error(500, "module not found");
  return json_answer(components_json(*module));
}

AdminResponse detail_of(const Module& root, const std::string& global_id) {
  const size_t slash = global_id.rfind('/');
  const bool inner = slash != std::string::npos;
  const Module* module = root.find(inner ? std::string_view(global_id).substr(0, slash) : "");
  const auto detail = module ? component_json(*module, inner ? global_id.substr(slash + 1) : global_id) : std::nullopt;
  AdminResponse missing;
  missing.status = 404;
  return detail ? json_answer(*detail) : missing;
}

}  // namespace

void add_admin_routes(AdminServer& server, AdminState& state, const std::string& ui_prefix) {
  server.set_filter([&state](const AdminRequest& request) { return check_login(state, request); });
  server.route("", "/-/ready", [&state](const AdminRequest&) {
    return state.ready->load() ? plain_text(200, "Alloy is ready.\n") : plain_text(503, "Alloy is not ready.\n");
  });
  server.route("", "/-/healthy", [&state](const AdminRequest&) { return healthy(state); });
  for (const std::string_view method : {"GET", "POST"})
    server.route(method, "/-/reload", [&state](const AdminRequest&) { return reload(state); });
  server.route("", "/metrics", [&state](const AdminRequest&) { return expose(state); });

  std::string api = ui_prefix;
  if (!api.ends_with('/')) api += '/';
  api += "api/v0/web/";
  server.route("", api + "components", [&state](const AdminRequest&) {
    return with_root(state, [](const Module& root) { return list_of(root, ""); });
  });
  server.route_prefix("", api + "components/", [&state, prefix = api + "components/"](const AdminRequest& request) {
    const std::string id = request.path.substr(prefix.size());
    if (id.empty()) return plain_error(404, "404 page not found");
    return with_root(state, [&](const Module& root) { return detail_of(root, id); });
  });
  server.route("", api + "remotecfg/components", [&state](const AdminRequest&) {
    return with_remote(state, [](const Module& root) { return list_of(root, root.id()); });
  });
  server.route_prefix("", api + "remotecfg/components/", [&state, prefix = api + "remotecfg/components/"](const AdminRequest& request) {
    const std::string id = request.path.substr(prefix.size());
    return with_remote(state, [&](const Module& root) { return detail_of(root, id); });
  });
  server.route_prefix("", api + "modules/", [&state, prefix = api + "modules/"](const AdminRequest& request) {
    static constexpr std::string_view kEnd = "/components";
    if (!request.path.ends_with(kEnd) || request.path.size() <= prefix.size() + kEnd.size()) return plain_error(404, "404 page not found");
    const std::string id = request.path.substr(prefix.size(), request.path.size() - prefix.size() - kEnd.size());
    return with_root(state, [&](const Module& root) { return list_of(root, id); });
  });
}

}  // namespace invar
