#pragma once

#include "src/text/gotemplate/run.h"

namespace invar::gotemplate {

// Arithmetic of time.Time and time.Duration, as Go has it.

__extension__ using Wide = __int128;  // nanoseconds between any two moments

Value time_value(Run& run, Time time);
/// time.Time{}: the first of January of the year 1, in UTC.
Time zero_time();
Time time_of_seconds(Run& run, int64_t seconds);
Time current_time(Run& run);
/// Time.Add and Time.Sub; the difference saturates.
Time add_duration(Time time, int64_t ns);
int64_t duration_between(const Instant& later, const Instant& earlier);
/// Duration.Round and Duration.Truncate.
int64_t round_duration(int64_t ns, int64_t unit);
int64_t truncate_duration(int64_t ns, int64_t unit);

}  // namespace invar::gotemplate
