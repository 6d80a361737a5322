#include "src/text/jmespath.h"

#include <algorithm>
#include <utility>

#include "src/text/jmespath_evaluation.h"
#include "src/text/jmespath_syntax.h"

namespace invar::jmespath {
namespace {

using State = QuerySet::Answer::State;

// Appends an expression's hops when it is a plain path.
bool append_steps(const Expression& expression, std::vector<Step>& steps) {
  switch (expression.form) {
    case Form::kIdentity:
    case Form::kCurrent: return true;
    case Form::kRoot: return steps.empty();
    case Form::kField: steps.push_back({true, expression.text, 0}); return true;
    case Form::kIndex: steps.push_back({false, {}, expression.numbers[0].value_or(0)}); return true;
    case Form::kIndexExpression:
    case Form::kSubexpression:
    case Form::kPipe: return append_steps(expression.parts[0], steps) && append_steps(expression.parts[1], steps);
    default: return false;
  }
}

}  // namespace

Result<Query> compile(std::string_view expression) {
  auto parsed = parse_expression(expression);
  if (!parsed) return parsed.error();
  Query query;
  auto steps = std::make_shared<std::vector<Step>>();
  if (append_steps(*parsed, *steps)) query.steps_ = std::move(steps);
  query.expression_ = std::make_shared<const Expression>(std::move(*parsed));
  return query;
}

// A tree of all paths: what is looked for below one value.
struct QuerySet::Node {
  struct Child {
    Step step;
    std::unique_ptr<Node> node;
  };
  std::vector<size_t> answers;  // queries that end here
  std::vector<Child> names, indexes;

  Node& child(const Step& step) {
    auto& children = step.by_name ? names : indexes;
    const auto same = [&](const Child& child) { return child.step.name == step.name && child.step.index == step.index; };
    auto at = std::find_if(children.begin(), children.end(), same);
    if (at == children.end()) at = children.insert(children.end(), Child{step, std::make_unique<Node>()});
    return *at->node;
  }

  void forget(std::span<Answer> out) const {
    for (const size_t answer : answers) out[answer].state = State::kNull;
    for (const Child& child : names) child.node->forget(out);
    for (const Child& child : indexes) child.node->forget(out);
  }

  void find(const json::Value& here, std::span<Answer> out) const {
    for (const size_t answer : answers) out[answer].state = State::kDocument, out[answer].document = here;
    if (names.empty() && indexes.empty()) return;
    const json::Kind kind = here.kind();
    if (kind == json::Kind::kObject && !names.empty()) {
      find_members(here, out);
    } else if (kind == json::Kind::kArray) {
      json::Value element;
      for (const Child& child : indexes)
        if (here.element(child.step.index, element)) child.node->find(element, out);
    }
  }

  void find_members(const json::Value& object, std::span<Answer> out) const {
    for (json::Members members(object); members.next();) {
      const std::string_view key = members.key();
      for (const Child& child : names) {
        const std::string& name = child.step.name;
        if (name.size() != key.size() || (!key.empty() && name[0] != key[0]) || name != key) continue;
        // A key that comes again replaces what was found below the first.
        child.node->forget(out);
        child.node->find(members.value(), out);
        break;
      }
    }
  }
};

QuerySet::QuerySet() : root_(std::make_unique<Node>()) {}
QuerySet::~QuerySet() = default;
QuerySet::QuerySet(QuerySet&&) noexcept = default;
QuerySet& QuerySet::operator=(QuerySet&&) noexcept = default;

QuerySet::QuerySet(std::span<const Query> queries) : QuerySet() {
  for (size_t i = 0; i < queries.size(); ++i) {
    const std::vector<Step>* const path = queries[i].path();
    if (!path) {
      others_.push_back({i, queries[i]});
      continue;
    }
    Node* node = root_.get();
    for (const Step& step : *path) node = &node->child(step);
    node->answers.push_back(i);
  }
  if (!others_.empty()) memory_ = std::make_unique<Memory>();
}

void QuerySet::find(const json::Value& root, std::span<Answer> out) {
  for (Answer& answer : out) answer.state = State::kNull;
  root_->find(root, out);
  if (others_.empty()) return;
  memory_->clear();
  const Value document = memory_->value_of(root);
  for (const Other& other : others_) {
    Answer& answer = out[other.answer];
    const bool good = Evaluation(*memory_, document).evaluate(other.query.expression(), document, answer.value);
    answer.state = !good ? State::kFailed : answer.value.is_null() ? State::kNull : State::kValue;
  }
}

}  // namespace invar::jmespath
