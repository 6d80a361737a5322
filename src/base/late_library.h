#pragma once

namespace invar::late {

/// Libraries that few commands need are loaded when the first of their functions is called: loading libcurl and libgit2 takes longer, and touches more
/// memory, than most commands do by themselves. The functions of such a library are defined as jumps to the loaded ones, which the build writes for all that a
/// layer calls (invar_late in cmake/layer.cmake); whoever calls them includes the library's own header, and sees no difference. Any thread.
struct Library {
  const char* file;  // its soname
};

/// The jumps know this layout.
struct Function {
  void* address;  // nullptr until the first call
  const Library* library;
  const char* name;
};

}  // namespace invar::late

/// Loads what `function` is in. A library that is not there ends the program with a message: the package depends on it.
extern "C" void* invar_late_resolve(invar::late::Function* function);

// All registers that may hold arguments are kept over the first call, also those of variadic functions.
#if defined(__x86_64__)
#define INVAR_LATE_JUMP(symbol)                  \
  ".weak " #symbol "\n.hidden " #symbol "\n"     \
  ".type " #symbol ",@function\n" #symbol ":\n"  \
  "  endbr64\n"                                  \
  "  movq invar_late_" #symbol "(%rip), %r11\n"  \
  "  testq %r11, %r11\n"                         \
  "  je 1f\n"                                    \
  "  jmp *%r11\n"                                \
  "1: leaq invar_late_" #symbol "(%rip), %r11\n" \
  "  jmp invar_late_enter\n"                     \
  ".size " #symbol ",.-" #symbol "\n"
#elif defined(__aarch64__)
#define INVAR_LATE_JUMP(symbol)                         \
  ".weak " #symbol "\n.hidden " #symbol "\n"            \
  ".type " #symbol ",%function\n" #symbol ":\n"         \
  "  hint 34\n"                                         \
  "  adrp x16, invar_late_" #symbol "\n"                \
  "  add x16, x16, :lo12:invar_late_" #symbol "\n"      \
  "  ldr x17, [x16]\n"                                  \
  "  cbnz x17, 1f\n"                                    \
  "  b invar_late_enter\n"                              \
  "1: br x17\n"                                         \
  ".size " #symbol ",.-" #symbol "\n"
#else
#error "no jumps to late libraries for this processor"
#endif

#define INVAR_LATE_FUNCTION(library, symbol)                                                            \
  extern "C" {                                                                                          \
  extern invar::late::Function invar_late_##symbol;                                                     \
  [[gnu::visibility("hidden"), gnu::used, gnu::weak]] constinit invar::late::Function invar_late_##symbol{nullptr, &library, #symbol}; \
  }                                                                                                     \
  asm(".text\n.p2align 4\n" INVAR_LATE_JUMP(symbol))
