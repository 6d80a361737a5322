#include <algorithm>
#include <optional>
#include <utility>

#include "src/base/quote.h"
#include "src/base/unicode.h"
#include "src/text/gotemplate/function.h"
#include "src/text/gotemplate/number_text.h"
#include "src/text/gotemplate/stack_guard.h"
#include "src/text/gotemplate/token_reader.h"
#include "src/text/gotemplate/tree.h"
#include "src/text/number.h"
#include "src/text/url.h"

namespace invar::gotemplate {
namespace {

constexpr int kMaxParens = 10'000;

/// Parses one definition inside a template, which has variables of its own.
class Parser : TokenReader {
 public:
  Parser(Tree& tree, Lexer& lexer, std::string name, const StackGuard& stack, Library library)
      : TokenReader(lexer, tree.name), tree_(tree), lexer_(lexer), name_(std::move(name)), stack_(stack), library_(library) {}

  void parse_all() {
    Node* const root = make(NodeType::kList, peek());
    while (peek().type != Token::kEnd) {
      if (peek().type == Token::kLeftDelim) {
        const Item delim = next();
        if (next_non_space().type == Token::kDefine) {
          Parser(tree_, lexer_, "definition", stack_, library_).parse_definition();
          continue;
        }
        step_back2(delim);
      }
      const Node* const node = text_or_action();
      if (node->type == NodeType::kEnd || node->type == NodeType::kElse) fail("unexpected " + shown(*node));
      root->parts.push_back(node);
    }
    add(root);
  }

 private:
  void parse_definition() {
    static constexpr std::string_view kContext = "define clause";
    const Item name = next_non_space();
    if (name.type != Token::kString && name.type != Token::kRawString) unexpected(name, kContext);
    name_ = unquoted(name.text);
    expect(Token::kRightDelim, kContext);
    const auto [root, end] = item_list();
    if (end->type != NodeType::kEnd) fail("unexpected " + shown(*end) + " in " + std::string(kContext));
    add(root);
  }

  void add(const Node* root) {
    const Node*& known = tree_.templates[name_];
    if (!known || is_empty(known))
      known = root;
    else if (!is_empty(root))
      fail("template: multiple definition of template " + quoted(name_));
  }

  static bool is_empty(const Node* node) {
    if (node->type == NodeType::kText) return trim_space(node->text).empty();
    return node->type == NodeType::kList && std::all_of(node->parts.begin(), node->parts.end(), is_empty);
  }

  std::string unquoted(std::string_view literal) {
    std::string text;
    if (!unquote_literal(literal, text)) fail("invalid syntax");
    return text;
  }
  static std::string shown(const Node& node) {
    std::string text;
    node.show(text);
    return text;
  }

  // Nodes.

  Node* make(NodeType type, const Item& token) { return make(type, token.at, token.line); }
  Node* make(NodeType type, size_t at, int line) {
    Node& node = tree_.nodes.emplace_back();
    node.type = type;
    node.at = at;
    node.line = line;
    return &node;
  }

  std::pair<const Node*, const Node*> item_list() {
    stack_.check();
    Node* const list = make(NodeType::kList, peek_non_space());
    while (peek_non_space().type != Token::kEnd) {
      const Node* const node = text_or_action();
      if (node->type == NodeType::kEnd || node->type == NodeType::kElse) return {list, node};
      list->parts.push_back(node);
    }
    fail("unexpected EOF");
  }

  const Node* text_or_action() {
    const Item token = next_non_space();
    if (token.type == Token::kText) {
      Node* const text = make(NodeType::kText, token);
      text->text = token.text;
      return text;
    }
    if (token.type != Token::kLeftDelim) unexpected(token, "input");
    set_action_line(token.line);
    const Node* const node = action();
    set_action_line(0);
    return node;
  }

  const Node* action() {
    const Item token = next_non_space();
    switch (token.type) {
      case Token::kBlock: return block_control();
      case Token::kBreak: return loop_control(NodeType::kBreak, token, "{{break}}");
      case Token::kContinue: return loop_control(NodeType::kContinue, token, "{{continue}}");
      case Token::kElse: return else_control();
      case Token::kEndWord: return make(NodeType::kEnd, expect(Token::kRightDelim, "end"));
      case Token::kIf: return control(NodeType::kIf, "if");
      case Token::kRange: return control(NodeType::kRange, "range");
      case Token::kTemplate: return template_control();
      case Token::kWith: return control(NodeType::kWith, "with");
      default: break;
    }
    step_back();
    Node* const node = make(NodeType::kAction, peek());
    node->child = pipeline("command", Token::kRightDelim);
    return node;
  }

  const Node* loop_control(NodeType type, const Item& word, std::string_view shown) {
    const Item token = next_non_space();
    if (token.type != Token::kRightDelim) unexpected(token, shown);
    if (range_depth_ == 0) fail(std::string(shown) + " outside {{range}}");
    return make(type, word);
  }

  const Node* else_control() {
    const Item ahead = peek_non_space();
    if (ahead.type == Token::kIf || ahead.type == Token::kWith) return make(NodeType::kElse, ahead);
    return make(NodeType::kElse, expect(Token::kRightDelim, "else"));
  }

