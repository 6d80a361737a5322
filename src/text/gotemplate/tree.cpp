#include "src/text/gotemplate/tree.h"

#include <algorithm>

#include "src/base/quote.h"
#include "src/text/gotemplate/function.h"

namespace invar::gotemplate {
namespace {

void show_fields(const Node& node, std::string& out) {
  for (const FieldName& field : node.fields) out += "." + field.text;
}

void show_control(const Node& node, std::string_view word, std::string& out) {
  (out += "{{") += word;
  out += ' ';
  node.child->show(out);
  out += "}}";
  node.body->show(out);
  if (node.otherwise) {
    out += "{{else}}";
    node.otherwise->show(out);
  }
  out += "{{end}}";
}

void show_joined(const std::vector<const Node*>& parts, std::string_view separator, std::string& out) {
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i) out += separator;
    const bool nested = parts[i]->type == NodeType::kPipe;
    if (nested) out += '(';
    parts[i]->show(out);
    if (nested) out += ')';
  }
}

}  // namespace

void Node::show(std::string& out) const {
  switch (type) {
    case NodeType::kText:
    case NodeType::kIdentifier:
    case NodeType::kNumber:
    case NodeType::kString: out += text; break;
    case NodeType::kBool: out += boolean ? "true" : "false"; break;
    case NodeType::kNil: out += "nil"; break;
    case NodeType::kDot: out += '.'; break;
    case NodeType::kBreak: out += "{{break}}"; break;
    case NodeType::kContinue: out += "{{continue}}"; break;
    case NodeType::kElse: out += "{{else}}"; break;
    case NodeType::kEnd: out += "{{end}}"; break;
    case NodeType::kField: show_fields(*this, out); break;
    case NodeType::kVariable:
      out += text;
      show_fields(*this, out);
      break;
    case NodeType::kChain:
      if (child->type == NodeType::kPipe) out += '(';
      child->show(out);
      if (child->type == NodeType::kPipe) out += ')';
      show_fields(*this, out);
      break;
    case NodeType::kAction:
      out += "{{";
      child->show(out);
      out += "}}";
      break;
    case NodeType::kCommand: show_joined(parts, " ", out); break;
    case NodeType::kPipe:
      show_joined(declared, ", ", out);
      if (!declared.empty()) out += assigns ? " = " : " := ";
      show_joined(parts, " | ", out);
      break;
    case NodeType::kList:
      for (const Node* part : parts) part->show(out);
      break;
    case NodeType::kIf: show_control(*this, "if", out); break;
    case NodeType::kRange: show_control(*this, "range", out); break;
    case NodeType::kWith: show_control(*this, "with", out); break;
    case NodeType::kTemplate:
      (out += "{{template ") += quoted(text);
      if (child) {
        out += ' ';
        child->show(out);
      }
      out += "}}";
      break;
  }
}

uint32_t Tree::name_id(std::string_view field) {
  const auto at = std::find(names.begin(), names.end(), field);
  if (at != names.end()) return static_cast<uint32_t>(at - names.begin());
  names.emplace_back(field);
  return static_cast<uint32_t>(names.size() - 1);
}

namespace {

/// Walks a tree and notes what it reads of the data. Where dot may be the data, a bare dot is a use of everything; passing it on to a template
/// is not, since that template's names count as well.
class ReadFinder {
 public:
  explicit ReadFinder(Tree& tree) : tree_(tree) {}

  void walk(const Node* node, bool dot_is_data) {
    if (!node) return;
    switch (node->type) {
      case NodeType::kList:
        for (const Node* part : node->parts) walk(part, dot_is_data);
        break;
      case NodeType::kAction: walk(node->child, dot_is_data); break;
      case NodeType::kIf:
        walk(node->child, dot_is_data);
        walk(node->body, dot_is_data);
        walk(node->otherwise, dot_is_data);
        break;
      case NodeType::kRange:
      case NodeType::kWith:
        walk(node->child, dot_is_data);
        walk(node->body, false);
        walk(node->otherwise, dot_is_data);
        break;
      case NodeType::kTemplate:
        if (!passes_data_on(node->child)) walk(node->child, dot_is_data);
        break;
      case NodeType::kPipe:
        for (const Node* part : node->parts) walk(part, dot_is_data);
        break;
      case NodeType::kCommand: walk_command(*node, dot_is_data); break;
      case NodeType::kChain: walk(node->child, dot_is_data); break;
      case NodeType::kDot: tree_.reads_all |= dot_is_data; break;
      case NodeType::kVariable: tree_.reads_all |= node->variable == 0 && node->fields.empty(); break;
      default: break;
    }
  }

 private:
  static bool is_data(const Node& node, bool dot_is_data = true) {
    return (node.type == NodeType::kDot && dot_is_data) || (node.type == NodeType::kVariable && node.variable == 0 && node.fields.empty());
  }
  static bool passes_data_on(const Node* pipe) {
    return pipe && pipe->declared.empty() && pipe->parts.size() == 1 && pipe->parts[0]->parts.size() == 1 && is_data(*pipe->parts[0]->parts[0]);
  }
  /// `index . "name"` reads that name only.
  void walk_command(const Node& command, bool dot_is_data) {
    size_t first = 0;
    if (command.parts.size() >= 3 && command.parts[0]->type == NodeType::kIdentifier && command.parts[0]->text == "index" &&
        is_data(*command.parts[1]) && command.parts[2]->type == NodeType::kString) {
      tree_.name_id(command.parts[2]->value);
      first = 3;
    }
    for (size_t i = first; i < command.parts.size(); ++i) walk(command.parts[i], dot_is_data);
  }

  Tree& tree_;
};

}  // namespace

void find_reads(Tree& tree) {
  ReadFinder finder(tree);
  for (const auto& [name, root] : tree.templates) finder.walk(root, true);
}

}  // namespace invar::gotemplate
