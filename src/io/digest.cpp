#include "src/io/digest.h"

#include <openssl/evp.h>

#include "src/base/check.h"

namespace invar {

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
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) text.append(1, kDigits[digest[i] >> 4]).append(1, kDigits[digest[i] & 15]);
  return text;
}

}  // namespace invar
