// Any bytes as an engine's log, in any pieces: the lines are the same ones. And as a position: what is read is written again as it was.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/check.h"
#include "src/components/loki/source/docker/log_position.h"
#include "src/components/loki/source/docker/log_stream.h"

using namespace invar::loki_source_docker;

namespace {

struct Reading {
  std::vector<std::string> lines;
  std::string error;
  uint64_t written = 0;
  bool operator==(const Reading&) const = default;
};

/// In pieces of 1 to `most` bytes.
Reading read(std::string_view bytes, bool tty, size_t most) {
  Reading reading;
  LogStream stream(tty, {[&](StdStream from, std::string_view line, bool ended) {
                           INVAR_CHECK(line.size() <= LineAssembler::kMostBytes && line.find('\n') == std::string_view::npos);
                           reading.lines.push_back((from == StdStream::kStderr ? "2" : "1") + std::string(ended ? "" : "?") + std::string(line));
                         },
                         [] {}});
  size_t size = 1;
  for (size_t at = 0; at < bytes.size(); at += size, size = size % most + 1) {
    const std::string_view piece = bytes.substr(at, size);
    const std::vector<char> block(piece.begin(), piece.end());  // of its own: reading past its end is seen
    if (const auto added = stream.add({block.data(), block.size()}); !added) {
      reading.error = added.error().what;
      return reading;
    }
    size = piece.size();
  }
  stream.finish();
  reading.written = stream.written();
  return reading;
}

void follow(std::string_view bytes) {
  PositionTracker tracker{LogPosition()};
  for (size_t at = 0; at + 2 <= bytes.size(); at += 2) {
    const int64_t second = static_cast<unsigned char>(bytes[at]), ns = static_cast<unsigned char>(bytes[at + 1]);
    INVAR_CHECK(tracker.next(second * 1'000'000'000 + ns));
    const LogPosition position = tracker.position(ns % 16 == 0 ? std::optional(second * 1'000'000'000) : std::nullopt);
    INVAR_CHECK(LogPosition::parse(position.text()) == position);
    INVAR_CHECK(position.known() && position.lines <= at / 2 + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const bool tty : {false, true}) {
    const Reading whole = read(bytes, tty, size + 1), pieces = read(bytes, tty, 9), single = read(bytes, tty, 1);
    INVAR_CHECK(whole == pieces && whole == single);
  }
  if (const auto position = LogPosition::parse(bytes)) INVAR_CHECK(LogPosition::parse(position->text()) == *position);
  follow(bytes);
  return 0;
}