  const Node* control(NodeType type, std::string_view word) {
    stack_.check();
    const size_t known_variables = variables_.size();
    const Node* const pipe = pipeline(word, Token::kRightDelim);
    Node* const node = make(type, pipe->at, pipe->line);
    node->child = pipe;
    if (type == NodeType::kRange) ++range_depth_;
    const auto [body, end] = item_list();
    if (type == NodeType::kRange) --range_depth_;
    node->body = body;
    if (end->type == NodeType::kElse) node->otherwise = else_list(type, *end);
    variables_.resize(known_variables);
    return node;
  }

  /// `else if` and `else with` go on as a control of their own, whose end is that of the first.
  const Node* else_list(NodeType type, const Node& word) {
    const bool chained = (type == NodeType::kIf && peek().type == Token::kIf) || (type == NodeType::kWith && peek().type == Token::kWith);
    if (chained) {
      next();
      Node* const list = make(NodeType::kList, word.at, word.line);
      list->parts.push_back(control(type, type == NodeType::kIf ? "if" : "with"));
      return list;
    }
    const auto [list, end] = item_list();
    if (end->type != NodeType::kEnd) fail("expected end; found " + shown(*end));
    return list;
  }

  const Node* block_control() {
    static constexpr std::string_view kContext = "block clause";
    const Item token = next_non_space();
    const std::string name = template_name(token, kContext);
    const Node* const pipe = pipeline(kContext, Token::kRightDelim);
    Parser block(tree_, lexer_, name, stack_, library_);
    const auto [root, end] = block.item_list();
    if (end->type != NodeType::kEnd) fail("unexpected " + shown(*end) + " in " + std::string(kContext));
    block.add(root);
    return make_template(token, name, pipe);
  }

  const Node* template_control() {
    static constexpr std::string_view kContext = "template clause";
    const Item token = next_non_space();
    const std::string name = template_name(token, kContext);
    const Node* pipe = nullptr;
    if (next_non_space().type != Token::kRightDelim) {
      step_back();
      pipe = pipeline(kContext, Token::kRightDelim);
    }
    return make_template(token, name, pipe);
  }

  const Node* make_template(const Item& token, const std::string& name, const Node* pipe) {
    Node* const node = make(NodeType::kTemplate, token);
    node->text = name;
    node->child = pipe;
    return node;
  }

  std::string template_name(const Item& token, std::string_view context) {
    if (token.type != Token::kString && token.type != Token::kRawString) unexpected(token, context);
    return unquoted(token.text);
  }

  // Pipelines.

  const Node* pipeline(std::string_view context, Token end) {
    const Item first = peek_non_space();
    Node* const pipe = make(NodeType::kPipe, first);
    while (declaration(*pipe, context)) {
    }
    for (;;) {
      const Item token = next_non_space();
      if (token.type == end) {
        check_pipeline(*pipe, context);
        return pipe;
      }
      switch (token.type) {
        case Token::kBool:
        case Token::kCharConstant:
        case Token::kComplex:
        case Token::kDot:
        case Token::kField:
        case Token::kIdentifier:
        case Token::kNumber:
        case Token::kNil:
        case Token::kRawString:
        case Token::kString:
        case Token::kVariable:
        case Token::kLeftParen:
          step_back();
          pipe->parts.push_back(command());
          break;
        default: unexpected(token, context);
      }
    }
  }

  /// Reads a variable that is declared or assigned to; true when another one has to follow.
  bool declaration(Node& pipe, std::string_view context) {
    const Item variable = peek_non_space();
    if (variable.type != Token::kVariable) return false;
    next();
    // A blank is a token, so that three tokens may have to be put back: "$x foo" shows only at foo that $x is an argument.
    const Item behind = peek();
    const Item ahead = peek_non_space();
    if (ahead.type == Token::kAssign || ahead.type == Token::kDeclare) {
      pipe.assigns = ahead.type == Token::kAssign;
      next_non_space();
      declare(pipe, variable);
      return false;
    }
    if (ahead.type == Token::kChar && ahead.text == ",") {
      next_non_space();
      declare(pipe, variable);
      if (context != "range" || pipe.declared.size() >= 2) fail("too many declarations in " + std::string(context));
      const Token follows = peek_non_space().type;
      if (follows == Token::kVariable || follows == Token::kRightDelim || follows == Token::kRightParen) return true;
      fail("range can only initialize variables");
    }
    if (behind.type == Token::kSpace)
      step_back3(variable, behind);
    else
      step_back2(variable);
    return false;
  }

  void declare(Node& pipe, const Item& token) {
    pipe.declared.push_back(make_variable(token));
    variables_.push_back(pipe.declared.back()->text);
  }

  void check_pipeline(const Node& pipe, std::string_view context) {
    if (pipe.parts.empty()) fail("missing value for " + std::string(context));
    for (size_t i = 1; i < pipe.parts.size(); ++i) {
      switch (pipe.parts[i]->parts[0]->type) {
        case NodeType::kBool:
        case NodeType::kDot:
        case NodeType::kNil:
        case NodeType::kNumber:
        case NodeType::kString: fail("non executable command in pipeline stage " + std::to_string(i + 1));
        default: break;
      }
    }
  }

