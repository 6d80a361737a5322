#pragma once

#include "src/language/record.h"

namespace invar {

/// Alloy's Validate() does more than to refuse: of some types it fills in what their author left open, and its API shows the result. Built components do so in
/// Args::validate; this is for records. Whether there is anything to do for a schema:
bool completes(const Schema& schema);
void complete(Record& record);

}  // namespace invar
