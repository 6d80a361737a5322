#include "tests/harness/threaded_harness.h"

#include <chrono>
#include <thread>

#include "src/base/check.h"
#include "src/parser/parse.h"
#include "stdlib/functions/library.h"

namespace invar::harness {

ThreadedHarness::ThreadedHarness(std::string local_id, std::string storage, size_t lanes)
    : id_(std::move(local_id)),
      storage_(std::move(storage)),
      receiver_(std::make_shared<LogsReceiver>(id_ + ".receiver")),
      scope_(&stdlib_values()),
      lanes_(std::make_unique<Lanes>(lanes, SystemClock::instance())) {
  output_->configure(LogLevel::kError, LogFormat::kLogfmt);
  delivery_thread_.start();
  disk_thread_.start();
}

ThreadedHarness::~ThreadedHarness() {
  node.reset();
  // What the node posted last may post again on another thread.
  for (int round = 0; round < 3; ++round) {
    lanes_->barrier();
    call_on(delivery_thread_.loop(), [] {});
    call_on(disk_thread_.loop(), [] {});
    main_.turn();
  }
  lanes_.reset();
  disk_thread_.stop_and_join();
  delivery_thread_.stop_and_join();
}

void ThreadedHarness::load(std::string_view text) {
  Diagnostics diagnostics;
  file_ = parse_file(std::make_shared<Source>("config.alloy", std::string(text)), diagnostics);
  INVAR_CHECK(file_);
  const ast::Block& block = *file_->body.front().block();
  const ComponentSpec* spec = find_component(block.full_name());
  INVAR_CHECK(spec);
  const PlanPtr plan = spec->plan(block, scope_, diagnostics);
  INVAR_CHECK(plan);
  node = std::move(*spec->start(plan, *this));
  lanes_->transaction([&] { node->run(); });
}

bool ThreadedHarness::until(const std::function<bool()>& done) {
  for (int i = 0; i < 4000; ++i, std::this_thread::sleep_for(std::chrono::milliseconds(5))) {
    main_.turn();
    if (done()) return true;
  }
  return false;
}

}  // namespace invar::harness
