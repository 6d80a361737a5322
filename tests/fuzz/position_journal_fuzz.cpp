// Any bytes as a journal of positions: no crash; what was understood can be written anew and reads back the same; garbage in front costs nothing.
#include "src/base/check.h"
#include "src/components/loki/source/file/position_journal.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar::loki_source_file;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const JournalContents read = read_journal(bytes);
  INVAR_CHECK(read.skipped_bytes <= size);
  JournalFrame frame;
  for (const auto& [id, position] : read.positions) frame.define(position);
  const std::string written = frame.take();
  INVAR_CHECK(read_journal(written).positions == read.positions);
  INVAR_CHECK(read_journal("torn" + written).positions == read.positions);
  // A journal may also be asked what its own payload would say.
  JournalFrame whole;
  whole.note_positions_file(size);
  INVAR_CHECK(read_journal(whole.take() + std::string(bytes)).frames == read.frames + 1);
  return 0;
}
