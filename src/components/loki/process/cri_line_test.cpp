#include "src/components/loki/process/cri_line.h"

#include <doctest/doctest.h>

#include <string>

namespace invar::loki_process {

TEST_CASE("CRI lines are taken apart as leniently as Alloy does it") {
  struct Row {
    std::string_view line;
    bool ok;
    std::string_view time = {}, content = {};
    bool partial = false, is_stderr = false;
  };
  for (const Row& row : {
           Row{"2026-01-01T00:00:00.123456789Z stdout F hello world", true, "2026-01-01T00:00:00.123456789Z", "hello world"},
           Row{"2026-01-01T00:00:00.123456789+01:00 stderr P part ", true, "2026-01-01T00:00:00.123456789+01:00", "part ", true, true},
           Row{"t stdout F ", true, "t", ""},
           Row{"t stdout F", true, "t", ""},
           Row{"t stdout ", true, "t", ""},
           Row{"t stdout x", true, "t", "x"},
           Row{"t stdout Fx", true, "t", "x"},
           Row{"t stdout F  two blanks", true, "t", " two blanks"},
           Row{" stdout F no time", true, "", "no time"},
           Row{"\xc5\xbc\xc3\xb3\xc5\x82w stdout F runes", true, "\xc5\xbc\xc3\xb3\xc5\x82w", "runes"},
           Row{"\xff\xfe stdout F bytes", true, "\xff\xfe", "bytes"},
           Row{"\x01 stdout F control", true, "\x01", "control"},
           Row{"t stdout", false},
           Row{"t stdoutF x", false},
           Row{"t\tstdout F x", false},
           Row{"t  stdout F x", false},
           Row{"t\xc2\xa0stdout F x", false},
           Row{"t\xe2\x80\x83stdout F x", false},
           Row{"t stdin F x", false},
           Row{"plain", false},
           Row{"", false},
       }) {
    const std::string line(row.line);
    INFO(line);
    CriLine cri;
    CHECK(parse_cri(row.line, cri) == row.ok);
    if (!row.ok) continue;
    CHECK(cri.time == row.time);
    CHECK(cri.content == row.content);
    CHECK(cri.partial == row.partial);
    CHECK(cri.is_stderr == row.is_stderr);
  }
}

}  // namespace invar::loki_process
