#include "src/io/digest.h"

#include <openssl/evp.h>

#include <span>

#include "src/base/check.h"

namespace invar {

namespace {

std::string hex_of(std::span<const unsigned char> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes) text.append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
  return text;
}

}  // namespace

struct Sha256::Inside {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~Inside() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : inside_(std::make_unique<Inside>()) {
  const int started = EVP_DigestInit_ex(inside_->context, EVP_sha256(), nullptr);
  INVAR_CHECK(started == 1);
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) { EVP_DigestUpdate(inside_->context, bytes.data(), bytes.size()); }

std::string Sha256::hex() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_DigestFinal_ex(inside_->context, digest, &size);
  return hex_of({digest, size});
}

std::string sha1_hex(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  const int done = EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha1(), nullptr);
  INVAR_CHECK(done == 1);
  return hex_of({digest, size});
}

}  // namespace invar
