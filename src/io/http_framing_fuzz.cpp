#include <cstddef>
#include <cstdint>
#include <string_view>

#include "src/base/check.h"
#include "src/io/http_framing.h"
#include "src/io/oauth_token.h"

/// Whatever comes: no crash, limits kept, and the same answer when the bytes arrive one by one.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar;
  constexpr size_t kLimit = 512;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const RequestHead head = read_request_head(text, kLimit, kLimit);
  if (head.state == RequestHead::State::kComplete)
    INVAR_CHECK(head.bytes <= size && head.bytes <= kLimit && head.body_bytes <= kLimit);

  ChunkedBody whole(kLimit);
  std::string_view rest = text;
  const auto state = whole.take(rest);
  INVAR_CHECK(whole.body().size() <= kLimit);
  ChunkedBody pieces(kLimit);
  auto last = ChunkedBody::State::kIncomplete;
  for (size_t i = 0; i < size && last == ChunkedBody::State::kIncomplete; ++i) {
    std::string_view one = text.substr(i, 1);
    last = pieces.take(one);
  }
  INVAR_CHECK(last == state && pieces.body() == whole.body());

  (void)parse_oauth_token(text).ok();
  return 0;
}
