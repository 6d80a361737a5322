// The Alloy configuration language. LL(1), so that the generated code never needs adaptive prediction.
//
// The tokens come from src/parser/scanner.h, which also decides where a line end is a TERMINATOR. An error strategy in
// src/parser/error_strategy.cpp gives Alloy's error texts and resumes where Alloy does; two things that only LL(2) could say are
// left to it: it refuses an empty element between commas, and it never sees two terminators in a row (the scanner yields none).
parser grammar AlloyParser;

// ANTLR's own matching and keeping of nodes would cost more than all the rest.
options { superClass = RuleParser; }
@parser::postinclude {
#include "src/parser/antlr/rule_parser.h"

using invar::RuleParser;
}

tokens {
  ILLEGAL, COMMENT, IDENT, NULL_, BOOL, NUMBER, FLOAT, STRING,
  OR, AND, NOT, ASSIGN, EQ, NEQ, LT, LTE, GT, GTE, ADD, SUB, MUL, DIV, MOD, POW,
  LCURLY, RCURLY, LPAREN, RPAREN, LBRACK, RBRACK, COMMA, DOT, TERMINATOR
}

file : statement? (TERMINATOR statement?)* EOF ;
wholeExpression : expression TERMINATOR ;

// --- Statements: `name = value` and `a.b "label" { ... }`
body : statement? (TERMINATOR statement?)* ;
statement : name (ASSIGN expression | block) ;
name : IDENT (DOT IDENT)* label ;
label : STRING | ;
block : LCURLY body RCURLY ;

// --- Expressions. Operators are a flat list here: one rule for each of the six levels would double the time to read a file.
// src/parser/tree_builder.cpp folds them: || && then == != < <= > >= then + - then * / % then ^ (from the right), then unary.
expression
  : operand ((OR | AND | EQ | NEQ | LT | LTE | GT | GTE | ADD | SUB | MUL | DIV | MOD | POW) operand)*
  ;
operand : (NOT | SUB)* primary (access | index | call)* ;
access : DOT IDENT ;
index : LBRACK expression RBRACK ;
call : LPAREN elements RPAREN ;

primary
  : IDENT
  | NULL_
  | BOOL
  | NUMBER
  | FLOAT
  | STRING
  | LPAREN expression RPAREN
  | LBRACK elements RBRACK
  | LCURLY fields RCURLY
  ;
elements : expression? (COMMA expression?)* ;
fields : field? (COMMA field?)* ;
field : (IDENT | STRING) ASSIGN expression ;
