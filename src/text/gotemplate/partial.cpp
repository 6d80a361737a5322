#include "src/text/gotemplate/partial.h"

#include <algorithm>

#include "src/text/gotemplate/lexer.h"
#include "src/text/gotemplate/run.h"

namespace invar {
namespace gotemplate {
namespace {

/// Variables that a part declares or assigns to, also inside.
void collect_assigned(const Node* node, std::vector<const Node*>& variables) {
  if (!node) return;
  variables.insert(variables.end(), node->declared.begin(), node->declared.end());
  for (const Node* part : node->parts) collect_assigned(part, variables);
  collect_assigned(node->child, variables);
  collect_assigned(node->body, variables);
  collect_assigned(node->otherwise, variables);
}

/// The one text constant that an action consists of; nullptr when it is more, or written with escapes.
const Node* sole_text(const Node& node) {
  if (node.type != NodeType::kAction || !node.child->declared.empty() || node.child->parts.size() != 1) return nullptr;
  const Node& command = *node.child->parts[0];
  if (command.parts.size() != 1 || command.parts[0]->type != NodeType::kString) return nullptr;
  const Node& text = *command.parts[0];
  return text.text.size() == text.value.size() + 2 && std::string_view(text.text).substr(1, text.value.size()) == text.value ? &text : nullptr;
}

}  // namespace

Value Run::open_field(const Value& map, std::string_view name) {
  using Kind = OpenScope::Found::Kind;
  if (map.natural == kNowhere) throw Opaque{};
  const OpenScope::Found found = open_->find(static_cast<uint32_t>(map.natural), name);
  switch (found.kind) {
    case Kind::kUnknown: throw Opaque{};
    case Kind::kText: return Value::of(found.text);
    case Kind::kTexts: {
      const Value list = make_list(memory_, found.texts.size());
      for (size_t i = 0; i < found.texts.size(); ++i) list.list->items[i] = Value::of(found.texts[i]);
      return list;
    }
    case Kind::kBool: return Value::of(found.boolean);
    case Kind::kNumber: return Value::of(found.number);
    case Kind::kMap: return Value::of(Type::kOpen, found.map);
    case Kind::kAbsent:
      if (map.natural == 0) absent_.push_back({std::string(name), at_ ? at_->at : 0});
      break;
    case Kind::kNull: break;
  }
  return Value::nil();
}

TemplatePart Run::execute_part(const Node& node, std::string& out) {
  const size_t from = out.size(), known = variables_.size();
  TemplatePart part{.kind = TemplatePart::Kind::kRendered};
  try {
    if (walk(variables_.front().value, node) == Flow::kFail) throw Failure{error()};
    part.text = out.substr(from);
    if (const Node* const text = sole_text(node)) part.same_begin = text->at + 1, part.same_end = part.same_begin + text->value.size();
  } catch (const Opaque&) {
    out.resize(from);
    part.kind = TemplatePart::Kind::kOpaque;
    variables_.resize(known);
    frame_ = 0;
    template_name_ = tree_->name;
    std::vector<const Node*> assigned;
    collect_assigned(&node, assigned);
    const Value unknown = Value::of(Type::kOpen, static_cast<int64_t>(kNowhere));
    for (const Node* variable : assigned) {
      if (Value* const there = find_variable(variable->variable)) *there = unknown;
      else variables_.push_back({variable->variable, unknown});
    }
  }
  return part;
}

TemplateRendering Run::execute_partially(const Tree& tree, OpenScope& data) {
  const StackGuard stack;
  stack_ = &stack;
  open_ = &data;
  std::string out;
  begin(tree, out, Value::of(Type::kOpen));
  TemplateRendering rendering;
  absent_.clear();
  const auto found = tree.templates.find(tree.name);
  if (found == tree.templates.end()) return rendering;
  const std::string_view text = tree.text;
  for (const Node* node : found->second->parts) {
    TemplatePart part;
    try {
      if (node->type == NodeType::kText) {
        part.text = node->text;
        part.begin = node->at;
        part.end = node->at + node->text.size();
      } else {
        part = execute_part(*node, out);
        part.begin = text.rfind("{{", node->at);
      }
    } catch (const Failure& failure) {
      rendering.failure = {failure.what, at_ ? at_->at : 0};
      break;
    } catch (const Exhausted& exhausted) {
      rendering.failure = {"the template needs more " + std::string(exhausted.what) + " than it may use", node->at};
      break;
    }
    rendering.parts.push_back(std::move(part));
  }
  rendering.absent = std::move(absent_);
  return rendering;
}

}  // namespace gotemplate

namespace {

using gotemplate::Item;
using gotemplate::Lexer;
using gotemplate::Token;

TemplateAction::Role role_of(Token token) {
  switch (token) {
    case Token::kIf:
    case Token::kRange:
    case Token::kWith:
    case Token::kDefine:
    case Token::kBlock: return TemplateAction::Role::kOpens;
    case Token::kElse: return TemplateAction::Role::kGoesOn;
    case Token::kEndWord: return TemplateAction::Role::kEnds;
    default: return TemplateAction::Role::kPlain;
  }
}

/// Reads one action from its `{{`. False: it has no end.
bool read_action(std::string_view text, TemplateAction& action) {
  Lexer lexer(text.substr(action.begin));
  bool first = true;
  for (Item item = lexer.next_item();; item = lexer.next_item()) {
    if (item.type == Token::kLeftDelim || item.type == Token::kSpace) continue;
    if (item.type == Token::kRightDelim) {
      action.end = action.begin + item.at + 2;
      return true;
    }
    // `\"` of an Alloy string: Helm takes the text before Alloy takes the escapes away.
    const bool is_foreign = item.type == Token::kChar && item.text != ",";
    if (item.type == Token::kError || item.type == Token::kEnd || is_foreign) {
      const size_t close = text.find("}}", action.begin);
      action.error = is_foreign ? "unexpected " + item.shown() + " in operand" : item.type == Token::kError ? std::string(item.text) : "unclosed action";
      action.end = close == std::string_view::npos ? text.size() : close + 2;
      return close != std::string_view::npos;
    }
    if (first) action.role = role_of(item.type);
    first = false;
    if (item.type == Token::kIdentifier && action.unknown_function.empty() && !gotemplate::find_function(gotemplate::Library::kHelm, item.text))
      action.unknown_function = text.substr(action.begin + item.at, item.text.size());
  }
}

bool is_comment(std::string_view text) { return text.starts_with("{{/*") || text.starts_with("{{- /*"); }

}  // namespace

std::vector<TemplateAction> template_actions(std::string_view text) {
  std::vector<TemplateAction> actions;
  for (size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at)) {
    if (is_comment(text.substr(at))) {
      const size_t close = text.find("*/", at);
      if (close == std::string_view::npos) break;
      at = close;
      continue;
    }
    TemplateAction action{.begin = at};
    const bool closed = read_action(text, action);
    at = action.end;
    actions.push_back(std::move(action));
    if (!closed) break;
  }
  return actions;
}

TemplateRendering render_as_helm(std::string_view text, OpenScope& data, const Clock& clock) {
  size_t refused_at = 0;
  const auto tree = gotemplate::parse_tree("tpl", text, gotemplate::Library::kHelm, &refused_at);
  if (!tree) return {{}, {}, TemplateRendering::Failure{tree.error().what, refused_at}};
  gotemplate::Run run(clock);
  TemplateRendering rendering = run.execute_partially(**tree, data);
  // A part ends with its last action, which is the last one before the next part.
  const std::vector<TemplateAction> actions = template_actions(text);
  for (size_t i = 0; i < rendering.parts.size(); ++i) {
    TemplatePart& part = rendering.parts[i];
    if (part.kind == TemplatePart::Kind::kText) continue;
    const size_t limit = i + 1 < rendering.parts.size() ? rendering.parts[i + 1].begin : text.size();
    part.end = part.begin;
    for (const TemplateAction& action : actions)
      if (action.begin >= part.begin && action.end <= limit) part.end = std::max(part.end, action.end);
  }
  return rendering;
}

}  // namespace invar
