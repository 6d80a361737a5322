#include "src/text/line_pattern.h"

#include <doctest/doctest.h>

#include "src/text/json_array.h"

namespace invar {
namespace {

/// `name=value|` for each capture, or the error.
std::string matched(std::string_view pattern, std::string_view text) {
  const auto compiled = LinePattern::compile(pattern);
  if (!compiled) return compiled.error().what;
  std::vector<std::string_view> captures(compiled->names().size());
  std::string out;
  for (size_t i = 0, count = compiled->match(text, captures); i < count; ++i)
    out.append(compiled->names()[i]).append("=").append(captures[i]).append("|");
  return out;
}

std::string split(std::string_view text) {
  std::vector<std::string_view> elements;
  if (!json::split_array(text, elements)) return "no array";
  std::string out;
  for (const std::string_view element : elements) out.append(element).append("|");
  return out;
}

}  // namespace

TEST_CASE("captures of a line pattern") {
  struct Row {
    std::string_view pattern, text, captures;
  };
  for (const Row& row : {
           Row{"<a> <b>", "x y z", "a=x|b=y z|"},
           Row{"<a> <b>", "x", "a=x|"},
           Row{"<_> <b>", "x y", "b=y|"},
           Row{"<_> <b>", "x", ""},
           Row{"x=<a>;", "x=1;y", "a=1|"},
           Row{"x=<a>;", " x=1;", ""},
           Row{"<a>]", "", ""},
           Row{"<a<b> <>", "<a1 <>", "b=1|"},
           Row{"<a>\u00e9<_>", "x\u00e9y", "a=x|"},
           Row{"literal", "literal", "at least one capture is required"},
           Row{"<_>", "x", "at least one capture is required"},
           Row{"<1a>", "x", "at least one capture is required"},
           Row{"x<a><_>", "x", "found consecutive capture '<a><_>': invalid expression"},
           Row{"<a> <b> <a>", "x", "duplicate capture name (a): invalid expression"},
       }) {
    INFO(row.pattern);
    CHECK(matched(row.pattern, row.text) == row.captures);
  }
}

TEST_CASE("elements of a JSON array") {
  struct Row {
    std::string_view text, elements;
  };
  for (const Row& row : {
           Row{"[]", ""},
           Row{" [ ] ", ""},
           Row{"[1]", "1|"},
           Row{"\t[ null ,-1.5e3 , \"a,]\\\"\" , {\"x\" : [1, {}]},[[]] ]\n", "null|-1.5e3|\"a,]\\\"\"|{\"x\" : [1, {}]}|[[]]|"},
           Row{"[\"\xff\",1]", "\"\xff\"|1|"},
           Row{"[1,]", "no array"},
           Row{"[1] x", "no array"},
           Row{"{\"a\":[1]}", "no array"},
           Row{"", "no array"},
       }) {
    INFO(row.text);
    CHECK(split(row.text) == row.elements);
  }
}

}  // namespace invar
