#include "src/io/unpacker.h"

#include <bzlib.h>
#include <zlib.h>

#include <algorithm>
#include <climits>
#include <optional>
#include <string>

namespace invar {
namespace {

unsigned int limited(size_t size) { return static_cast<unsigned int>(std::min<size_t>(size, UINT_MAX)); }

class Inflater final : public Unpacker {
 public:
  explicit Inflater(Packing packing) : packing_(packing) {
    constexpr int kLargestWindow = 15, kGzipHeader = 16;
    const int opened = ::inflateInit2(&stream_, kLargestWindow + (packing == Packing::kGzip ? kGzipHeader : 0));
    INVAR_CHECK(opened == Z_OK);  // but for want of memory
  }
  ~Inflater() override { ::inflateEnd(&stream_); }

  Result<Step> unpack(std::string_view packed, std::span<char> into) override {
    if (failed_) return *failed_;
    if (is_over() || (packed.empty() && !unfinished_)) return Step{};
    if (whole_) {
      ::inflateReset(&stream_);
      whole_ = false;
    }
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = limited(packed.size());
    stream_.next_out = reinterpret_cast<Bytef*>(into.data());
    stream_.avail_out = limited(into.size());
    const size_t given = stream_.avail_in, room = stream_.avail_out;
    const int status = ::inflate(&stream_, Z_NO_FLUSH);
    const Step step{given - stream_.avail_in, room - stream_.avail_out};
    taken_ += step.taken;
    whole_ = status == Z_STREAM_END;
    unfinished_ = !whole_ && stream_.avail_out == 0;
    if (status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR) return step;
    failed_ = failure(status);
    if (step.made > 0) return step;
    return *failed_;
  }
  bool is_whole() const override { return whole_; }
  bool is_over() const override { return whole_ && packing_ == Packing::kZlib; }

 private:
  Error failure(int status) const {
    const std::string name = packing_ == Packing::kGzip ? "gzip" : "zlib";
    const std::string_view why = stream_.msg ? stream_.msg : "";
    if (status == Z_NEED_DICT) return {name + ": invalid dictionary", "corrupt"};
    if (why == "incorrect data check" || why == "incorrect length check") return {name + ": invalid checksum", "corrupt"};
    if (why.find("header") != why.npos || why == "unknown compression method" || why == "invalid window size") return {name + ": invalid header", "corrupt"};
    return {"flate: corrupt input before offset " + std::to_string(taken_), "corrupt"};
  }

  const Packing packing_;
  z_stream stream_ = {};
  bool whole_ = false;
  bool unfinished_ = false;  // there may be more in it than the last `into` had room for
  uint64_t taken_ = 0;
  std::optional<Error> failed_;  // said once what was made before is handed over
};

class Bzip2 final : public Unpacker {
 public:
  Bzip2() { begin(); }
  ~Bzip2() override { ::BZ2_bzDecompressEnd(&stream_); }

  Result<Step> unpack(std::string_view packed, std::span<char> into) override {
    if (failed_) return *failed_;
    if (packed.empty() && !unfinished_) return Step{};
    if (whole_) {
      ::BZ2_bzDecompressEnd(&stream_);
      begin();
      continued_ = true;
    }
    stream_.next_in = const_cast<char*>(packed.data());
    stream_.avail_in = limited(packed.size());
    stream_.next_out = into.data();
    stream_.avail_out = limited(into.size());
    const size_t given = stream_.avail_in, room = stream_.avail_out;
    const int status = ::BZ2_bzDecompress(&stream_);
    whole_ = status == BZ_STREAM_END;
    unfinished_ = !whole_ && stream_.avail_out == 0;
    const Step step{given - stream_.avail_in, room - stream_.avail_out};
    if (status == BZ_OK || status == BZ_STREAM_END) return step;
    failed_ = failure(status);
    if (step.made > 0) return step;
    return *failed_;
  }
  bool is_whole() const override { return whole_; }

 private:
  void begin() {
    stream_ = {};
    whole_ = false;
    const int opened = ::BZ2_bzDecompressInit(&stream_, 0, 0);
    INVAR_CHECK(opened == BZ_OK);  // but for want of memory
  }
  Error failure(int status) const {
    if (status == BZ_DATA_ERROR_MAGIC)
      return {continued_ ? "bzip2 data invalid: bad magic value in continuation file" : "bzip2 data invalid: bad magic value", "corrupt"};
    return {"bzip2 data invalid: " + std::string(status == BZ_DATA_ERROR ? "checksum mismatch or bad data" : "cannot be unpacked"), "corrupt"};
  }

  bz_stream stream_ = {};
  bool whole_ = false;
  bool continued_ = false;
  bool unfinished_ = false;  // as above
  std::optional<Error> failed_;
};

}  // namespace

std::unique_ptr<Unpacker> Unpacker::make(Packing packing) {
  if (packing == Packing::kBzip2) return std::make_unique<Bzip2>();
  return std::make_unique<Inflater>(packing);
}

}  // namespace invar
