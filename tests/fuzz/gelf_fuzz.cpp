// Any bytes as GELF datagrams: messages and chunks. What is read as a message can be written as a line, and that line is a message with the same line.
#include <cstdint>
#include <string>
#include <vector>

#include "src/base/check.h"
#include "src/components/loki/source/gelf/chunks.h"
#include "src/components/loki/source/gelf/message.h"

using namespace invar::loki_source_gelf;

namespace {

void read(std::string_view bytes) {
  const std::vector<char> block(bytes.begin(), bytes.end());  // of its own: reading past its end is seen
  MessageReader reader;
  Message message;
  std::string why, line, again;
  const auto outcome = reader.read({block.data(), block.size()}, message, why);
  if (outcome == MessageReader::Outcome::kBad) INVAR_CHECK(!why.empty());
  if (outcome != MessageReader::Outcome::kMessage) return;
  (void)time_of(message);
  (void)level_word(message.level);
  reader.append_line(message, line);
  MessageReader other;
  INVAR_CHECK(other.read(line, message, why) == MessageReader::Outcome::kMessage);
  other.append_line(message, again);
  INVAR_CHECK(line == again);
}

/// The first byte of each piece is its length.
void put_together(std::string_view bytes) {
  Chunks chunks;
  std::string message, why;
  for (uint64_t now = 0; !bytes.empty(); now += 500) {
    const size_t length = std::min<size_t>(static_cast<unsigned char>(bytes[0]), bytes.size() - 1);
    if (chunks.take(bytes.substr(1, length), now, message, why) == Chunks::Outcome::kWhole) read(message);
    bytes.remove_prefix(1 + length);
    chunks.forget_expired(now);
  }
  chunks.forget_expired(UINT64_MAX);
  INVAR_CHECK(chunks.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read(bytes);
  put_together(bytes);
  return 0;
}
