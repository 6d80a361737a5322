#include <openssl/evp.h>

#include <memory>

#include "src/base/check.h"
#include "src/text/gotemplate/builder.h"

namespace invar::gotemplate {
namespace {

using Values = std::span<Value>;

/// An algorithm, looked up once: OpenSSL takes longer for that than for a short text.
class Digest {
 public:
  explicit Digest(const char* name) : kind_(EVP_MD_fetch(nullptr, name, nullptr)) { INVAR_CHECK(kind_); }
  const EVP_MD* kind() const { return kind_.get(); }

 private:
  std::unique_ptr<EVP_MD, decltype([](EVP_MD* kind) { EVP_MD_free(kind); })> kind_;
};

using Context = std::unique_ptr<EVP_MD_CTX, decltype([](EVP_MD_CTX* context) { EVP_MD_CTX_free(context); })>;

Value hex_digest(Run& run, std::string_view bytes, const Digest& algorithm) {
  static thread_local const Context kContext(EVP_MD_CTX_new());
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  INVAR_CHECK(EVP_DigestInit_ex(kContext.get(), algorithm.kind(), nullptr) == 1 &&
              EVP_DigestUpdate(kContext.get(), bytes.data(), bytes.size()) == 1 && EVP_DigestFinal_ex(kContext.get(), digest, &size) == 1);
  char* const out = run.memory().bytes(size * 2);
  for (unsigned i = 0; i < size; ++i) {
    out[2 * i] = "0123456789abcdef"[digest[i] >> 4];
    out[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
  }
  return Value::of(std::string_view(out, size * 2));
}

const Digest& sha256() {
  static const Digest kSha256("SHA256");
  return kSha256;
}

Value sha1sum(Run& run, Values a) {
  static const Digest kSha1("SHA1");
  return hex_digest(run, a[0].text(), kSha1);
}
Value sha256sum(Run& run, Values a) { return hex_digest(run, a[0].text(), sha256()); }
Value sha512sum(Run& run, Values a) {
  static const Digest kSha512("SHA512");
  return hex_digest(run, a[0].text(), kSha512);
}

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

Value call_hash(Run& run, Values a) {
  static const Digest kSha3("SHA3-256");
  return hex_digest(run, salted(run, a), kSha3);
}
Value call_sha2_hash(Run& run, Values a) { return hex_digest(run, salted(run, a), sha256()); }

std::span<const Function> digest_functions() { return kFunctions; }

}  // namespace invar::gotemplate
