#include "src/lint/suppression.h"

#include <doctest/doctest.h>

#include "src/lint/fix.h"
#include "src/lint/linter.h"

namespace invar::lint {
namespace {

struct Linted {
  ConfigText text;
  std::vector<Finding> findings;
  explicit Linted(std::string config) {
    text.files = {std::make_shared<const Source>("t", std::move(config))};
    findings = lint(text, {});
  }
  std::string codes() const {
    std::string all;
    for (const Finding& finding : findings) all += std::string(all.empty() ? "" : " ") + std::string(finding.code);
    return all;
  }
};

const std::string kTwice = "loki.echo \"e\" { }\nloki.source.file \"f\" {\n  targets = []\n  @forward_to = [loki.echo.e.receiver, loki.echo.e.receiver]@\n}\n";

std::string with(std::string_view before, std::string_view behind = "") {
  std::string text = kTwice;
  text.replace(text.rfind('@'), 1, behind);
  return text.replace(text.find('@'), 1, before);
}

TEST_CASE("comments that ignore") {
  CHECK(Linted(with("")).codes() == "INV146");
  CHECK(Linted(with("// invar:ignore INV146 they are few\n  ")).codes().empty());
  CHECK(Linted(with("/* invar:ignore INV146 they are few */ ")).codes().empty());
  CHECK(Linted(with("// about it\n  // invar:ignore INV146 they are few\n  // more\n\n  ")).codes().empty());
  CHECK(Linted(with("", " // invar:ignore INV146: they are few")).codes().empty());
  CHECK(Linted(with("// invar:ignore INV146, INV110 they are few\n  ")).codes() == "INV002");
  CHECK(Linted(with("// invar:ignore INV146\n  ")).codes() == "INV004");
  CHECK(Linted(with("// invar:ignore INV140 wrong code\n  ")).codes() == "INV002 INV146");
  CHECK(Linted(with("// invar:ignore INV999 no such code\n  ")).codes() == "INV003 INV146");
  CHECK(Linted(with("// invar:ignore\n  ")).codes() == "INV003 INV146");
  CHECK(Linted(with("// invar:ignored INV146 something else\n  ")).codes() == "INV146");
}

TEST_CASE("a comment covers the whole block behind it, and the block whose first line it ends") {
  const std::string text = Linted(with("")).text.files.front()->text().data();
  CHECK(Linted("// invar:ignore INV146 they are few\n" + text).codes() == "INV002 INV146");
  std::string before = text, behind = text;
  before.insert(before.find("loki.source"), "// invar:ignore INV146 they are few\n");
  CHECK(Linted(before).codes().empty());
  behind.insert(behind.find("\n  targets"), " // invar:ignore INV146 they are few");
  CHECK(Linted(behind).codes().empty());
}

TEST_CASE("a comment with no statement behind it covers nothing") { CHECK(Linted(with("") + "// invar:ignore INV146 they are few\n").codes() == "INV146 INV002"); }

TEST_CASE("with carriage returns") {
  std::string text = with("// invar:ignore INV146 they are few\n  ");
  for (size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) text.replace(at, 1, "\r\n");
  CHECK(Linted(text).codes().empty());
}

TEST_CASE("codes whose rules need a flag may be ignored without it") {
  CHECK(Linted("// invar:ignore INV111,INV118 we start it so\nlogging { }\n").codes().empty());
}

std::string mended(const std::string& text) {
  const Linted linted(text);
  return apply_fixes(*linted.text.files.front(), linted.findings, false).text;
}

TEST_CASE("comments for nothing are taken out with their lines") {
  CHECK(mended("a// invar:ignore INV146 why\n") == "a// invar:ignore INV146 why\n");
  CHECK(mended("// invar:ignore INV146 why\r\nloki.echo \"e\" { }\n") == "loki.echo \"e\" { }\n");
  CHECK(mended("loki.echo \"e\" { } // invar:ignore INV146 why\n") == "loki.echo \"e\" { }\n");
  CHECK(mended("/* invar:ignore INV146 why */ loki.echo \"e\" { }\n") == " loki.echo \"e\" { }\n");
  CHECK(mended(with("// invar:ignore INV146, INV110 why\n  ")) == with("// invar:ignore INV146 why\n  "));
  CHECK(mended(with("// invar:ignore INV110, INV146 why\n  ")) == with("// invar:ignore INV146 why\n  "));
}

}  // namespace
}  // namespace invar::lint
