#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/text/time_layout.h"

namespace invar::loki_source_syslog {

/// One `name="value"` of structured data. `value` is as sent: with `escaped`, backslashes before `"`, `\` and `]` are still in it.
struct StructuredParam {
  std::string_view name, value;
  bool escaped = false;
};
struct StructuredElement {
  std::string_view id;
  size_t first = 0, count = 0;  // of Message::params
};

/// A message taken apart; views of the bytes it was parsed from. Empty fields are those that were not sent, or sent as `-`. Used again for the next message: it keeps
/// its memory.
struct Message {
  std::optional<uint8_t> priority;
  uint16_t version = 0;  // 0: not of RFC 5424
  std::optional<Instant> time;
  std::string_view time_text;  // as sent; of RFC 5424
  std::string_view hostname, app_name, proc_id, msg_id;
  std::optional<uint32_t> counter, sequence;  // of Cisco IOS
  std::string_view structured_data;           // as sent; empty: none
  std::vector<StructuredElement> elements;
  std::vector<StructuredParam> params;
  std::string_view text;  // empty: none

  void clear();
};

/// The word for the severity or the facility of a priority ("notice", "local4"); empty when it has none.
std::string_view severity_word(uint8_t priority);
std::string_view facility_word(uint8_t priority);

/// What RFC 3164 leaves to the sender, and what Cisco IOS adds.
struct Rfc3164Options {
  bool newlines = false;  // line breaks belong to the text: its length is known otherwise
  bool message_counter = false;
  bool sequence_number = false;
  bool hostname_first = false;
  bool second_fractions = false;
  bool cisco() const { return message_counter || sequence_number || hostname_first; }
};

/// Parses one message as github.com/leodido/go-syslog v4 does, at its most forgiving. False with the text of its error in `why`, which ends in ` [col N]`. Of RFC 3164
/// some errors have no text: what was understood up to there is the message then.
bool parse_rfc5424(std::string_view bytes, Message& out, std::string& why);
bool parse_rfc3164(std::string_view bytes, const Rfc3164Options& options, Message& out, std::string& why);
/// Any text, perhaps with a priority in front.
void parse_raw(std::string_view bytes, Message& out);

/// Appends the message as RFC 5424 writes it, with its structured data sorted (SyslogMessage.String of the same library); nothing for one without priority or version.
void append_rfc5424(const Message& message, std::string& out);
/// Appends the value without the backslashes that escape.
void append_unescaped(const StructuredParam& param, std::string& out);

}  // namespace invar::loki_source_syslog
