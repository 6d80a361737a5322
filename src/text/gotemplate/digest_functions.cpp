#include <openssl/evp.h>

#include "src/base/check.h"
#include "src/text/gotemplate/builder.h"

namespace invar::gotemplate {
namespace {

using Values = std::span<Value>;

Value hex_digest(Run& run, std::string_view bytes, const EVP_MD* kind) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  INVAR_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest, &size, kind, nullptr) == 1);
  char* const out = run.memory().bytes(size * 2);
  for (unsigned i = 0; i < size; ++i) {
    out[2 * i] = "0123456789abcdef"[digest[i] >> 4];
    out[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
  }
  return Value::of(std::string_view(out, size * 2));
}

Value sha1sum(Run& run, Values a) { return hex_digest(run, a[0].text(), EVP_sha1()); }
Value sha256sum(Run& run, Values a) { return hex_digest(run, a[0].text(), EVP_sha256()); }
Value sha512sum(Run& run, Values a) { return hex_digest(run, a[0].text(), EVP_sha512()); }

Value adler32sum(Run& run, Values a) {
  uint32_t low = 1, high = 0;
  for (const char c : a[0].text()) {
    low = (low + static_cast<unsigned char>(c)) % 65521;
    high = (high + low) % 65521;
  }
  return run.text(std::to_string(high << 16 | low));
}

constexpr Function kFunctions[] = {
    {"adler32sum", "s", adler32sum},
    {"sha1sum", "s", sha1sum},
    {"sha256sum", "s", sha256sum},
    {"sha512sum", "s", sha512sum},
};

std::string_view salted(Run& run, Values a) { return Builder(run).add(a[0].text()).add(a[1].text()).raw(); }

}  // namespace

Value call_hash(Run& run, Values a) { return hex_digest(run, salted(run, a), EVP_sha3_256()); }
Value call_sha2_hash(Run& run, Values a) { return hex_digest(run, salted(run, a), EVP_sha256()); }

std::span<const Function> digest_functions() { return kFunctions; }

}  // namespace invar::gotemplate
