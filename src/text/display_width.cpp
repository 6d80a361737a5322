#include "src/text/display_width.h"

#include <locale.h>
#include <wchar.h>

namespace invar {

size_t display_width(char32_t rune) {
  if (rune < 0x300) return 1;
  // glibc's tables are those of the locale; this one is part of glibc itself.
  static const locale_t kUnicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (!kUnicode) return 1;
  const locale_t before = uselocale(kUnicode);
  const int width = wcwidth(static_cast<wchar_t>(rune));
  uselocale(before);
  return width < 0 ? 1 : static_cast<size_t>(width);
}

}  // namespace invar
