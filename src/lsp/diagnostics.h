#pragma once

#include "src/lsp/session.h"

namespace invar::lsp {

/// The params of textDocument/publishDiagnostics for a document as it is now.
std::string diagnostics_params(const Document& document, const Host::Checked& checked);
/// One finding of a document as an LSP diagnostic.
std::string diagnostic_json(const Document& document, const lint::Finding& finding);
/// Whether a finding stands in the document.
bool stands_in(const Document& document, const lint::Finding& finding);

}  // namespace invar::lsp
