#pragma once

#include <string>
#include <string_view>

#include "tests/conformance/suite.h"
#include "tests/harness/component_harness.h"

namespace invar {

/// An entry as vectors write it, for comparison: bytes that are no UTF-8 are shown quoted.
Json entry_json(const harness::Entry& entry);
/// The times of vectors: RFC 3339, or `now`, `now-1h` relative to `now_ns`.
int64_t recorded_time(const std::string& text, int64_t now_ns);
harness::Entry recorded_entry(const Json& entry, int64_t now_ns);
/// Diagnostics as vectors record them.
Json diagnostics_json(const Diagnostics& diagnostics);
std::string joined_messages(const Diagnostics& diagnostics);
/// With U+FFFD for each byte that is no UTF-8, as Go's JSON encoder wrote the vectors.
std::string mended(std::string_view text);
/// The difference between a refusal and the recorded `error`, and `diagnostics` where there are any; of their texts as `shown` makes them.
std::string compare_refusal(const Json& expect, const Diagnostics& diagnostics, std::string (*shown)(const std::string&) = nullptr);

/// `$PORT1` of a config.
std::string with_port(std::string text, int port);
/// The metric families that were recorded, of all that a component shows.
std::string recorded_families(const std::string& expected, const std::string& exposed);

}  // namespace invar
