#include "src/lint/fix.h"

#include <doctest/doctest.h>

namespace invar::lint {
namespace {

Finding with_fix(const Source& source, std::vector<Edit> edits, bool safe = true) {
  for (Edit& edit : edits) edit.span.source = &source;
  return {"INV110", FindingSeverity::kError, {&source, 0, 0}, "m", "", Fix{"t", safe, std::move(edits)}};
}

TEST_CASE("fixes that touch are made one after the other") {
  const Source source("t", "abcdef");
  const auto fixed = [&](std::vector<Finding> findings, bool unsafe = false) { return apply_fixes(source, findings, unsafe).text; };
  CHECK(fixed({}) == "abcdef");
  CHECK(fixed({with_fix(source, {{{nullptr, 4, 5}, "E"}}), with_fix(source, {{{nullptr, 1, 2}, ""}})}) == "acdEf");
  CHECK(fixed({with_fix(source, {{{nullptr, 1, 3}, "-"}}), with_fix(source, {{{nullptr, 2, 4}, "+"}})}) == "a-def");
  CHECK(fixed({with_fix(source, {{{nullptr, 1, 1}, "-"}}), with_fix(source, {{{nullptr, 1, 1}, "+"}})}) == "a-bcdef");
  CHECK(fixed({with_fix(source, {{{nullptr, 0, 6}, ""}})}).empty());
}

TEST_CASE("a fix is made as a whole or not at all") {
  const Source source("t", "abcdef"), other("u", "");
  Finding torn = with_fix(source, {{{nullptr, 0, 1}, "A"}, {{nullptr, 5, 6}, "F"}});
  CHECK(apply_fixes(source, {with_fix(source, {{{nullptr, 5, 6}, "x"}}), torn}, false).text == "abcdex");
  torn.fix->edits[1].span.source = &other;
  CHECK(apply_fixes(source, {torn}, false).applied == 0);
  CHECK(apply_fixes(source, {with_fix(source, {{{nullptr, 0, 1}, "A"}, {{nullptr, 0, 2}, "B"}})}, false).applied == 0);
  CHECK(apply_fixes(source, {with_fix(source, {{{nullptr, 5, 9}, "A"}})}, false).applied == 0);
}

TEST_CASE("unsafe fixes are made when asked for") {
  const Source source("t", "abc");
  const std::vector<Finding> findings{with_fix(source, {{{nullptr, 0, 1}, "A"}}, false)};
  CHECK(apply_fixes(source, findings, false).text == "abc");
  CHECK(apply_fixes(source, findings, true).text == "Abc");
  CHECK(apply_fixes(source, findings, true).applied == 1);
}

}  // namespace
}  // namespace invar::lint
