#pragma once

#include <span>
#include <string>
#include <string_view>

#include "src/lsp/session.h"

namespace invar::lsp {

/// Numbers of JSON-RPC and LSP for what went wrong.
enum class ErrorCode : int {
  kNone = 0,
  kParseError = -32700,
  kInvalidRequest = -32600,
  kMethodNotFound = -32601,
  kInvalidParams = -32602,
  kInternalError = -32603,
  kServerNotInitialized = -32002,
  kRequestFailed = -32803,
  kRequestCancelled = -32800,
};

/// A result as JSON text, or why there is none.
struct Answer {
  std::string result = "null";
  ErrorCode code = ErrorCode::kNone;
  std::string message = {};

  static Answer error(ErrorCode code, std::string message) { return {{}, code, std::move(message)}; }
};

/// One request that clients make, in a file of its own in methods/: `extern const Method kMethod`. The build lists them.
struct Method {
  std::string_view name;        // textDocument/hover
  std::string_view capability;  // the member of the server's capabilities that offers it, and its value as JSON; empty: another method does
  std::string_view offer;
  Answer (*answer)(Session& session, const json::Value& params);
};

}  // namespace invar::lsp

namespace invar {
/// Written by the build, sorted by file name.
std::span<const lsp::Method* const> lsp_methods();
}  // namespace invar
