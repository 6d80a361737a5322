#include "src/components/loki/source/syslog/message.h"

#include <doctest/doctest.h>

using namespace invar;
using namespace invar::loki_source_syslog;

namespace {

std::string failure(bool (*parse)(std::string_view, Message&, std::string&), std::string_view bytes) {
  Message message;
  std::string why;
  return parse(bytes, message, why) ? "" : why;
}
std::string failure_3164(std::string_view bytes, const Rfc3164Options& options = {}) {
  Message message;
  std::string why;
  return parse_rfc3164(bytes, options, message, why) ? "" : why;
}
Message parsed_3164(std::string_view bytes, const Rfc3164Options& options = {}) {
  Message message;
  std::string why;
  CHECK(parse_rfc3164(bytes, options, message, why));
  return message;
}

}  // namespace

TEST_CASE("all fields of a message of RFC 5424, and the way back") {
  constexpr std::string_view kBytes = R"(<165>1 2003-10-11T22:14:15.120+00:00 h.example app 12 ID47 [b@1 y="2" x="a\]b" x="c"][a] text  )";
  Message message;
  std::string why;
  REQUIRE(parse_rfc5424(kBytes, message, why));
  CHECK(severity_word(*message.priority) == "notice");
  CHECK(facility_word(*message.priority) == "local4");
  CHECK(message.version == 1);
  CHECK(message.time == Instant{1065910455, 120'000'000});
  CHECK(message.hostname == "h.example");
  CHECK(message.app_name == "app");
  CHECK(message.proc_id == "12");
  CHECK(message.msg_id == "ID47");
  REQUIRE(message.elements.size() == 2);
  REQUIRE(message.params.size() == 3);
  std::string value;
  append_unescaped(message.params[1], value);
  CHECK(value == "a]b");
  CHECK(message.text == "text  ");
  std::string text;
  append_rfc5424(message, text);
  CHECK(text == R"(<165>1 2003-10-11T22:14:15.12Z h.example app 12 ID47 [a][b@1 x="c" y="2"] text  )");
}

TEST_CASE("what is not RFC 5424 is refused in the library's words") {
  const auto why = [](std::string_view bytes) { return failure(&parse_rfc5424, bytes); };
  CHECK(why("<999>1 - - - - - -") == "expecting a priority value in the range 1-191 or equal to 0 [col 3]");
  CHECK(why("13>1") == "expecting a priority value within angle brackets [col 0]");
  CHECK(why("<13>0 - - - - - -") == "expecting a version value in the range 1-999 [col 4]");
  CHECK(why("<13>1 2024-02-30T00:00:00Z h a - - - x") == "parsing time \"2024-02-30T00:00:00Z\": day out of range [col 26]");
  CHECK(why("<13>1 - h a - - [a][a] x") == "duplicate structured data element id [col 21]");
  CHECK(why("<13>1 - h a - - [a b=\"\xc5\"]").starts_with("expecting a structured data parameter"));
  CHECK(why("<13>1 - - - - - - \xff\xfe") == "");
}

TEST_CASE("messages of RFC 3164, as odd as devices send them") {
  Message message = parsed_3164("<34>Oct 11 22:14:15 mymachine su[99]: 'su root' failed");
  CHECK(message.hostname == "mymachine");
  CHECK(message.app_name == "su");
  CHECK(message.proc_id == "99");
  CHECK(message.text == "'su root' failed");
  CHECK(message.time->seconds == -62142601545);  // 0000-10-11T22:14:15Z
  message = parsed_3164("<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!");
  CHECK(message.hostname == "10.0.0.99");
  CHECK(message.text == "Use the BFG!");
  // Without a hostname, and without a tag.
  CHECK(parsed_3164("<13>Feb  5 17:32:18 su: x").app_name == "su");
  CHECK(parsed_3164("<13>Feb  5 17:32:18 x").text == "x");
  // What the automaton stumbles over without a word has no text.
  CHECK(parsed_3164("<13>Feb  5 17:32:18").text == "");
  CHECK(parsed_3164("<13>Feb  5 17:32:18 h a: b\x01").text == "");
  CHECK(failure_3164("<13>Feb 30 17:32:18 h a: b") == "parsing time \"Feb 30 17:32:18\": day out of range [col 19]");
  CHECK(failure_3164("<13>1 2024-01-01T00:00:00Z h a - - - x") == "expecting a sequence number (from 1 to max 255 digits) [col 4]");
}

TEST_CASE("what Cisco IOS adds") {
  const Rfc3164Options all{.newlines = false, .message_counter = true, .sequence_number = true, .hostname_first = true, .second_fractions = true};
  const Message message = parsed_3164("<187>12: 002345: router1: *Apr 11 10:02:08.123: %SYS-5-CONFIG_I: Configured", all);
  CHECK(message.counter == 12u);
  CHECK(message.sequence == 2345u);
  CHECK(message.hostname == "router1");
  CHECK(message.time->nanos == 123'000'000);
  CHECK(message.app_name == "%SYS-5-CONFIG_I");
  CHECK(message.text == "Configured");
  CHECK(parsed_3164("<187>: Apr 11 10:02:08: x", all).counter == 0u);
  CHECK(failure_3164("<189>269614: hostname1: Apr 11 10:02:08: x", {.hostname_first = true}) == "expecting a Stamp timestamp [col 13]");
}

TEST_CASE("raw lines keep everything but a priority and the space around them") {
  Message message;
  parse_raw("<13>  a b ", message);
  CHECK(message.priority == 13);
  CHECK(message.text == "a b");
  parse_raw("<256>a", message);
  CHECK_FALSE(message.priority);
  CHECK(message.text == "<256>a");
  parse_raw("<250>a", message);
  CHECK(facility_word(*message.priority) == "");
  CHECK(severity_word(*message.priority) == "critical");
}
