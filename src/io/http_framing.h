#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace invar {

/// Where an HTTP/1 request ends, found before anything else looks at it: the only authority on framing, and stricter
/// than the RFC lets one be, so that two readers of the same bytes cannot disagree.
struct RequestHead {
  enum class State : uint8_t { kIncomplete, kComplete, kRefused };
  State state = State::kIncomplete;
  int status = 0;         // why refused
  size_t bytes = 0;       // of the head, with its empty line
  size_t body_bytes = 0;  // by Content-Length, also when refused for it
  bool chunked = false;
  bool expects_continue = false;
};

/// Reads the head at the front of `received`. Beyond the limits: 431 and 413. A body with a Content-Encoding is refused with 415 unless `encoded` ones are taken.
RequestHead read_request_head(std::string_view received, size_t head_limit, size_t body_limit, bool encoded = false);

/// Takes the chunks of a body off the wire.
class ChunkedBody {
 public:
  enum class State : uint8_t { kIncomplete, kComplete, kRefused, kTooLarge };
  explicit ChunkedBody(size_t limit) : limit_(limit) {}
  /// Removes from the front of `received` what belongs to the body.
  State take(std::string_view& received);
  std::string& body() { return body_; }

 private:
  enum class Part : uint8_t {
    kSize,
    kExtension,
    kSizeEnd,
    kData,
    kDataEnd,
    kDataEnd2,
    kTrailer,
    kTrailerEnd,
    kLastEnd
  };
  State step(char c);

  const size_t limit_;
  std::string body_;
  Part part_ = Part::kSize;
  size_t left_ = 0;      // of this chunk
  int digits_ = 0;       // of its size
  size_t overhead_ = 0;  // bytes of extensions and trailers
};

}  // namespace invar
