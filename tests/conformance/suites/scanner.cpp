// syntax/scanner: text -> tokens and errors; whether a text is an identifier, and the identifier nearest to it.
#include "src/parser/scanner.h"

#include "src/base/source.h"
#include "src/parser/parse.h"
#include "tests/conformance/suite.h"

namespace invar::scanner {
namespace {

using ast::TokenKind;

Json placed(const Source& source, uint32_t offset, Json object) {
  const Position at = source.position(offset);
  object["offset"] = at.offset;
  object["line"] = at.line;
  object["col"] = at.column;
  return object;
}

Outcome run_tokens(const Json& data) {
  const Source source("", text_of(data, "src").value());
  std::vector<ScanError> errors;
  Scanner scanner(source.text(), errors);
  Json tokens = Json::array();
  for (Token token; (token = scanner.next()).kind != TokenKind::kEof || tokens.empty() || tokens.back()["tok"] != "EOF";)
    tokens.push_back(placed(source, token.begin, {{"tok", token_name(token.kind)}, {"lit", token_literal(token, source.text())}}));
  Json found = Json::array();
  for (const ScanError& error : errors) found.push_back(placed(source, error.offset, {{"message", error.message}}));
  Json expected = data["tokens"];
  for (Json& token : expected) {
    token["lit"] = text_of(token, "lit").value();
    token.erase("lit_b64");
  }
  return verdict(difference(Json{{"tokens", expected}, {"errors", data["errors"]}}, Json{{"tokens", tokens}, {"errors", found}}));
}

Outcome run_identifier(const Json& data) {
  const std::string text = text_of(data, "in").value();
  Json expected{{"valid", data["valid"]}};
  Json got{{"valid", is_valid_identifier(text)}};
  const auto sanitized = sanitize_identifier(text);
  if (data.contains("sanitized")) {
    expected["sanitized"] = data["sanitized"];
    got["sanitized"] = sanitized ? Json(*sanitized) : Json();
  } else if (data.contains("sanitize_panic") && (!sanitized || !is_valid_identifier(*sanitized))) {
    return Outcome::failed("  Alloy panics here; expected any valid identifier\n");
  }
  return verdict(difference(expected, got));
}

Outcome run(const ConformanceCase& c) {
  return c.data["kind"] == "identifier" ? run_identifier(c.data) : run_tokens(c.data);
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{{"syntax/scanner"}, run};

}  // namespace invar::scanner
