#pragma once

#include "src/text/ottl/function.h"

namespace invar::ottl::checks {

// What functions refuse when they are made: arguments that are known then and make no sense. Each is named after the function, or after what several share.

using Check = std::optional<FunctionError>(const CallArguments&);

Check append, coalesce, convert_case, decode, delete_matching_keys, keep_matching_keys, is_match, extract_patterns, extract_grok_patterns, flatten, format_time,
    is_in_cidr, limit, merge_maps, parse_csv, parse_key_value, to_key_value_string, replace_all_matches, replace_all_patterns, replace_match, replace_pattern, sort,
    time, truncate_all, trace_id, span_id, profile_id, optional_xpath, xpath;
Check parse_clf, set_semconv_span_name, aggregation, temporality, percentile, exponential_histogram, merge_histogram_buckets;

}  // namespace invar::ottl::checks
