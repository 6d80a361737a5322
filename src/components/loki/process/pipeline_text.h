#pragma once

#include <string>

#include "src/components/loki/process/pipeline.h"

namespace invar::loki_process {

/// The pipeline that a text of `stage.*` blocks describes; for tests, benches and fuzzers. Errors are the first diagnostic's words.
Result<PipelinePlanPtr> pipeline_of(const std::string& text);

}  // namespace invar::loki_process
