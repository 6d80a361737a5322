#pragma once

#include <string_view>

#include "src/telemetry/arena.h"

namespace invar::loki_source_file {

/// How the bytes of a file become UTF-8.
enum class TextEncoding : uint8_t { kBytes, kUtf16Le, kUtf16Be };

/// What a byte order mark at the very beginning says.
struct ByteOrderMark {
  size_t length = 0;
  bool decides = false;  // `encoding` holds, whatever was configured
  TextEncoding encoding = TextEncoding::kBytes;
};
/// As Alloy: UTF-32 little endian is taken for UTF-16; other UTF-32 marks are skipped without effect.
ByteOrderMark byte_order_mark(std::string_view beginning);

/// "\n" and "\r" as they are encoded.
std::string_view newline(TextEncoding encoding);
std::string_view carriage_return(TextEncoding encoding);

/// The line in UTF-8: itself, or a copy in the arena. Broken units become U+FFFD.
std::string_view decode_text(TextEncoding encoding, std::string_view line, Arena& arena);

}  // namespace invar::loki_source_file
