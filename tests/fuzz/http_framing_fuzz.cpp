// Requests as they come off the wire: a head is found at the same place however its bytes arrive, and a chunked body is the same taken whole and taken byte by byte.
#include <cstdint>
#include <string>
#include <string_view>

#include "src/base/check.h"
#include "src/io/http_framing.h"

namespace {

using namespace invar;
constexpr size_t kHeadLimit = 400, kBodyLimit = 300;

bool same(const RequestHead& a, const RequestHead& b) {
  return a.state == b.state && a.status == b.status && a.bytes == b.bytes && a.body_bytes == b.body_bytes && a.chunked == b.chunked &&
         a.expects_continue == b.expects_continue;
}

void check_head(std::string_view input, bool encoded) {
  const RequestHead whole = read_request_head(input, kHeadLimit, kBodyLimit, encoded);
  if (whole.state == RequestHead::State::kComplete) {
    INVAR_CHECK(whole.bytes > 0 && whole.bytes <= input.size() && whole.bytes <= kHeadLimit);
    INVAR_CHECK(whole.body_bytes <= kBodyLimit);
    INVAR_CHECK(!whole.chunked || whole.body_bytes == 0);
    INVAR_CHECK(same(whole, read_request_head(input.substr(0, whole.bytes), kHeadLimit, kBodyLimit, encoded)));
    // Not before its end.
    INVAR_CHECK(read_request_head(input.substr(0, whole.bytes - 1), kHeadLimit, kBodyLimit, encoded).state != RequestHead::State::kComplete);
  }
  if (whole.state == RequestHead::State::kRefused) INVAR_CHECK(whole.status >= 400 && whole.status < 600);
}

void check_chunks(std::string_view input) {
  ChunkedBody at_once(kBodyLimit), piecemeal(kBodyLimit);
  std::string_view rest = input;
  const auto state = at_once.take(rest);
  auto last = ChunkedBody::State::kIncomplete;
  size_t taken = 0;
  while (taken < input.size() && last == ChunkedBody::State::kIncomplete) {
    std::string_view byte = input.substr(taken, 1);
    last = piecemeal.take(byte);
    taken += 1 - byte.size();
    if (!byte.empty()) break;
  }
  INVAR_CHECK(last == state);
  INVAR_CHECK(at_once.body().size() <= kBodyLimit);
  if (state != ChunkedBody::State::kComplete) return;
  INVAR_CHECK(at_once.body() == piecemeal.body());
  INVAR_CHECK(rest.size() == input.size() - taken);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check_head(input, false);
  check_head(input, true);
  check_chunks(input);
  return 0;
}
