#include "src/components/discovery/shared/refresh_loop.h"

#include <algorithm>
#include <string>

namespace invar::discovery {
namespace {

constexpr double kBounds[] = {0.01, 0.1, 1, 10};

MetricLabels labels_of(std::string_view mechanism) { return {{"config", ""}, {"mechanism", std::string(mechanism)}}; }

}  // namespace

RefreshLoop::RefreshLoop(NodeContext& context, std::string_view mechanism, std::function<void()> ask)
    : context_(context),
      ask_(std::move(ask)),
      failures_(context.metrics().counter("prometheus_sd_refresh_failures_total", "Number of refresh failures for the given SD mechanism.", labels_of(mechanism))),
      seconds_(DurationSummary::collect(context.metrics(), context.clock(), "prometheus_sd_refresh_duration_seconds",
                                        "The duration of a refresh in seconds for the given SD mechanism.", labels_of(mechanism))),
      seconds_histogram_(context.metrics().histogram("prometheus_sd_refresh_duration_histogram_seconds", "The duration of a refresh for the given SD mechanism.", kBounds,
                                                     {{"mechanism", std::string(mechanism)}})),
      timer_(context.main_loop(), [this] { this->ask(); }) {}

void RefreshLoop::begin(int64_t interval_ns) {
  interval_ms_ = interval_ns > 0 ? static_cast<uint64_t>(std::max<int64_t>(interval_ns / 1'000'000, 1)) : 0;
  if (interval_ms_ > 0) timer_.start(interval_ms_, interval_ms_);
  else timer_.stop();
  asking_ = false;
  ask();
}

void RefreshLoop::ask() {
  if (asking_) return;
  asking_ = true;
  began_ns_ = context_.clock().steady_ns();
  ask_();
}

void RefreshLoop::failed(std::string_view why) {
  ended();
  failures_.add();
  context_.log().error("Unable to refresh target groups", {{"err", std::string(why)}});
}

void RefreshLoop::ended() {
  asking_ = false;
  const int64_t now_ns = context_.clock().steady_ns(), took_ns = now_ns - began_ns_;
  seconds_->add({&took_ns, 1}, now_ns);
  seconds_histogram_.observe(static_cast<double>(took_ns) / 1e9);
}

}  // namespace invar::discovery
