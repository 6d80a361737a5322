#include "src/components/loki/source/api/push.h"

#include <algorithm>

#include "src/base/varint.h"

namespace invar::loki_source_api {
namespace {

constexpr uint64_t kFormat = 1;

void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out += text;
}

}  // namespace

loki_push::PushRequestPtr raw_request(std::string body) {
  auto request = std::make_unique<loki_push::PushRequest>();
  request->body = std::move(body);
  auto& stream = request->streams.emplace_back();
  for (std::string_view rest = request->body; !rest.empty();) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    request->entries.push_back({.time_ns = 0, .line = line, .metadata = {}});
    ++stream.count;
  }
  return request;
}

std::string pack(const Push& push) {
  const OriginalPush& original = *push.original;
  std::string out;
  out.reserve(original.body.size() + 256);
  put_varint(out, kFormat);
  put_varint(out, push.raw ? 1 : 0);
  put_varint(out, zigzag(push.created_ns));
  put_varint(out, zigzag(push.first_time_ns));
  put_text(out, push.tenant);
  put_text(out, original.content_type);
  put_text(out, original.content_encoding);
  out += original.body;
  return out;
}

Result<Push> unpack(std::string_view bytes, size_t body_limit) {
  VarintReader reader{bytes};
  if (reader.number() != kFormat) return Error{"what was written ahead is no push", "corrupt"};
  Push push;
  push.raw = reader.number(1) == 1;
  push.created_ns = unzigzag(reader.number());
  push.first_time_ns = unzigzag(reader.number());
  push.tenant = reader.text();
  const std::string_view type = reader.text(), encoding = reader.text();
  if (reader.broken) return Error{"what was written ahead is no push", "corrupt"};
  if (push.raw) {
    push.request = raw_request(std::string(reader.left));
    return push;
  }
  auto decoded = loki_push::decode_push(std::string(reader.left), type, encoding, body_limit);
  if (!decoded) return decoded.error();
  push.request = std::move(*decoded);
  return push;
}

}  // namespace invar::loki_source_api
