#include "src/parser/parse.h"

#include <doctest/doctest.h>

#include <atomic>
#include <ctime>
#include <thread>

namespace invar {
namespace {

SourcePtr source_of(std::string text) { return std::make_shared<const Source>("f", std::move(text)); }

/// The expression with every operator's operands in brackets.
std::string grouped(const ast::Expr& expression) {
  if (const auto* binary = expression.as<ast::Binary>()) {
    const auto op = expression.span.source->text().substr(binary->op_offset, 1);
    return "(" + grouped(*binary->left) + std::string(op) + grouped(*binary->right) + ")";
  }
  if (const auto* unary = expression.as<ast::Unary>())
    return "(" + std::string(expression.span.text().substr(0, 1)) + grouped(*unary->value) + ")";
  if (const auto* call = expression.as<ast::Call>()) return grouped(*call->function) + "()";
  if (const auto* access = expression.as<ast::Access>()) return grouped(*access->value) + "." + access->name.name;
  return std::string(expression.span.text());
}

std::string first_error(const SourcePtr& source) {
  Diagnostics diagnostics;
  CHECK(parse_file(source, diagnostics) == nullptr);
  return diagnostics.empty() ? "" : diagnostics.all().front().message;
}

std::string repeated(std::string_view text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST_CASE("operators bind as they should") {
  struct Row {
    std::string_view text, expected;
  };
  for (const Row& row : {
           Row{"1-2-3", "((1-2)-3)"},
           Row{"1^2^3", "(1^(2^3))"},
           Row{"-2^2", "((-2)^2)"},
           Row{"1+2*3^4", "(1+(2*(3^4)))"},
           Row{"1^2*3+4", "(((1^2)*3)+4)"},
           Row{"a||b&&c<d+e", "(a|(b&(c<(d+e))))"},
           Row{"a<b<c", "((a<b)<c)"},
           Row{"!-a.b()", "(!(-a.b()))"},
           Row{"2*3^4^5*6", "((2*(3^(4^5)))*6)"},
       }) {
    INFO(row.text);
    Diagnostics diagnostics;
    const SourcePtr source = source_of(std::string(row.text));
    const auto expression = parse_expression(source, diagnostics);
    REQUIRE(expression);
    CHECK(grouped(*expression) == row.expected);
    CHECK(expression->span.text() == row.text);
  }
}

TEST_CASE("spans cover what was written") {
  const SourcePtr source = source_of("\n a.b \"l\" { // c\n  x = {\"k k\" = f[0](1, )}\n}\n/* d */\n");
  Diagnostics diagnostics;
  const auto file = parse_file(source, diagnostics);
  REQUIRE(file);
  const ast::Statement& statement = file->body.at(0);
  CHECK(statement.span.text() == "a.b \"l\" { // c\n  x = {\"k k\" = f[0](1, )}\n}");
  const ast::Block& block = *statement.block();
  CHECK(block.name == std::vector<std::string>{"a", "b"});
  CHECK(block.id() == "a.b.l");
  CHECK(block.name_span.text() == "a.b");
  CHECK(block.label_span.text() == "\"l\"");
  CHECK(source->text()[block.open_curly] == '{');
  CHECK(source->text()[block.close_curly] == '}');
  const auto& field = block.body.at(0).attribute()->value->as<ast::ObjectLiteral>()->fields.at(0);
  CHECK(field.quoted);
  CHECK(field.name.name == "k k");
  CHECK(field.name.span.text() == "\"k ");  // Alloy's positions do not count the quotes
  CHECK(field.value->span.text() == "f[0](1, )");
  CHECK(field.value->as<ast::Call>()->function->span.text() == "f[0]");
  CHECK(file->comments.size() == 2);
  CHECK(file->comments.at(1).at(0).span.text() == "/* d */");
}

TEST_CASE("an expression has to be the whole text") {
  Diagnostics diagnostics;
  CHECK(parse_expression(source_of("1 2"), diagnostics) == nullptr);
  CHECK(diagnostics.all().front().message == "expected TERMINATOR, got NUMBER");
}

TEST_CASE("an expression is printed as Alloy names it in messages") {
  Diagnostics diagnostics;
  const SourcePtr source = source_of("f( a [ 0 ].b,-1+{x=1,\n\"y\"=[2,3],\n})");
  const auto expression = parse_expression(source, diagnostics);
  REQUIRE(expression);
  CHECK(print(*expression) == "f(a[0].b, -1 + {x = 1,\n\t\t\t\"y\" = [2, 3],\n})");
}

TEST_CASE("what nests too deeply is refused, whatever it is") {
  constexpr size_t kMany = 100'000;
  for (const std::string_view open : {"(", "[", "{a=", "f(", "a[", "([{b=", "b{x=c{"}) {
    INFO(open);
    CHECK(first_error(source_of("a = " + repeated(open, kMany))) == "configuration is nested too deeply");
  }
  CHECK(first_error(source_of(repeated("a {\n", kMany))) == "configuration is nested too deeply");
  for (const std::string_view part : {"-", "!", "1^", "1+", "1||"}) {
    INFO(part);
    CHECK(first_error(source_of("a = " + repeated(part, kMany) + "1\n")) == "expression is nested deeper than 1000 levels");
  }
  for (const std::string_view part : {".b", "[0]", "()"}) {
    INFO(part);
    CHECK(first_error(source_of("a = b" + repeated(part, kMany) + "\n")) == "expression is nested deeper than 1000 levels");
  }
}

TEST_CASE("what nests within the limits is read, printed and freed") {
  for (const auto& [open, close] : {std::pair{"(", ")"}, std::pair{"[", "]"}, std::pair{"{a=", "}"}, std::pair{"f(", ")"}}) {
    INFO(open);
    const SourcePtr source = source_of("a = " + repeated(open, 500) + "1" + repeated(close, 500) + "\n");
    Diagnostics diagnostics;
    const auto file = parse_file(source, diagnostics);
    REQUIRE(file);
    CHECK(format(*file).size() > 1000);
  }
}

TEST_CASE("a file that is too large is refused") {
  CHECK(first_error(source_of(std::string((8 << 20) + 1, '\n'))) == "configuration is larger than 8 MiB");
}

TEST_CASE("what is no configuration at all is given up") {
  const SourcePtr source = source_of(repeated("#", 1 << 20));
  Diagnostics diagnostics;
  CHECK(parse_file(source, diagnostics) == nullptr);
  CHECK(diagnostics.size() < 11'000);
  CHECK(diagnostics.all().back().message == "too many errors");
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a mebibyte is read in less than half a second of CPU time") {
  const std::string block =
      "discovery.relabel \"pods\" {\n  targets = discovery.kubernetes.pods.targets\n  // a comment\n  rule {\n    source_labels = [\"__meta_kubernetes_namespace\", \"b\"]\n"
      "    regex         = \"(.+)\" + sys.env(\"X\")\n    target_label  = {a = 1, b = [true, null]}[\"a\"]\n  }\n}\n";
  const SourcePtr source = source_of(repeated(block, (1 << 20) / block.size() + 1));
  const auto spent = [] {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
  };
  const double before = spent();
  Diagnostics diagnostics;
  CHECK(parse_file(source, diagnostics));
  CHECK(spent() - before < 0.5);
}
#endif

TEST_CASE("files are read on any thread") {
  const SourcePtr source = source_of(repeated("a \"b\" {\n  c = [1, {d = 2 + 3 * f(\"x\")}]\n}\n", 200));
  std::vector<std::thread> threads;
  std::atomic<size_t> statements = 0;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      Diagnostics diagnostics;
      if (const auto file = parse_file(source, diagnostics)) statements += file->body.size();
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(statements == 800);
}

TEST_CASE("identifiers are recognised and made") {
  for (const std::string_view good : {"a", "_", "a1", "\u00e9t\u00e9", "a\u0663"}) CHECK(is_valid_identifier(good));
  for (const std::string_view bad : {"", "1a", "a-b", "a b", "true", "null", "\xff", "a."}) CHECK_FALSE(is_valid_identifier(bad));
  CHECK(sanitize_identifier("") == std::nullopt);
  CHECK(sanitize_identifier("a-b.c") == "a_b_c");
  CHECK(sanitize_identifier("1a") == "_1a");
  CHECK(sanitize_identifier("true") == "_true");
}

}  // namespace
}  // namespace invar
