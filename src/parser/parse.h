#pragma once

#include <optional>

#include "src/base/diagnostics.h"
#include "src/parser/ast.h"

namespace invar {

/// Text -> AST. Errors are Alloy's, at most one per line (syntax/parser/internal.go), also limits of our own on size and nesting.
/// nullptr when there was any error. Thread-safe (serialised on one mutex inside).
ast::FilePtr parse_file(SourcePtr source, Diagnostics& diagnostics);

/// One expression, the whole text. The returned tree's spans point into `source`, which the caller keeps.
ast::ExprPtr parse_expression(const SourcePtr& source, Diagnostics& diagnostics);

/// An expression as Alloy's printer writes it (messages name expressions by this text; syntax/printer).
std::string print(const ast::Expr& expression);

/// `alloy fmt`: the whole file, ends with one newline.
std::string format(const ast::File& file);

/// Letter or `_`, then letters and digits (Unicode L*, Nd).
bool is_valid_identifier(std::string_view text);
/// Alloy's scanner.SanitizeIdentifier: nullopt for an empty text.
std::optional<std::string> sanitize_identifier(std::string_view text);

}  // namespace invar
