#pragma once

#include <cstdint>
#include <string_view>

#include "src/text/gotemplate/value.h"

namespace invar::gotemplate {

/// spf13/cast's ToInt64 and ToFloat64: 0 for what is no number.
int64_t to_int64(const Value& value);
double to_float64(const Value& value);
/// strconv.ParseInt(text, 10, 64) with its error ignored: the nearest number when it is too large, 0 for what is none.
int64_t parse_nearest(std::string_view text);
/// A float64 to int64 as Go on amd64 does it: the smallest number for what does not fit.
int64_t truncate_float(double number);

}  // namespace invar::gotemplate
