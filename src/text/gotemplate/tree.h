#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "src/text/gotemplate/function.h"
#include "src/text/gotemplate/value.h"

namespace invar::gotemplate {

struct Node;

/// What a node of a parsed template is.
enum class NodeType : uint8_t {
  kText,
  kAction,
  kBool,
  kBreak,
  kChain,
  kCommand,
  kContinue,
  kDot,
  kElse,  ///< only while parsing
  kEnd,   ///< only while parsing
  kField,
  kIdentifier,
  kIf,
  kList,
  kNil,
  kNumber,
  kPipe,
  kRange,
  kString,
  kTemplate,
  kVariable,
  kWith,
};

/// A numeric constant with all the types that it can have, as Go's ideal constants have them.
struct Number {
  bool is_int = false, is_uint = false, is_float = false, is_complex = false;
  int64_t integer = 0;
  uint64_t natural = 0;
  double real = 0;
  Complex complex;
};

/// A name behind a dot: its text, and its number among the names that the template looks up in its data.
struct FieldName {
  std::string text;
  uint32_t id = 0;
};

/// A node of a parsed template. Which members it uses depends on its type. Owned by the Tree, immutable once parsed.
struct Node {
  NodeType type = NodeType::kText;
  size_t at = 0;                     // byte in the template's text
  int line = 1;
  std::string text;                  // of texts, constants as written, identifiers, template names
  std::string value;                 // of a string constant
  std::vector<FieldName> fields;     // of fields, chains and variables
  uint32_t variable = 0;             // number of the variable's name
  std::vector<const Node*> parts;    // nodes of a list, commands of a pipeline, arguments of a command
  std::vector<const Node*> declared; // variables of a pipeline
  bool assigns = false;              // = and not :=
  bool boolean = false;
  Number number;
  Value constant;                    // of a number or string, as interface{} sees it; kInvalid when it overflows int
  const Function* function = nullptr;
  const Node* child = nullptr;       // the pipeline of a control, the operand of a chain
  const Node* body = nullptr;
  const Node* otherwise = nullptr;   // the list behind else

  /// As error texts show it.
  void show(std::string& out) const;
};

/// A template's text, parsed: the tree of each template it defines.
struct Tree {
  std::string name;
  std::string text;
  std::deque<Node> nodes;
  std::map<std::string, const Node*, std::less<>> templates;
  std::vector<std::string> names;      // looked up in the data, by FieldName::id
  std::vector<std::string> variables;  // names of variables, by Node::variable; the first is $
  bool reads_all = false;              // uses the data as a whole
  bool repeatable = true;              // all its functions are

  uint32_t name_id(std::string_view field);
};

/// Parses; the error is Go's. Names of functions are resolved. `refused_at`, when given, becomes the byte where an error was found.
Result<std::unique_ptr<const Tree>> parse_tree(std::string_view name, std::string_view text, Library library = Library::kStage, size_t* refused_at = nullptr);

/// Finds out which of the data's names the tree reads, and whether it reads them all.
void find_reads(Tree& tree);

}  // namespace invar::gotemplate
