#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "src/base/result.h"

namespace invar {

/// Go's strconv.ParseInt / ParseUint. `base` 0 takes the base from the prefix (0x, 0o, 0b, 0) and then allows underscores. `function`
/// is the name in error texts: `strconv.ParseInt: parsing "x": invalid syntax`, `... value out of range`.
Result<int64_t> parse_int(std::string_view text, int base = 10, int bits = 64, std::string_view function = "ParseInt");
Result<uint64_t> parse_uint(std::string_view text, int base = 10, int bits = 64, std::string_view function = "ParseUint");
/// Go's strconv.Atoi.
Result<int64_t> parse_atoi(std::string_view text);

/// Go's strconv.ParseFloat(text, 64): decimal and hexadecimal, inf, infinity, nan in any case; no surrounding blanks.
Result<double> parse_float(std::string_view text);

/// Go's strconv.ParseBool: 1 t T TRUE true True 0 f F FALSE false False.
Result<bool> parse_bool(std::string_view text);

/// The same rules without an error text, for the data path: never allocate (parse_float only for hexadecimal or very long digits).
std::optional<int64_t> to_int(std::string_view text);
std::optional<double> to_float(std::string_view text);

/// Go's math.Pow as on amd64, bit for bit: C's differs in the last place.
double go_pow(double x, double y);

}  // namespace invar
