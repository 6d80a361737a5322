#include "src/io/zip_archive.h"

#include <zlib.h>

#include <ctime>

#include "src/base/check.h"

namespace invar {
namespace {

constexpr uint32_t kLocalHeader = 0x04034b50, kCentralHeader = 0x02014b50, kEnd = 0x06054b50;
constexpr uint16_t kVersion = 20, kDeflated = 8, kUtf8Names = 1u << 11;

void put16(std::string& out, uint16_t value) {
  out += static_cast<char>(value & 0xff);
  out += static_cast<char>(value >> 8);
}
void put32(std::string& out, uint32_t value) {
  put16(out, static_cast<uint16_t>(value & 0xffff));
  put16(out, static_cast<uint16_t>(value >> 16));
}

/// `window` as zlib's deflateInit2: -15 is raw, 15 + 16 gzip.
std::string deflated(std::string_view content, int window) {
  z_stream stream{};
  INVAR_CHECK(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, static_cast<uLong>(content.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  INVAR_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// Date and time of MS-DOS, in UTC.
uint32_t dos_time() {
  const time_t now = ::time(nullptr);
  tm parts{};
  ::gmtime_r(&now, &parts);
  const auto date = static_cast<uint32_t>((parts.tm_year - 80) << 9 | (parts.tm_mon + 1) << 5 | parts.tm_mday);
  return date << 16 | static_cast<uint32_t>(parts.tm_hour << 11 | parts.tm_min << 5 | parts.tm_sec / 2);
}

}  // namespace

void ZipArchive::add(std::string_view name, std::string_view content) {
  const std::string packed = deflated(content, -15);
  const auto offset = static_cast<uint32_t>(out_.size());
  std::string common;
  put16(common, kVersion);
  put16(common, kUtf8Names);
  put16(common, kDeflated);
  put32(common, dos_time());
  put32(common, static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size()))));
  put32(common, static_cast<uint32_t>(packed.size()));
  put32(common, static_cast<uint32_t>(content.size()));
  put16(common, static_cast<uint16_t>(name.size()));
  put16(common, 0);  // no extra field
  put32(out_, kLocalHeader);
  out_.append(common).append(name).append(packed);
  put32(directory_, kCentralHeader);
  put16(directory_, kVersion);  // made by
  directory_ += common;
  put16(directory_, 0);  // no comment
  put16(directory_, 0);  // first disk
  put16(directory_, 0);  // internal attributes
  put32(directory_, 0);  // external attributes
  put32(directory_, offset);
  directory_ += name;
  ++count_;
}

std::string ZipArchive::finish() {
  const auto at = static_cast<uint32_t>(out_.size());
  out_ += directory_;
  put32(out_, kEnd);
  put16(out_, 0);
  put16(out_, 0);
  put16(out_, count_);
  put16(out_, count_);
  put32(out_, static_cast<uint32_t>(directory_.size()));
  put32(out_, at);
  put16(out_, 0);
  return std::move(out_);
}

std::string gzip_of(std::string_view content) { return deflated(content, 15 + 16); }
std::string deflate_of(std::string_view content) { return deflated(content, -15); }

}  // namespace invar
