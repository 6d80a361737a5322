// Any bytes as a compressed stream: no crash, and pieces of whatever size come to the same text, the same end and the same error. Of a broken block
// libbz2 hands out more where there is less room for it.
#include <string>
#include <vector>

#include "src/base/check.h"
#include "src/io/unpacker.h"

namespace {

using namespace invar;

constexpr size_t kMostText = 1u << 20;

struct Unpacked {
  std::string text;
  bool whole = false;
  std::string error;  // but for the offset: how far zlib looked ahead depends on the pieces
  bool operator==(const Unpacked&) const = default;
};

Unpacked unpack(Packing packing, std::string_view packed, size_t piece, size_t room) {
  const auto unpacker = Unpacker::make(packing);
  Unpacked result;
  std::vector<char> into(room);
  while (result.text.size() < kMostText) {
    const std::string given(packed.substr(0, piece));  // a buffer of its own: reading beyond it is found
    const auto step = unpacker->unpack(given, into);
    if (!step) {
      result.error = step.error().what.substr(0, step.error().what.find(" offset "));
      break;
    }
    INVAR_CHECK(step->taken <= given.size() && step->made <= room);
    packed.remove_prefix(step->taken);
    result.text.append(into.data(), step->made);
    if (step->made == 0 && (packed.empty() || step->taken == 0)) break;
  }
  result.whole = unpacker->is_whole();
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const auto packing = static_cast<Packing>(data[0] % 3);
  const std::string_view packed(reinterpret_cast<const char*>(data) + 2, size - 2);
  const Unpacked whole = unpack(packing, packed, size, 64 * 1024);
  if (whole.text.size() >= kMostText) return 0;
  Unpacked pieces = unpack(packing, packed, 1 + data[1] % 16, 1 + data[1] / 16);
  if (packing == Packing::kBzip2 && !whole.error.empty() && pieces.text.starts_with(whole.text)) pieces.text.resize(whole.text.size());
  INVAR_CHECK(pieces == whole);
  return 0;
}
