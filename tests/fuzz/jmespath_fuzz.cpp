// An expression, a line break, a document: the fast answer and the evaluator's are one, and nothing crashes or runs away.
#include <string>

#include "src/base/check.h"
#include "src/text/jmespath.h"
#include "src/text/jmespath_evaluation.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar;
  using State = jmespath::QuerySet::Answer::State;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t cut = input.find('\n');
  const auto query = jmespath::compile(input.substr(0, cut));
  static json::Parser parser;
  if (!query || cut == std::string_view::npos || !parser.parse_line(input.substr(cut + 1))) return 0;

  const jmespath::Query queries[] = {*query};
  jmespath::QuerySet set(queries);
  jmespath::QuerySet::Answer answer[1];
  set.find(parser.root(), answer);

  static jmespath::Memory memory;
  memory.clear();
  const jmespath::Value root = memory.value_of(parser.root());
  jmespath::Value value;
  const bool good = jmespath::Evaluation(memory, root).evaluate(query->expression(), root, value);
  INVAR_CHECK(good == (answer[0].state != State::kFailed));
  if (!good) return 0;
  std::string evaluated, again;
  const bool written = jmespath::append_json(value, evaluated);
  if (answer[0].state == State::kValue) INVAR_CHECK(jmespath::append_json(answer[0].value, again) == written);
  if (answer[0].state == State::kNull) again = "null";
  if (answer[0].state == State::kDocument) again = memory.copy([&] {
    std::string text;
    jmespath::append_json(memory.value_of(answer[0].document), text);
    return text;
  }());
  INVAR_CHECK(evaluated == again);
  return 0;
}
