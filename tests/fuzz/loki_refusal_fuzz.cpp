// Any text as what Loki says about a batch it refused: reading it ends, and judging convicts nobody twice.
#include "src/base/check.h"
#include "src/components/loki/write/refusal.h"
#include "src/telemetry/wire/loki_push.h"

namespace {

using namespace invar;
using namespace invar::loki_write;

Batch some_batch() {
  auto fragment = std::make_shared<Fragment>();
  for (const char* labels : {"{a=\"1\"}", "{a=\"2\", b=\"x\"}", "{}", "not labels"}) fragment->streams.push_back({labels, {}, 0});
  for (uint32_t i = 0; i < 12; ++i) {
    loki_push::append_entry(fragment->bytes, 1'773'489'600'000'000'000 + i * 600'000'000, std::string(i * 3, 'x'), {});
    fragment->entries.push_back({static_cast<uint32_t>(fragment->bytes.size()), i % 4, 1, 1, 0});
  }
  fragment->stretches.push_back({0, 12, nullptr, 0});
  Batch batch;
  batch.add_whole(fragment);
  return batch;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Batch batch = some_batch();
  const auto complaints = read_complaints({reinterpret_cast<const char*>(data), size});
  const Verdict verdict = judge(batch, complaints);
  uint32_t guilty = 0;
  for (const DropReason reason : verdict.guilty) guilty += reason != kNotDropped;
  INVAR_CHECK(verdict.guilty.size() == batch.entries && guilty == verdict.count);
  INVAR_CHECK(complaints.empty() || guilty > 0 || verdict.must_search);
  return 0;
}
