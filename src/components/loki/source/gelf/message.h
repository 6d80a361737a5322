#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "src/text/json.h"

namespace invar::loki_source_gelf {

/// What is known of one message. Views are of its reader's document.
struct Message {
  std::string_view version, host, short_message, full_message, facility;
  double timestamp = 0;  // seconds since the epoch; 0: it has none
  int32_t level = 0;
};

/// The word of a level; empty when there is none.
std::string_view level_word(int32_t level);
/// The time of a message as nanoseconds since the epoch, cut as Alloy cuts them; none when it has no time that fits.
std::optional<int64_t> time_of(const Message& message);

/// Reads datagrams, or the chunks of a message put together: JSON, by itself or compressed by gzip or zlib. One per lane; what is read is valid until the next read.
class MessageReader {
 public:
  enum class Outcome : uint8_t { kMessage, kNothing, kBad };
  /// kNothing: Alloy takes it, and makes no entry of it. kBad: `why` has Alloy's words.
  Outcome read(std::string_view bytes, Message& message, std::string& why);
  /// The last message as a line: its fields in Alloy's order, then those that begin with `_`, sorted.
  void append_line(const Message& message, std::string& line) const;

 private:
  Outcome read_json(std::string_view text, std::string_view broken_by, Message& message, std::string& why);
  bool take_fields(const json::Value& object, Message& message, std::string& why);
  json::Parser parser_;
  std::string inflated_;
};

}  // namespace invar::loki_source_gelf
