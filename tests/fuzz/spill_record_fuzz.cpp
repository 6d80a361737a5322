// Any bytes as a record of a spill: an error, or a batch that can be built, split and written again as it was.
#include "src/base/check.h"
#include "src/components/loki/write/spill_record.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar::loki_write;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const size_t label = size == 0 ? 0 : std::min<size_t>(data[0], size - 1);
  const auto read = read_spill_record(std::string(bytes.substr(size ? 1 : 0)), label, 42);
  if (!read) return 0;
  Batch batch;
  batch.add_whole(*read);
  size_t built = 0;
  const Request request = RequestBuilder().build(batch);
  for (const std::string_view piece : request.pieces) built += piece.size();
  INVAR_CHECK(built >= (*read)->bytes.size() - (*read)->head);
  const auto record = spill_record(batch, 42);
  std::string payload = record.payload.head;
  for (const std::string_view part : record.payload.rest) payload += part;
  const auto again = read_spill_record(std::move(payload), record.label, 42);
  INVAR_CHECK(again.ok());
  INVAR_CHECK((*again)->bytes.substr((*again)->head) == (*read)->bytes.substr((*read)->head));
  INVAR_CHECK((*again)->entries.size() == (*read)->entries.size());
  uint64_t lines = 0;
  for (const auto& stretch : (*again)->stretches) lines += stretch.lines;
  INVAR_CHECK(lines == batch.lines);
  if (batch.entries > 1) (void)batch.split();
  return 0;
}
