#include "src/text/time_layout.h"

#include <doctest/doctest.h>

namespace invar {
namespace {

std::string text_of(const Instant& instant) {
  std::string out;
  TimeLayout("2006-01-02T15:04:05.999999999Z07:00").format(out, instant, TimeZone());
  return out;
}

std::string parsed(std::string_view layout, std::string_view text, std::string_view zone = "") {
  const auto result = TimeLayout(layout).parse_or_explain(text, *TimeZone::load(zone));
  return result.ok() ? text_of(*result) : result.error().what;
}

TEST_CASE("layouts") {
  struct Row {
    std::string_view layout, text, result;
  };
  for (const Row& row :
       {Row{"2006-01-02 15:04:05", "2026-11-22 1:02:03.456", "2026-11-22T01:02:03.456Z"},
        Row{"02/Jan/2006:15:04:05 -0700", "25/jan/2000:14:00:01 -0500", "2000-01-25T19:00:01Z"},
        Row{"3:04:05pm 2006-01-02", "12:00:00am 2026-01-02", "2026-01-02T00:00:00Z"},
        Row{"2006-002 15:04", "2024-366 01:02", "2024-12-31T01:02:00Z"},
        Row{"2006-01-02 15:04:05,000", "2026-11-22 01:02:03.456", "2026-11-22T01:02:03.456Z"},
        Row{"2006-01-02T15:04:05Z07:00", "2024-02-29T00:00:00,5+24:00", "2024-02-28T00:00:00.5Z"},
        Row{"2006-01-02", "2026-13-01", "parsing time \"2026-13-01\": month out of range"},
        Row{"2006-01-02", "2026-02-30", "parsing time \"2026-02-30\": day out of range"},
        Row{"2006-01-02", "x", "parsing time \"x\" as \"2006-01-02\": cannot parse \"x\" as \"2006\""},
        Row{"2006-01-02", "2026/01/02", "parsing time \"2026/01/02\" as \"2006-01-02\": cannot parse \"/01/02\" as \"-\""},
        Row{"2006", "2026x", "parsing time \"2026x\": extra text: \"x\""}}) {
    INFO(row.text);
    CHECK(parsed(row.layout, row.text) == row.result);
  }
}

TEST_CASE("zones") {
  CHECK(parsed("2006-01-02 15:04:05", "2024-03-10 02:30:00", "America/New_York") == "2024-03-10T06:30:00Z");
  CHECK(parsed("2006-01-02 15:04:05", "2024-11-03 01:30:00", "America/New_York") == "2024-11-03T05:30:00Z");
  CHECK(parsed("2006-01-02 15:04:05", "2024-07-15 12:00:00", "Australia/Lord_Howe") == "2024-07-15T01:30:00Z");
  CHECK(parsed("2006-01-02 15:04:05 MST", "2024-01-15 12:00:00 CET", "Europe/Warsaw") == "2024-01-15T11:00:00Z");
  CHECK(parsed("2006-01-02 15:04:05", "2300-07-01 12:00:00", "Europe/Warsaw") == "2300-07-01T10:00:00Z");
  CHECK(TimeZone::load("Nope/Zone").error().what == "unknown time zone Nope/Zone");
  CHECK(TimeZone::load("../etc/passwd").error().what == "time: invalid location name");
  CHECK(TimeZone::load("/etc/localtime").error().what == "time: invalid location name");
}

TEST_CASE("RFC 3339, its fast form and the rest") {
  struct Row {
    std::string_view text, result;
  };
  for (const Row& row :
       {Row{"2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"}, Row{"2024-01-02T03:04:05.123456789123Z", "2024-01-02T03:04:05.123456789Z"},
        Row{"2024-01-02T03:04:05.5+05:30", "2024-01-01T21:34:05.5Z"}, Row{"2024-01-02T03:04:05,5Z", "2024-01-02T03:04:05.5Z"},
        Row{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"}, Row{"2023-02-29T00:00:00Z", ""}, Row{"2024-01-02T03:04:05.Z", ""},
        Row{"2024-01-02t03:04:05z", ""}, Row{"2024-01-02T24:04:05Z", ""}, Row{"2024-01-0xT03:04:05Z", ""}, Row{"", ""}}) {
    INFO(row.text);
    Instant instant;
    const bool fine = parse_rfc3339(row.text, instant);
    CHECK((fine ? text_of(instant) : "") == row.result);
  }
  std::string out;
  append_rfc3339_nano(out, 1'700'000'000'120'000'000);
  append_rfc3339_nano(out, -1);
  append_rfc3339_nano(out, 0);
  CHECK(out == "2023-11-14T22:13:20.12Z1969-12-31T23:59:59.999999999Z1970-01-01T00:00:00Z");
}

TEST_CASE("formats of stage.timestamp") {
  constexpr int64_t kNow = 1'795'347'600'000'000'000;  // 22 November 2026
  struct Row {
    std::string_view format, text, result;
  };
  for (const Row& row :
       {Row{"Unix", "1531171074.631", "2018-07-09T21:17:54.631Z"}, Row{"UnixMs", "-1", "1969-12-31T23:59:59.999Z"},
        Row{"UnixMs", "9223372036854775807", "1969-12-31T23:59:59.999Z"}, Row{"UnixNs", "9223372036854775808", "refused"},
        Row{"RFC1123", "Mon, 02 Jan 2006 15:04:05 MST", "2006-01-02T15:04:05Z"}, Row{"15:04:05", "01:02:03", "2026-01-01T01:02:03Z"},
        Row{"Jan 2 15:04", "Feb 29 01:02", "2026-03-01T01:02:00Z"}, Row{"Unix", "1.2.3", "refused"}}) {
    INFO(row.text);
    Instant instant;
    const bool fine = TimestampParser(row.format, TimeZone()).parse(row.text, kNow, instant);
    CHECK((fine ? text_of(instant) : "refused") == row.result);
  }
  Instant instant;
  REQUIRE(TimestampParser("Jan 2", std::nullopt).parse("Jan 1", 1'798'675'200'000'000'000, instant));  // 31 December 2026
  CHECK(text_of(instant) == "2027-01-01T00:00:00Z");
}

}  // namespace
}  // namespace invar
