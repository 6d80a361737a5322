#include "src/telemetry/wire/push_request.h"

#include <snappy.h>
#include <zlib.h>

#include <algorithm>

#include "src/base/quote.h"
#include "src/telemetry/wire/loki_push.h"
#include "src/text/series_labels.h"

namespace invar::loki_push {
namespace {

Error too_large(size_t size, size_t limit) {
  return {"message size too large than max (" + std::to_string(size) + " vs " + std::to_string(limit) + ")", "too_large"};
}

/// `window` as zlib's inflateInit2: gzip or raw deflate.
Result<std::string> inflated(std::string_view body, int window, size_t limit) {
  const bool gzip = window > 15;
  z_stream stream{};
  if (inflateInit2(&stream, window) != Z_OK) return Error{"out of memory", "memory"};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  std::string out;
  int status = Z_OK;
  while (status == Z_OK) {
    const size_t before = out.size();
    out.resize(std::min(limit + 1, std::max<size_t>(before * 2, 65536)));
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = static_cast<uInt>(out.size() - before);
    status = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
    if (status == Z_OK && out.size() > limit) status = Z_MEM_ERROR;
    // Go's gzip reader takes members that follow each other for one text.
    if (status == Z_STREAM_END && gzip && stream.avail_in > 0) status = inflateReset(&stream);
  }
  const uLong taken = stream.total_in;
  inflateEnd(&stream);
  if (status == Z_STREAM_END && out.size() <= limit) return out;
  if (status == Z_STREAM_END || status == Z_MEM_ERROR) return too_large(out.size(), limit);
  if (gzip && taken < 10) return Error{body.empty() ? "EOF" : body.size() < 10 ? "unexpected EOF" : "gzip: invalid header", "malformed"};
  if (status == Z_BUF_ERROR) return Error{"unexpected EOF", "malformed"};
  if (!gzip || out.empty()) return Error{"flate: corrupt input before offset " + std::to_string(taken), "malformed"};
  return Error{"gzip: invalid checksum", "malformed"};
}

bool is_token_byte(unsigned char c) {
  return c > ' ' && c < 0x7f && std::string_view("()<>@,;:\\\"/[]?=").find(static_cast<char>(c)) == std::string_view::npos;
}

std::string_view taken_token(std::string_view& rest) {
  size_t end = 0;
  while (end < rest.size() && is_token_byte(static_cast<unsigned char>(rest[end]))) ++end;
  const std::string_view token = rest.substr(0, end);
  rest.remove_prefix(end);
  return token;
}

std::string_view trimmed_left(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n\v\f");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}
std::string_view trimmed(std::string_view text) {
  text = trimmed_left(text);
  const size_t end = text.find_last_not_of(" \t\r\n\v\f");
  return end == std::string_view::npos ? std::string_view() : text.substr(0, end + 1);
}

/// `;name=value` at the front; false when it is no parameter.
bool take_parameter(std::string_view& rest, std::string& name) {
  std::string_view at = trimmed_left(rest);
  if (!at.starts_with(';')) return false;
  at = trimmed_left(at.substr(1));
  name = taken_token(at);
  if (name.empty()) return false;
  at = trimmed_left(at);
  if (!at.starts_with('=')) return false;
  at = trimmed_left(at.substr(1));
  if (at.starts_with('"')) {
    size_t end = 1;
    while (end < at.size() && at[end] != '"') end += at[end] == '\\' ? 2 : 1;
    if (end >= at.size()) return false;
    at.remove_prefix(end + 1);
  } else if (taken_token(at).empty()) {
    return false;
  }
  rest = at;
  return true;
}

/// Go's mime.ParseMediaType, without the parameters.
Result<std::string> media_type(std::string_view header) {
  const auto wrong = [](std::string_view what) { return Error{"mime: " + std::string(what), "content_type"}; };
  const size_t semicolon = std::min(header.find(';'), header.size());
  std::string type(trimmed(header.substr(0, semicolon)));
  for (char& c : type)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  std::string_view rest = type;
  if (taken_token(rest).empty()) return wrong("no media type");
  if (!rest.empty()) {
    if (rest.front() != '/') return wrong("expected slash after first token");
    rest.remove_prefix(1);
    if (taken_token(rest).empty()) return wrong("expected token after slash");
    if (!rest.empty()) return wrong("unexpected content after media subtype");
  }
  std::string_view parameters = header.substr(semicolon);
  std::vector<std::string> names;
  while (!(parameters = trimmed_left(parameters)).empty()) {
    std::string name;
    if (!take_parameter(parameters, name)) {
      if (trimmed(parameters) == ";") break;
      return wrong("invalid media parameter");
    }
    if (std::find(names.begin(), names.end(), name) != names.end()) return wrong("duplicate parameter name");
    names.push_back(std::move(name));
  }
  return type;
}

Result<void> unpack(PushRequest& request, size_t limit) {
  if (request.body.size() > limit) return too_large(request.body.size(), limit);
  size_t size = 0;
  if (!snappy::GetUncompressedLength(request.body.data(), request.body.size(), &size)) return Error{"snappy: corrupt input", "malformed"};
  if (size > limit) return too_large(size, limit);
  auto plain = uncompress(request.body, limit);
  if (!plain) return plain.error();
  request.body = std::move(*plain);
  return decode_protobuf(request);
}

}  // namespace

Result<void> decode_protobuf(PushRequest& request) {
  std::string label_error;
  const auto on_stream = [&](std::string_view labels) {
    PushRequest::Stream& stream = request.streams.emplace_back();
    stream.first = request.entries.size();
    auto parsed = parse_series_labels(labels);
    if (parsed) stream.labels = std::move(*parsed);
    else label_error = parsed.error().what;
  };
  const auto on_entry = [&](const Entry& entry) {
    ++request.streams.back().count;
    const std::span<Label> pairs = request.arena.array<Label>(entry.metadata.size());
    std::copy(entry.metadata.begin(), entry.metadata.end(), pairs.begin());
    request.entries.push_back({entry.time_ns, entry.line, pairs});
  };
  if (auto decoded = decode(request.body, on_stream, on_entry); !decoded) return decoded.error();
  // Alloy takes all streams in turn, and answers with the last complaint.
  if (!label_error.empty()) return Error{label_error, "labels"};
  return {};
}

Result<PushRequestPtr> decode_push(std::string body, std::string_view content_type, std::string_view content_encoding, size_t limit) {
  auto request = std::make_unique<PushRequest>();
  request->body = std::move(body);
  if (content_encoding == "gzip" || content_encoding == "deflate") {
    auto plain = inflated(request->body, content_encoding == "gzip" ? 15 + 16 : -15, limit);
    if (!plain) return plain.error();
    request->body = std::move(*plain);
  } else if (!content_encoding.empty() && content_encoding != "snappy") {
    return Error{"Content-Encoding " + invar::quoted(content_encoding) + " not supported", "content_encoding"};
  }
  const auto type = media_type(content_type);
  if (!type) return type.error();
  if (*type != "application/json") {
    if (auto unpacked = unpack(*request, limit); !unpacked) return unpacked.error();
    return request;
  }
  if (request->body.size() > limit) return too_large(request->body.size(), limit);
  if (auto decoded = decode_json(*request); !decoded) return decoded.error();
  // Names come as JSON texts here, and have to be names all the same: the text they make together is read as any other.
  std::string label_error;
  for (PushRequest::Stream& stream : request->streams) {
    const bool plain = std::all_of(stream.labels.begin(), stream.labels.end(), [](const auto& label) {
      const auto good = [](unsigned char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
      return !label.first.empty() && !(label.first[0] >= '0' && label.first[0] <= '9') && std::all_of(label.first.begin(), label.first.end(), good);
    });
    if (plain) continue;
    std::string text = "{";
    for (const auto& [name, value] : stream.labels) {
      if (text.size() > 1) text += ", ";
      text += name + "=";
      append_quoted(text, value);
    }
    const auto parsed = parse_series_labels(text + "}");
    if (!parsed) label_error = parsed.error().what;
    else stream.labels = *parsed;
  }
  if (!label_error.empty()) return Error{label_error, "labels"};
  return request;
}

}  // namespace invar::loki_push
