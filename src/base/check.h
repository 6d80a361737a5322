#pragma once

namespace invar {

/// Prints `file:line: check failed: condition` to stderr and aborts. For our own mistakes only: never for bad input.
[[noreturn]] void check_failed(const char* file, int line, const char* condition) noexcept;

}  // namespace invar

#define INVAR_CHECK(condition) \
  (static_cast<bool>(condition) ? static_cast<void>(0) : ::invar::check_failed(__FILE__, __LINE__, #condition))
