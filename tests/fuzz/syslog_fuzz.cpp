// Any bytes from the network as syslog: parsers stay inside them, framing takes every byte once and comes to an end, whatever the pieces they arrive in.
#include <cstdint>
#include <string>
#include <vector>

#include "src/base/check.h"
#include "src/components/loki/source/syslog/framing.h"
#include "src/components/loki/source/syslog/message.h"

namespace {

using namespace invar::loki_source_syslog;

bool inside(std::string_view part, std::string_view whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_message(const Message& message, std::string_view bytes) {
  for (const std::string_view field : {message.hostname, message.app_name, message.proc_id, message.msg_id, message.structured_data, message.text, message.time_text})
    INVAR_CHECK(inside(field, bytes));
  std::string text;
  for (const StructuredElement& element : message.elements) INVAR_CHECK(element.first + element.count <= message.params.size());
  for (const StructuredParam& param : message.params) append_unescaped(param, text);
  text.clear();
  append_rfc5424(message, text);
  Message again;
  std::string why;
  // What is written can be read again.
  if (!text.empty() && message.msg_id.data() != nullptr) INVAR_CHECK(parse_rfc5424(text, again, why));
}

void parse_all(std::string_view bytes) {
  const std::vector<char> block(bytes.begin(), bytes.end());  // of its own: reading past its end is seen
  const std::string_view text(block.data(), block.size());
  Message message;
  std::string why;
  if (parse_rfc5424(text, message, why)) check_message(message, text);
  else INVAR_CHECK(why.ends_with("]"));
  for (unsigned bits = 0; bits < 32; bits += 31) {
    const Rfc3164Options options{.newlines = (bits & 1) != 0, .message_counter = (bits & 2) != 0, .sequence_number = (bits & 4) != 0,
                                 .hostname_first = (bits & 8) != 0, .second_fractions = (bits & 16) != 0};
    if (parse_rfc3164(text, options, message, why)) check_message(message, text);
    else INVAR_CHECK(why.ends_with("]"));
  }
  parse_raw(text, message);
  INVAR_CHECK(inside(message.text, text));
}

template <class Frames>
std::vector<std::string> frames_of(Frames frames, std::string_view bytes, size_t step) {
  std::vector<std::string> found;
  std::string rest;
  size_t idle = 0;
  const auto feed = [&](Framing::End end) {
    while (true) {
      const Frame frame = frames.next(rest, end);
      INVAR_CHECK(frame.used <= rest.size() && inside(frame.text, rest));
      idle = frame.used == 0 ? idle + 1 : 0;
      INVAR_CHECK(idle < 8);
      if (frame.kind == Frame::Kind::kMore && frame.used == 0) break;
      if (frame.kind == Frame::Kind::kMessage) found.emplace_back(frame.text);
      rest.erase(0, frame.used);
    }
    idle = 0;
  };
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, step);
    bytes.remove_prefix(piece.size());
    rest += piece;
    feed(Framing::End::kOpen);
  }
  feed(Framing::End::kClosed);
  INVAR_CHECK(rest.empty());
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  parse_all(bytes);
  const Framing stream(64, /*goes_on=*/true);
  for (const std::string& message : frames_of(stream, bytes, SIZE_MAX)) parse_all(message);
  INVAR_CHECK(frames_of(stream, bytes, SIZE_MAX) == frames_of(stream, bytes, 1));
  (void)frames_of(Framing(64, /*goes_on=*/false), bytes, SIZE_MAX);
  INVAR_CHECK(frames_of(RawFraming('\n'), bytes, SIZE_MAX) == frames_of(RawFraming('\n'), bytes, 1));
  return 0;
}
