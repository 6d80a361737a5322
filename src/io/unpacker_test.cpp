#include "src/io/unpacker.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace invar {
namespace {

using namespace std::string_view_literals;

// "one\ntwo\nthree\n", as gzip, zlib and bzip2 pack it.
constexpr std::string_view kPlain = "one\ntwo\nthree\n";
constexpr std::string_view kGzip = "\037\213\010\000\000\000\000\000\002\377\313\317\113\345\052\051\317\347\052\311\050\112\115\345\002\000\266\325\346\045\016\000\000\000"sv;
constexpr std::string_view kZlib = "\170\234\313\317\113\345\052\051\317\347\052\311\050\112\115\345\002\000\045\340\004\323"sv;
constexpr std::string_view kBzip2 = "\102\132\150\071\061\101\131\046\123\131\010\173\175\327\000\000\004\301\200\000\020\002\101\224\200\040\000\061\014\010\041\243\324\310\205\107\062\070\250\361\167\044\123\205\011\000\207\267\335\160"sv;

struct Unpacked {
  std::string text;
  bool whole = false;
  std::string error;
};

/// Given `piece` bytes at a time, with room for `room`.
Unpacked unpack(Packing packing, std::string_view packed, size_t piece, size_t room) {
  const auto unpacker = Unpacker::make(packing);
  Unpacked result;
  std::vector<char> into(room);
  while (true) {
    const auto step = unpacker->unpack(packed.substr(0, piece), into);
    if (!step) return result.error = step.error().what, result;
    packed.remove_prefix(step->taken);
    result.text.append(into.data(), step->made);
    if (step->made == 0 && (packed.empty() || step->taken == 0)) break;
  }
  result.whole = unpacker->is_whole();
  return result;
}

struct Stream {
  Packing packing;
  std::string_view packed;
};
constexpr Stream kStreams[] = {{Packing::kGzip, kGzip}, {Packing::kZlib, kZlib}, {Packing::kBzip2, kBzip2}};

TEST_CASE("streams come out the same in pieces of any size") {
  for (const Stream& stream : kStreams)
    for (const size_t piece : {size_t{1}, size_t{3}, size_t{1000}})
      for (const size_t room : {size_t{1}, size_t{5}, size_t{1000}}) {
        const Unpacked got = unpack(stream.packing, stream.packed, piece, room);
        CHECK(got.text == kPlain);
        CHECK(got.whole);
        CHECK(got.error == "");
      }
}

TEST_CASE("a stream that is cut is not whole") {
  for (const Stream& stream : kStreams)
    for (const size_t cut : {size_t{0}, size_t{1}, size_t{9}, stream.packed.size() - 1}) {
      const Unpacked got = unpack(stream.packing, stream.packed.substr(0, cut), 1000, 1000);
      CHECK_FALSE(got.whole);
      CHECK(got.error == "");
      CHECK(kPlain.starts_with(got.text));
    }
}

TEST_CASE("streams that follow one another are one; behind a zlib stream nothing is looked at") {
  for (const Packing packing : {Packing::kGzip, Packing::kBzip2}) {
    const std::string_view one = packing == Packing::kGzip ? kGzip : kBzip2;
    const Unpacked got = unpack(packing, std::string(one) + std::string(one), 7, 4);
    CHECK(got.text == std::string(kPlain) + std::string(kPlain));
    CHECK(got.whole);
  }
  const Unpacked got = unpack(Packing::kZlib, std::string(kZlib) + "anything", 1000, 1000);
  CHECK(got.text == kPlain);
  CHECK(got.whole);
  CHECK(got.error == "");
}

TEST_CASE("what is in front of the broken place comes out, however much room there is") {
  std::string packed(kGzip);
  packed[packed.size() - 8] = static_cast<char>(packed[packed.size() - 8] ^ 1);  // the checksum
  for (const size_t room : {size_t{1}, size_t{1000}}) {
    const Unpacked got = unpack(Packing::kGzip, packed, 1000, room);
    CHECK(got.text == kPlain);
    CHECK(got.error == "gzip: invalid checksum");
  }
}

TEST_CASE("broken streams are named in Go's words") {
  const auto spoilt = [](std::string_view packed, size_t at) {
    std::string bytes(packed);
    bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
    return bytes;
  };
  CHECK(unpack(Packing::kGzip, "plain text\n", 1000, 1000).error == "gzip: invalid header");
  CHECK(unpack(Packing::kGzip, spoilt(kGzip, kGzip.size() - 8), 1000, 1000).error == "gzip: invalid checksum");
  CHECK(unpack(Packing::kGzip, std::string(kGzip) + "rubbish", 1000, 1000).error == "gzip: invalid header");
  CHECK(unpack(Packing::kGzip, spoilt(kGzip, 10), 1000, 1000).error.starts_with("flate: corrupt input before offset "));
  CHECK(unpack(Packing::kZlib, "plain text\n", 1000, 1000).error == "zlib: invalid header");
  CHECK(unpack(Packing::kZlib, spoilt(kZlib, kZlib.size() - 1), 1000, 1000).error == "zlib: invalid checksum");
  CHECK(unpack(Packing::kBzip2, "plain text\n", 1000, 1000).error == "bzip2 data invalid: bad magic value");
  CHECK(unpack(Packing::kBzip2, std::string(kBzip2) + "rubbish", 1000, 1000).error == "bzip2 data invalid: bad magic value in continuation file");
  CHECK(unpack(Packing::kBzip2, spoilt(kBzip2, 20), 1000, 1000).error.starts_with("bzip2 data invalid: "));
}

}  // namespace
}  // namespace invar
