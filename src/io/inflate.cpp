#include "src/io/inflate.h"

#include <zlib.h>

#include <algorithm>

namespace invar {
namespace {

constexpr size_t kGzipHeader = 10, kZlibHeader = 2;

std::string reason_of(int status, const z_stream& stream, bool gzip) {
  const std::string_view said = stream.msg ? stream.msg : "";
  if (status == Z_BUF_ERROR) return "unexpected EOF";
  if (said == "incorrect data check" || said == "incorrect length check") return gzip ? "gzip: invalid checksum" : "zlib: invalid checksum";
  return "flate: corrupt input before offset " + std::to_string(stream.total_in - std::min<uLong>(stream.total_in, gzip ? kGzipHeader : kZlibHeader));
}

}  // namespace

bool inflate_some(std::string_view compressed, bool gzip, size_t most, std::string& out, std::string& broken_by) {
  constexpr int kWindow = 15, kGzip = 16;
  constexpr size_t kPiece = 16384;
  const size_t header = gzip ? kGzipHeader : kZlibHeader;
  if (compressed.size() < header) return broken_by = "unexpected EOF", false;
  z_stream stream{};
  if (inflateInit2(&stream, gzip ? kWindow + kGzip : kWindow) != Z_OK) return broken_by = "out of memory", false;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  int status = Z_OK;
  while (status == Z_OK && out.size() < most) {
    const size_t before = out.size();
    out.resize(before + kPiece);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = kPiece;
    status = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
  }
  const std::string reason = status == Z_OK ? "message too large" : status == Z_STREAM_END ? "" : reason_of(status, stream, gzip);
  const std::string_view said = stream.msg ? stream.msg : "";
  const bool no_header = status == Z_DATA_ERROR && out.empty() && (said.find("header") != std::string_view::npos || said == "unknown compression method" || said == "invalid window size");
  inflateEnd(&stream);
  if (no_header) return broken_by = gzip ? "gzip: invalid header" : "zlib: invalid header", false;
  if (status == Z_NEED_DICT) return broken_by = "zlib: invalid dictionary", false;
  broken_by = reason;
  return true;
}

}  // namespace invar
