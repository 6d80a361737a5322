#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "src/base/source.h"

namespace invar::ast {

/// The tree of one Alloy file. Nodes are owned by the File they hang in and immutable after parsing; spans point into File::source.
/// Spans cover exactly what Alloy's ast.StartPos/EndPos do (facts: grafana/alloy syntax/ast/walk.go), as [begin, end).

enum class TokenKind : uint8_t {
  kIllegal, kEof, kComment, kIdent, kNull, kBool, kNumber, kFloat, kString,
  kOr, kAnd, kNot, kAssign, kEq, kNeq, kLt, kLte, kGt, kGte, kAdd, kSub, kMul, kDiv, kMod, kPow,
  kLCurly, kRCurly, kLParen, kRParen, kLBrack, kRBrack, kComma, kDot, kTerminator,
};

struct Ident {
  std::string name;
  Span span;
};

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

/// null, true, a number or a string as written; `text` keeps quotes and escapes. Values are made by src/language.
struct Literal {
  TokenKind kind;
  std::string text;
};
struct Identifier {
  Ident ident;
};
struct Paren {
  ExprPtr inner;
};
struct Access {
  ExprPtr value;
  Ident name;
};
struct Index {
  ExprPtr value;
  ExprPtr index;
  uint32_t open_bracket = 0, close_bracket = 0;
};
struct Call {
  ExprPtr function;
  std::vector<ExprPtr> args;
  uint32_t open_paren = 0, close_paren = 0;
};
struct Unary {
  TokenKind op;
  ExprPtr value;
};
struct Binary {
  TokenKind op;
  uint32_t op_offset = 0;
  ExprPtr left, right;
};
struct ArrayLiteral {
  std::vector<ExprPtr> elements;
};
struct ObjectField {
  Ident name;  // without quotes, escapes not decoded (Alloy does not decode them)
  bool quoted = false;
  ExprPtr value;
};
struct ObjectLiteral {
  std::vector<ObjectField> fields;
};

struct Expr {
  Span span;
  std::variant<Literal, Identifier, Paren, Access, Index, Call, Unary, Binary, ArrayLiteral, ObjectLiteral> node;

  template <class T>
  const T* as() const { return std::get_if<T>(&node); }
};

struct Statement;
using Body = std::vector<Statement>;

/// `name = value`
struct Attribute {
  Ident name;
  ExprPtr value;
};

/// `a.b "label" { body }`
struct Block {
  std::vector<std::string> name;  // the parts between dots
  Span name_span;
  std::string label;              // "" when absent
  Span label_span;                // unknown when absent; includes the quotes
  uint32_t open_curly = 0, close_curly = 0;
  Body body;

  std::string full_name() const;
  /// The id that references use: name, and label when there is one, joined by dots.
  std::string id() const;
};

struct Statement {
  Span span;
  std::variant<Attribute, Block> node;

  const Attribute* attribute() const { return std::get_if<Attribute>(&node); }
  const Block* block() const { return std::get_if<Block>(&node); }
};

/// `text` starts with // or /*; carriage returns as Alloy leaves them.
struct Comment {
  Span span;
  std::string text;
};

struct File {
  SourcePtr source;
  Body body;
  std::vector<std::vector<Comment>> comments;  // groups of adjacent comments, in source order
};
using FilePtr = std::shared_ptr<const File>;

}  // namespace invar::ast
