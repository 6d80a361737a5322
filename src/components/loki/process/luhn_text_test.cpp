#include "src/components/loki/process/luhn_text.h"

#include <doctest/doctest.h>

namespace invar::loki_process {

TEST_CASE("numbers that pass the Luhn check") {
  struct Row {
    std::string_view because, text, delimiters, skip, result;
  };
  for (const Row& row : {
           Row{"a card", "card 4111111111111111.", "", "", "card *."},
           Row{"bad check digit", "4111111111111112", "", "", "4111111111111112"},
           Row{"too short", "422222222222", "", "", "422222222222"},
           Row{"too long for an integer", "41111111111111114111", "", "", "41111111111111114111"},
           Row{"delimiters are not asked for", "4111-1111-1111-1111", "", "", "4111-1111-1111-1111"},
           Row{"delimiters, the last one stays", "a 4111-1111 1111--1111 -b", "- ", "", "a *-b"},
           Row{"other digits are part of it", "4111111111111111\u0663", "", "", "4111111111111111\u0663"},
           Row{"inside of a match", "id=4111111111111111 4111111111111111", "", "id=\\d+", "id=4111111111111111 *"},
           Row{"reaching out of a match", "id=4111111111111111", "", "id=\\d", "id=*"},
           Row{"broken bytes are mended", "\xff", "", "", "\uFFFD"},
       }) {
    INFO(row.because);
    LuhnRules rules{.replacement = "*", .delimiters = std::string(row.delimiters)};
    if (!row.skip.empty()) rules.skip = *Regex::compile(row.skip);
    std::string out;
    if (!replace_luhn_numbers(row.text, rules, out)) out = row.text;
    CHECK(out == row.result);
  }
}

}  // namespace invar::loki_process
