#pragma once

#include <string>

#include "src/io/loop.h"
#include "src/runtime/lane.h"
#include "src/runtime/metrics.h"
#include "src/telemetry/ledger.h"

namespace invar {

/// What became of all lines, by source and destination: /api/v0/ledger. Each lane and the delivery loop are asked between two of their turns, so that every account
/// balances; blocks for that, at most `timeout_ms` for each. From a thread that is none of theirs.
std::string ledger_json(Lanes& lanes, Loop& delivery, const Ledger& ledger, int timeout_ms);

/// invar_ledger_lines of sources and destinations, for as long as the ledger lives.
void add_ledger_metrics(MetricScope& scope, const Ledger& ledger);

}  // namespace invar
