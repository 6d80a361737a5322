#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "src/base/result.h"

namespace invar::loki_sink {

/// Receives what a push request holds, in its order. Views live as long as the request's bytes; owned by the caller of the
/// decoder, called on its thread.
class PushVisitor {
 public:
  virtual ~PushVisitor() = default;
  /// The entries that follow belong to this stream. Labels as sent: `{a="x", b="y"}`, or a JSON object for a JSON push.
  virtual void stream(std::string_view labels) = 0;
  /// One entry; `nanoseconds` since 1970. Its metadata pairs follow.
  virtual void entry(int64_t nanoseconds, std::string_view line) = 0;
  virtual void metadata(std::string_view name, std::string_view value) = 0;
};

/// A decoder of its own, written against Loki's push.proto and HTTP API and sharing nothing with what the product sends, so
/// that a mistake in one of them shows. Keeps its buffers between requests; one thread at a time.
class PushDecoder {
 public:
  PushDecoder();
  ~PushDecoder();
  PushDecoder(const PushDecoder&) = delete;
  PushDecoder& operator=(const PushDecoder&) = delete;

  /// Uncompresses a snappy block; the view lives until the next call. Refuses blocks of more than 512 MiB.
  Result<std::string_view> uncompress(std::string_view block);

  /// Visits a protobuf PushRequest. Entries before a broken one have been visited.
  Result<void> read_protobuf(std::string_view request, PushVisitor& visitor);

  /// Visits {"streams":[{"stream":{...},"values":[["ns","line",{...}],...]}]}.
  Result<void> read_json(std::string_view request, PushVisitor& visitor);

 private:
  struct Buffers;
  std::unique_ptr<Buffers> buffers_;
};

}  // namespace invar::loki_sink
