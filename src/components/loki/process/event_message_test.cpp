#include "src/components/loki/process/event_message.h"

#include <doctest/doctest.h>

namespace invar::loki_process {
namespace {

std::string pairs(void (*each)(std::string_view, const SeePair&), std::string_view message) {
  std::string out;
  each(message, [&](std::string_view key, std::string_view value) { out.append(key).append("=").append(value).append("|"); });
  return out;
}

}  // namespace

TEST_CASE("lines of an event message") {
  CHECK(pairs(each_message_line, "a: 1\r\nno colon\r\n:x\r\nb:c:d") == "a= 1|=x|b=c:d|");
  CHECK(pairs(each_message_line, "") == "");
}

TEST_CASE("sections of an event message") {
  CHECK(pairs(each_section_line, "") == "Description=|");
  CHECK(pairs(each_section_line, "D: x\r\n\r\nTitle:\r\nA:1\r\nmore\r\nB:2\r\n\r\nC:3\r\nLate:\r\nD:4") ==
        "Description=D: x|Title_A=1,more|Title_B=2|C=3|D=4|");
  CHECK(pairs(each_section_line, "D\r\n\r\nloose\r\nTitle:\r\nA:1\r\n\r\n") == "Description=D|A=1|");
}

TEST_CASE("names are mended as Prometheus had them") {
  const auto mended = [](std::string_view name) {
    std::string out;
    append_sanitized_name(name, out);
    return out;
  };
  CHECK(mended("") == "_");
  CHECK(mended("1a b\u017c\xff") == "_a_b__");
  CHECK(is_legacy_label_name("a_1"));
  CHECK_FALSE(is_legacy_label_name("1a"));
  CHECK_FALSE(is_legacy_label_name("\u017c"));
}

}  // namespace invar::loki_process
