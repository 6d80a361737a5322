#include <csignal>
#include <cstdio>
#include <optional>

#include "tools/loki_sink/options.h"

namespace invar::loki_sink {
namespace {

Server* running_server = nullptr;

int fail(const std::string& why) {
  fprintf(stderr, "loki_sink: %s\n", why.c_str());
  return 1;
}

int serve(const Options& options) {
  auto fault = read_fault(options.mode);
  const auto fault_for = read_duration(options.mode_for), delay = read_duration(options.delay);
  for (const std::string& why : {fault ? "" : fault.error().what, fault_for ? "" : fault_for.error().what, delay ? "" : delay.error().what})
    if (!why.empty()) return fail(why);

  std::optional<TlsIdentity> identity;
  if (!options.tls_certificate.empty()) {
    auto loaded = TlsIdentity::load(options.tls_certificate, options.tls_key);
    if (!loaded) return fail(loaded.error().what);
    identity.emplace(std::move(*loaded));
  }
  Sink sink(options.sink);
  Server server(sink);
  sink.attach(server);
  const auto listen = server.listen(options.listen, false, identity ? &*identity : nullptr);
  if (!listen) return fail(listen.error().what);
  const auto control = server.listen(options.control, true, nullptr);
  if (!control) return fail(control.error().what);
  sink.set_delay(static_cast<int>(*delay));
  sink.set_fault(std::move(*fault), *fault_for);

  running_server = &server;
  for (const int number : {SIGINT, SIGTERM}) signal(number, [](int) { running_server->stop(); });
  printf("{\"listen\":\"%s\",\"control\":\"%s\"}\n", listen->c_str(), control->c_str());
  fflush(stdout);
  server.run();
  if (options.prints_table) fputs(sink.table().c_str(), stdout);
  return 0;
}

}  // namespace
}  // namespace invar::loki_sink

int main(int count, char** words) {
  using namespace invar::loki_sink;
  const auto options = read_options(count, words);
  if (!options) {
    fprintf(stderr, "loki_sink: %s\n%s", options.error().what.c_str(), std::string(kUsage).c_str());
    return 2;
  }
  if (options->shows_help) return fputs(std::string(kUsage).c_str(), stdout), 0;
  return serve(*options);
}