  const Node* command() {
    Node* const node = make(NodeType::kCommand, peek_non_space());
    for (;;) {
      peek_non_space();
      if (const Node* const argument = operand()) node->parts.push_back(argument);
      const Item token = next();
      if (token.type == Token::kSpace) continue;
      if (token.type == Token::kRightDelim || token.type == Token::kRightParen)
        step_back();
      else if (token.type != Token::kPipe)
        unexpected(token, "operand");
      break;
    }
    if (node->parts.empty()) fail("empty command");
    return node;
  }

  const Node* operand() {
    Node* const node = term();
    if (!node || peek().type != Token::kField) return node;
    const Item first = peek();
    std::vector<FieldName> fields;
    while (peek().type == Token::kField) fields.push_back(field_name(next().text.substr(1)));
    switch (node->type) {
      case NodeType::kField:
      case NodeType::kVariable:
        node->at = first.at;
        node->fields.insert(node->fields.end(), fields.begin(), fields.end());
        return node;
      case NodeType::kBool:
      case NodeType::kString:
      case NodeType::kNumber:
      case NodeType::kNil:
      case NodeType::kDot: fail("unexpected . after term " + quoted(shown(*node)));
      default: break;
    }
    Node* const chain = make(NodeType::kChain, first);
    chain->child = node;
    chain->fields = std::move(fields);
    return chain;
  }

  FieldName field_name(std::string_view name) { return {std::string(name), tree_.name_id(name)}; }

  Node* make_variable(const Item& token) {
    Node* const node = make(NodeType::kVariable, token);
    node->text = token.text;
    auto& names = tree_.variables;
    const auto at = std::find(names.begin(), names.end(), node->text);
    node->variable = static_cast<uint32_t>(at - names.begin());
    if (at == names.end()) names.push_back(node->text);
    return node;
  }

  Node* term() {
    const Item token = next_non_space();
    switch (token.type) {
      case Token::kIdentifier: return identifier(token);
      case Token::kDot: return make(NodeType::kDot, token);
      case Token::kNil: return make(NodeType::kNil, token);
      case Token::kVariable: {
        Node* const node = make_variable(token);
        if (std::find(variables_.begin(), variables_.end(), node->text) == variables_.end())
          fail("undefined variable " + quoted(node->text));
        return node;
      }
      case Token::kField: {
        Node* const node = make(NodeType::kField, token);
        node->fields.push_back(field_name(token.text.substr(1)));
        return node;
      }
      case Token::kBool: {
        Node* const node = make(NodeType::kBool, token);
        node->boolean = token.text == "true";
        node->constant = Value::of(node->boolean);
        return node;
      }
      case Token::kCharConstant:
      case Token::kComplex:
      case Token::kNumber: return number(token);
      case Token::kLeftParen: return parenthesized();
      case Token::kString:
      case Token::kRawString: {
        Node* const node = make(NodeType::kString, token);
        node->text = token.text;
        node->value = unquoted(token.text);
        node->constant = Value::of(std::string_view(node->value));
        return node;
      }
      default: step_back(); return nullptr;
    }
  }

  Node* identifier(const Item& token) {
    const Function* const function = find_function(library_, token.text);
    if (!function) fail("function " + quoted(token.text) + " not defined");
    Node* const node = make(NodeType::kIdentifier, token);
    node->text = token.text;
    node->function = function;
    tree_.repeatable &= is_repeatable(*function);
    return node;
  }

  Node* parenthesized() {
    if (parens_ >= kMaxParens) fail("max expression depth exceeded");
    stack_.check();
    ++parens_;
    const Node* const pipe = pipeline("parenthesized pipeline", Token::kRightParen);
    --parens_;
    return const_cast<Node*>(pipe);  // made by this parser
  }

  Node* number(const Item& token) {
    Node* const node = make(NodeType::kNumber, token);
    node->text = token.text;
    std::string error;
    if (!read_number(token.text, token.type, node->number, error)) fail(error);
    node->constant = ideal_constant(*node);
    return node;
  }

  Tree& tree_;
  Lexer& lexer_;
  std::string name_;
  const StackGuard& stack_;
  const Library library_;
  std::vector<std::string> variables_{"$"};
  int range_depth_ = 0;
  int parens_ = 0;
};

}  // namespace

Result<std::unique_ptr<const Tree>> parse_tree(std::string_view name, std::string_view text, Library library, size_t* refused_at) {
  auto tree = std::make_unique<Tree>();
  tree->name = name;
  tree->text = text;
  tree->variables.emplace_back("$");
  try {
    const StackGuard stack;
    Lexer lexer(tree->text);
    Parser(*tree, lexer, tree->name, stack, library).parse_all();
  } catch (const ParseError& error) {
    if (refused_at) *refused_at = error.at;
    return Error{error.what};
  } catch (const Exhausted&) {
    return Error{"template: " + tree->name + ": the template is nested too deeply"};
  }
  find_reads(*tree);
  return std::unique_ptr<const Tree>(std::move(tree));
}

}  // namespace invar::gotemplate
