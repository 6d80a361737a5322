#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/base/diagnostics.h"
#include "src/base/result.h"
#include "src/parser/ast.h"

namespace invar {

/// The blocks of one module by what becomes of them, in source order. Points into the files it keeps (or, for a declare's body, into those of the module around it).
struct ModuleSource {
  std::vector<ast::FilePtr> files;
  std::vector<const ast::Block*> components;  // also services
  std::vector<const ast::Block*> configs;
  std::vector<const ast::Block*> declares;
};

/// logging, tracing, argument, export, foreach, import.*
bool is_config_block(std::string_view name);

/// Sorts the statements of a body into `source`. Nothing but blocks may stand there: the first attribute is the error.
std::optional<Diagnostic> sort_body(const ast::Body& body, ModuleSource& source);

/// The texts of a config: one file, or all *.alloy files directly in a directory, sorted by path. Names are the paths as diagnostics print them.
struct ConfigText {
  std::vector<SourcePtr> files;
  /// SHA-256 over all of them, in hex.
  std::string hash() const;
};
/// Errors are Go's: `stat x: no such file or directory`.
Result<ConfigText> read_config(const std::string& path);

/// Why a config is not a module. Either diagnostics, or a bare error about a file as a whole.
struct ParseRefusal {
  Diagnostics diagnostics;
  std::string bare;
  /// Alloy's err.Error().
  std::string error() const { return bare.empty() ? summary(diagnostics) : bare; }
};
/// Parses all files into one module.
std::optional<ParseRefusal> parse_config(const ConfigText& text, ModuleSource& source);

}  // namespace invar
