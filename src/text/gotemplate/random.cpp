#include "src/text/gotemplate/random.h"

#include <sys/random.h>

#include "src/base/check.h"

namespace invar::gotemplate {

void random_bytes(void* into, size_t size) {
  auto* at = static_cast<char*>(into);
  while (size > 0) {
    const ssize_t got = getrandom(at, size < 256 ? size : 256, 0);  // up to 256 bytes come without interruption
    INVAR_CHECK(got > 0);
    at += got;
    size -= static_cast<size_t>(got);
  }
}

uint64_t random_below(uint64_t bound) {
  const uint64_t unfair = -bound % bound;  // numbers below would come more often
  for (;;) {
    uint64_t number;
    random_bytes(&number, sizeof number);
    if (number >= unfair) return number % bound;
  }
}

}  // namespace invar::gotemplate
