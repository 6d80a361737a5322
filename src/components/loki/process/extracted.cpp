#include "src/components/loki/process/extracted.h"

#include <charconv>
#include <cmath>

#include "src/base/quote.h"

namespace invar::loki_process {

bool slot_text(const Slot& slot, Arena& arena, std::string_view& text) {
  switch (slot.kind()) {
    case Slot::Kind::kText: text = slot.as_text(); return true;
    case Slot::Kind::kBool: text = slot.as_bool() ? "true" : "false"; return true;
    case Slot::Kind::kFloat: {
      constexpr double kExact = 9007199254740992;  // 2^53; beyond, to_chars prints every digit of the value, Go only those it needs
      if (!(std::fabs(slot.as_number()) < kExact)) {
        text = arena.copy(format_float(slot.as_number()));
        return true;
      }
      char digits[400];  // 5e-324 has about 330
      const auto end = std::to_chars(digits, digits + sizeof digits, slot.as_number(), std::chars_format::fixed);
      text = arena.copy({digits, static_cast<size_t>(end.ptr - digits)});
      return true;
    }
    default: return false;
  }
}

}  // namespace invar::loki_process
