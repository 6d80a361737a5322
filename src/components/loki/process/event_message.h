#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace invar::loki_process {

/// Prometheus' old rule for names: letters, digits and _, no digit first, not empty.
bool is_legacy_label_name(std::string_view name);
/// Appends the name with every rune that rule forbids as _; `_` for an empty one.
void append_sanitized_name(std::string_view name, std::string& out);

/// A key and its value as a Windows event message has them: views of the message, valid during the call.
using SeePair = std::function<void(std::string_view key, std::string_view value)>;

/// The `key:value` lines of a message, separated by \r\n. Lines without a colon are left out.
void each_message_line(std::string_view message, const SeePair& see);

/// The description and the `key:value` lines of all sections of a message, which are separated by empty lines. The description has the key
/// `Description`; a section whose first line is a title gives its keys that prefix and a _; lines without a colon continue the value in front of them,
/// joined with a comma.
void each_section_line(std::string_view message, const SeePair& see);

}  // namespace invar::loki_process
