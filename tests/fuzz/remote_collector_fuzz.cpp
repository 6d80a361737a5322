// Any bytes as an answer of a remote config server: no crash; what was read is no longer than what came, and requests with it can be read back by their fields.
#include "src/base/check.h"
#include "src/runtime/remote_collector.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto response = remote_collector::read_config_response(bytes)) {
    INVAR_CHECK(response->content.size() + response->hash.size() <= size);
    // Fields 1 and 3 of a request: the reader takes a request's first for a content, and skips its third where it is a text.
    const auto again = remote_collector::read_config_response(remote_collector::config_request(
        response->content, "", {{response->hash, response->content}}, remote_collector::Status::kFailed, response->hash));
    INVAR_CHECK(again && again->content == response->content);
  }
  INVAR_CHECK(!remote_collector::error_of(503, "", bytes).empty());
  return 0;
}
