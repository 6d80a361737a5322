#include "src/text/number.h"

#include <doctest/doctest.h>

#include <cmath>

#include "src/text/byte_size.h"
#include "src/text/duration.h"

namespace invar {
namespace {

std::string error_of(const auto& result) { return result.ok() ? "" : result.error().what; }

TEST_CASE("durations read and print as in Go") {
  struct Row {
    std::string_view text;
    int64_t ns;
    std::string_view printed;
  };
  for (const Row& row : {Row{"0", 0, "0s"}, Row{"1h15m30.918273645s", 4530918273645, "1h15m30.918273645s"}, Row{"-5ms", -5000000, "-5ms"},
                         Row{"1.5us", 1500, "1.5\u00b5s"}, Row{"100ns", 100, "100ns"}, Row{"1.000000000000000001h", 3600000000000, "1h0m0s"},
                         Row{".5m", 30000000000, "30s"}, Row{"-9223372036854775808ns", INT64_MIN, "-2562047h47m16.854775808s"}}) {
    INFO(row.text);
    const auto got = parse_duration(row.text);
    REQUIRE(got.ok());
    CHECK(*got == row.ns);
    CHECK(format_duration(*got) == row.printed);
  }
}

TEST_CASE("durations refuse with Go's texts") {
  struct Row {
    std::string_view text, error;
  };
  for (const Row& row : {Row{"", "time: invalid duration \"\""}, Row{"3", "time: missing unit in duration \"3\""},
                         Row{"1x", "time: unknown unit \"x\" in duration \"1x\""}, Row{".s", "time: invalid duration \".s\""},
                         Row{"9223372036854775808ns", "time: invalid duration \"9223372036854775808ns\""},
                         Row{"1\xc3\xa4", "time: unknown unit \"\\xc3\\xa4\" in duration \"1\\xc3\\xa4\""}}) {
    CHECK(error_of(parse_duration(row.text)) == row.error);
  }
}

TEST_CASE("byte sizes") {
  struct Row {
    std::string_view text;
    int64_t bytes;
    std::string_view error;
  };
  for (const Row& row : {Row{"1MiB", 1 << 20, ""}, Row{"1MB", 1 << 20, ""}, Row{"1.5KiB", 1536, ""}, Row{"0", 0, ""}, Row{"100B", 100, ""},
                         Row{"1GiB512MiB", 1536ll << 20, ""}, Row{"100", 0, "units: unknown unit  in 100"},
                         Row{"1kB", 0, "units: unknown unit kB in 1kB"}, Row{"x", 0, "units: invalid x"}, Row{"", 0, "units: invalid "}}) {
    INFO(row.text);
    const auto got = parse_byte_size(row.text);
    CHECK(error_of(got) == row.error);
    if (got.ok()) CHECK(*got == row.bytes);
  }
  CHECK(format_byte_size(0) == "0B");
  CHECK(format_byte_size(1536) == "1KiB512B");
  CHECK(format_byte_size(1 << 20) == "1MiB");
}

TEST_CASE("integers as strconv reads them") {
  CHECK(*parse_int("-9223372036854775808") == INT64_MIN);
  CHECK(*parse_int("0x_1F", 0) == 31);
  CHECK(*parse_int("+7") == 7);
  CHECK(*parse_uint("18446744073709551615") == UINT64_MAX);
  CHECK(error_of(parse_int("1_0")) == "strconv.ParseInt: parsing \"1_0\": invalid syntax");
  CHECK(error_of(parse_int("0_", 0)) == "strconv.ParseInt: parsing \"0_\": invalid syntax");
  CHECK(error_of(parse_int("300", 10, 8)) == "strconv.ParseInt: parsing \"300\": value out of range");
  CHECK(error_of(parse_atoi("")) == "strconv.Atoi: parsing \"\": invalid syntax");
  CHECK_FALSE(to_int("12a"));
}

TEST_CASE("floats as strconv reads them") {
  CHECK(*parse_float("1e3") == 1000);
  CHECK(*parse_float("1_000.5_0e1_0") == 1000.5e10);
  for (const std::string_view bad : {"_1", "1_", "1__0", "1_.5", "1._5", "1e_5", "1_e5", "0_x1p1", "inf_"}) CHECK_FALSE(to_float(bad));
  CHECK(*parse_float(".5") == 0.5);
  CHECK(*parse_float("5.") == 5);
  CHECK(*parse_float("0x1.8p1") == 3);
  CHECK(*parse_float("0x_1p0") == 1);
  CHECK(std::isinf(*parse_float("-Infinity")));
  CHECK(std::isnan(*parse_float("NaN")));
  CHECK(*parse_float("1e-400") == 0);
  CHECK(error_of(parse_float("1e400")) == "strconv.ParseFloat: parsing \"1e400\": value out of range");
  for (const std::string_view bad : {"", "+nan", " 1", "0x1", "1e", "1e+", ".", "1.2.3", "0x", "inf2"})
    CHECK_FALSE(to_float(bad).has_value());
  CHECK(error_of(parse_bool("yes")) == "strconv.ParseBool: parsing \"yes\": invalid syntax");
}

}  // namespace
}  // namespace invar
