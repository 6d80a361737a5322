#pragma once

#include <string_view>

#include "src/telemetry/arena.h"
#include "src/text/charset.h"

namespace invar::loki_source_file {

/// How the bytes of a file become UTF-8; null: they are passed on as they are.
using TextEncoding = const Charset*;

/// What a byte order mark at the very beginning says.
struct ByteOrderMark {
  size_t length = 0;
  bool decides = false;  // `encoding` holds, whatever was configured
  TextEncoding encoding = nullptr;
};
/// As Alloy: UTF-32 little endian is taken for UTF-16; other UTF-32 marks are skipped without effect.
ByteOrderMark byte_order_mark(std::string_view beginning);

/// "\n" and "\r" as they are encoded.
std::string_view newline(TextEncoding encoding);
std::string_view carriage_return(TextEncoding encoding);

/// The line in UTF-8: itself, or a copy in the arena with `padding` zero bytes behind it.
std::string_view decode_text(TextEncoding encoding, std::string_view line, Arena& arena, size_t padding);

}  // namespace invar::loki_source_file
