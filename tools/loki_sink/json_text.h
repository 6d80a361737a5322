#pragma once

#include <string>
#include <string_view>

namespace invar::loki_sink {

/// `text` as a JSON string; bytes that are not UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

/// True for valid UTF-8.
bool is_utf8(std::string_view text);

std::string base64(std::string_view bytes);
std::string base64_decoded(std::string_view text);

}  // namespace invar::loki_sink
