#include "src/base/late_library.h"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

// The first call of a function comes here with its address in no register of an argument: r11, or x16.
#if defined(__x86_64__)
asm(R"(
.text
.p2align 4
.globl invar_late_enter
.hidden invar_late_enter
.type invar_late_enter,@function
invar_late_enter:
  pushq %rdi
  pushq %rsi
  pushq %rdx
  pushq %rcx
  pushq %r8
  pushq %r9
  pushq %rax
  subq $128, %rsp
  movups %xmm0, (%rsp)
  movups %xmm1, 16(%rsp)
  movups %xmm2, 32(%rsp)
  movups %xmm3, 48(%rsp)
  movups %xmm4, 64(%rsp)
  movups %xmm5, 80(%rsp)
  movups %xmm6, 96(%rsp)
  movups %xmm7, 112(%rsp)
  movq %r11, %rdi
  call invar_late_resolve
  movq %rax, %r11
  movups (%rsp), %xmm0
  movups 16(%rsp), %xmm1
  movups 32(%rsp), %xmm2
  movups 48(%rsp), %xmm3
  movups 64(%rsp), %xmm4
  movups 80(%rsp), %xmm5
  movups 96(%rsp), %xmm6
  movups 112(%rsp), %xmm7
  addq $128, %rsp
  popq %rax
  popq %r9
  popq %r8
  popq %rcx
  popq %rdx
  popq %rsi
  popq %rdi
  jmp *%r11
.size invar_late_enter,.-invar_late_enter
)");
#elif defined(__aarch64__)
asm(R"(
.text
.p2align 4
.globl invar_late_enter
.hidden invar_late_enter
.type invar_late_enter,%function
invar_late_enter:
  stp x29, x30, [sp, #-16]!
  mov x29, sp
  stp x0, x1, [sp, #-16]!
  stp x2, x3, [sp, #-16]!
  stp x4, x5, [sp, #-16]!
  stp x6, x7, [sp, #-16]!
  str x8, [sp, #-16]!
  stp q0, q1, [sp, #-32]!
  stp q2, q3, [sp, #-32]!
  stp q4, q5, [sp, #-32]!
  stp q6, q7, [sp, #-32]!
  mov x0, x16
  bl invar_late_resolve
  mov x16, x0
  ldp q6, q7, [sp], #32
  ldp q4, q5, [sp], #32
  ldp q2, q3, [sp], #32
  ldp q0, q1, [sp], #32
  ldr x8, [sp], #16
  ldp x6, x7, [sp], #16
  ldp x4, x5, [sp], #16
  ldp x2, x3, [sp], #16
  ldp x0, x1, [sp], #16
  ldp x29, x30, [sp], #16
  br x16
.size invar_late_enter,.-invar_late_enter
)");
#endif

namespace {

[[noreturn]] void end(const char* file) {
  const char* why = dlerror();
  std::fprintf(stderr, "Error: this program needs the library %s: %s\n", file, why ? why : "it cannot be used");
  std::_Exit(1);
}

}  // namespace

extern "C" [[gnu::visibility("hidden"), gnu::used]] void* invar_late_resolve(invar::late::Function* function) {
  // The dynamic linker counts: a library is loaded once, and never unloaded.
  void* library = dlopen(function->library->file, RTLD_LAZY | RTLD_LOCAL);
  void* address = library ? dlsym(library, function->name) : nullptr;
  if (!address) end(function->library->file);
  __atomic_store_n(&function->address, address, __ATOMIC_RELEASE);
  return address;
}
