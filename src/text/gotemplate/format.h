#pragma once

#include <span>
#include <string>
#include <string_view>

#include "src/text/gotemplate/value.h"

namespace invar::gotemplate {

class Run;

/// Appends what Go's fmt prints for %v.
void append_value(Run& run, std::string& out, const Value& value);
/// The same as a text of the execution.
std::string_view value_text(Run& run, const Value& value);
/// fmt.Sprint, fmt.Sprintln, fmt.Sprintf.
void append_print(Run& run, std::string& out, std::span<const Value> values);
void append_println(Run& run, std::string& out, std::span<const Value> values);
void append_printf(Run& run, std::string& out, std::string_view format, std::span<const Value> values);

/// fmt.Stringer of the types that have it (times, durations, versions); false for others.
bool append_string(std::string& out, const Value& value);
/// sprig's strval: texts as they are, otherwise %v.
std::string_view string_value(Run& run, const Value& value);

/// "U+0041", with `sharp` also 'A' when it can be printed.
void append_unicode(std::string& out, char32_t rune, bool sharp);
/// strconv.Quote with everything beyond ASCII escaped; of one rune, in single quotes.
void append_quoted_ascii(std::string& out, std::string_view text);
void append_quoted_rune(std::string& out, char32_t rune, bool ascii);
/// strconv.FormatFloat(number, verb, precision, 64): verb is one of b e E f g G x X; precision -1: as many digits as it needs.
std::string format_number(double number, char verb, int precision);

/// Go's Time.String().
void append_time(std::string& out, const Time& time);
/// Go's Time.GoString(): time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC).
void append_go_time(Run& run, std::string& out, const Time& time);
int32_t offset_of(const Time& time);
std::string zone_name_of(const Time& time);

}  // namespace invar::gotemplate
