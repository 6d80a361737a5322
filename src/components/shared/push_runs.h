#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "src/runtime/metrics.h"
#include "src/telemetry/ledger.h"
#include "src/telemetry/log_sink.h"

namespace invar {

/// The runs of a source that hands lines over and is done with them: what a destination gives back cannot be asked for again. One lane's.
class PushRuns final : public AckSource {
 public:
  /// `lost` counts rows that were given back. `account`: where they stand in the ledger. `settled` is called when a run is settled.
  PushRuns(Counter& lost, LedgerAccountPtr account, std::function<void()> settled)
      : lost_(lost), account_(std::move(account)), settled_(std::move(settled)) {}
  /// What is not settled yet lives on until it is.
  ~PushRuns() override;
  /// Hands on the rows of a batch, which are not none.
  Flow send(LogBatch& batch, Fanout& fanout, Upstream& upstream);
  bool empty() const { return runs_.empty(); }
  size_t unsettled() const { return runs_.size(); }
  void on_settled(AckRun& run) override;

 private:
  AckRun& new_run(size_t rows);
  Counter& lost_;
  LedgerAccountPtr account_;
  std::function<void()> settled_;
  std::deque<std::unique_ptr<AckRun>> runs_;
  std::vector<std::unique_ptr<AckRun>> spare_;
  uint64_t next_ = 0;
};

}  // namespace invar
