#include <crypt.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "src/base/check.h"
#include "src/text/gotemplate/base64.h"
#include "src/text/gotemplate/builder.h"
#include "src/text/gotemplate/random.h"

namespace invar::gotemplate {
namespace {

using Values = std::span<Value>;

// bcrypt, cost 10, as $2a$.
std::string bcrypt_of(std::string_view password) {
  if (password.size() > 72) return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes";
  char salt[16];
  random_bytes(salt, sizeof salt);
  const auto state = std::make_unique<crypt_data>();
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  INVAR_CHECK(crypt_gensalt_rn("$2a$", 10, salt, sizeof salt, setting, sizeof setting) != nullptr);
  const char* const hash = crypt_r(std::string(password).c_str(), setting, state.get());
  if (!hash || hash[0] != '$') throw Failure{"failed to encrypt string with bcrypt"};
  return hash;
}

Value bcrypt(Run& run, Values a) { return run.text(bcrypt_of(a[0].text())); }
Value htpasswd(Run& run, Values a) {
  const std::string user(a[0].text());
  if (user.find(':') != std::string::npos) return run.text("invalid username: " + user);
  return run.text(user + ":" + bcrypt_of(a[1].text()));
}

// AES-256-CBC; the key is the password, cut or filled up with zeros.

constexpr size_t kBlock = 16, kKey = 32;

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

std::string run_cipher(std::string_view password, const unsigned char* iv, std::string_view in, bool encrypts) {
  unsigned char key[kKey] = {};
  if (!password.empty()) std::memcpy(key, password.data(), std::min(password.size(), kKey));
  const CipherContext context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  std::string out(in.size() + kBlock, '\0');
  auto* const to = reinterpret_cast<unsigned char*>(out.data());
  int written = 0;
  INVAR_CHECK(EVP_CipherInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, key, iv, encrypts) == 1);
  EVP_CIPHER_CTX_set_padding(context.get(), 0);
  INVAR_CHECK(EVP_CipherUpdate(context.get(), to, &written, reinterpret_cast<const unsigned char*>(in.data()), static_cast<int>(in.size())) == 1);
  out.resize(static_cast<size_t>(written));
  return out;
}

Value encrypt_aes(Run& run, Values a) {
  if (a[1].text().empty()) return a[1];
  std::string plain(a[1].text());
  const size_t padding = kBlock - plain.size() % kBlock;
  plain.append(padding, static_cast<char>(padding));
  unsigned char iv[kBlock];
  random_bytes(iv, sizeof iv);
  const std::string crypted = run_cipher(a[0].text(), iv, plain, true);
  return run.text(encode_base64(std::string(reinterpret_cast<const char*>(iv), sizeof iv) + crypted));
}

Value decrypt_aes(Run& run, Values a) {
  if (a[1].text().empty()) return a[1];
  std::string bytes;
  size_t wrong;
  if (!decode_base64(a[1].text(), bytes, wrong)) throw Failure{"illegal base64 data at input byte " + std::to_string(wrong)};
  if (bytes.size() < kBlock)
    throw Failure{"runtime error: slice bounds out of range [:16] with capacity " + std::to_string(a[1].text().size() / 4 * 3)};
  if (bytes.size() % kBlock != 0) throw Failure{"crypto/cipher: input not full blocks"};
  if (bytes.size() == kBlock) throw Failure{"runtime error: index out of range [-1]"};
  const std::string plain =
      run_cipher(a[0].text(), reinterpret_cast<const unsigned char*>(bytes.data()), std::string_view(bytes).substr(kBlock), false);
  const auto padding = static_cast<unsigned char>(plain.back());
  if (padding > plain.size()) throw Failure{"runtime error: slice bounds out of range [:" + std::to_string(static_cast<int>(plain.size()) - padding) + "]"};
  return run.text(std::string_view(plain).substr(0, plain.size() - padding));
}

// The Master Password algorithm.

struct PasswordType {
  std::string_view name;
  std::vector<std::string_view> templates;
};

const std::vector<PasswordType>& password_types() {
  static const std::vector<PasswordType> kTypes{
      {"maximum", {"anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"}},
      {"long", {"CvcvnoCvcvCvcv", "CvcvCvcvnoCvcv", "CvcvCvcvCvcvno", "CvccnoCvcvCvcv", "CvccCvcvnoCvcv", "CvccCvcvCvcvno", "CvcvnoCvccCvcv",
                "CvcvCvccnoCvcv", "CvcvCvccCvcvno", "CvcvnoCvcvCvcc", "CvcvCvcvnoCvcc", "CvcvCvcvCvccno", "CvccnoCvccCvcv", "CvccCvccnoCvcv",
                "CvccCvccCvcvno", "CvcvnoCvccCvcc", "CvcvCvccnoCvcc", "CvcvCvccCvccno", "CvccnoCvcvCvcc", "CvccCvcvnoCvcc", "CvccCvcvCvccno"}},
      {"medium", {"CvcnoCvc", "CvcCvcno"}},
      {"short", {"Cvcn"}},
      {"basic", {"aaanaaan", "aannaaan", "aaannaaa"}},
      {"pin", {"nnnn"}},
  };
  return kTypes;
}

std::string_view characters_of(char letter) {
  switch (letter) {
    case 'V': return "AEIOU";
    case 'C': return "BCDFGHJKLMNPQRSTVWXYZ";
    case 'v': return "aeiou";
    case 'c': return "bcdfghjklmnpqrstvwxyz";
    case 'A': return "AEIOUBCDFGHJKLMNPQRSTVWXYZ";
    case 'a': return "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
    case 'n': return "0123456789";
    case 'o': return "@&%?,=[]_:-+*$#!'^~;()/.";
    default: return "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()";
  }
}

std::string big_endian(uint64_t number) {
  return {static_cast<char>(number >> 24), static_cast<char>(number >> 16), static_cast<char>(number >> 8), static_cast<char>(number)};
}

Value derive_password(Run& run, Values a) {
  const std::string_view type = a[1].text(), password = a[2].text(), user = a[3].text(), site = a[4].text();
  const auto& types = password_types();
  const auto found = std::find_if(types.begin(), types.end(), [&](const PasswordType& known) { return known.name == type; });
  if (found == types.end()) return run.text("cannot find password template " + std::string(type));
  const std::string seed = "com.lyndir.masterpassword";
  const std::string salt = seed + big_endian(user.size()) + std::string(user);
  unsigned char key[64];
  constexpr uint64_t kMemory = uint64_t{64} << 20;
  const auto bytes = [](std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); };
  if (EVP_PBE_scrypt(password.empty() ? "" : password.data(), password.size(), bytes(salt), salt.size(), 32768, 8, 2, kMemory, key, sizeof key) != 1)
    throw Failure{"failed to derive password"};
  const std::string message = seed + big_endian(site.size()) + std::string(site) + big_endian(a[0].natural);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  INVAR_CHECK(HMAC(EVP_sha256(), key, sizeof key, bytes(message), message.size(), digest, &size) != nullptr);
  std::string out;
  for (const char letter : found->templates[digest[0] % found->templates.size()]) {
    const std::string_view characters = characters_of(letter);
    out += characters[digest[out.size() + 1] % characters.size()];
  }
  return run.text(out);
}

constexpr Function kFunctions[] = {
    {"bcrypt", "s", bcrypt},
    {"decryptAES", "ss", decrypt_aes},
    {"derivePassword", "ussss", derive_password},
    {"encryptAES", "ss", encrypt_aes},
    {"htpasswd", "ss", htpasswd},
};

}  // namespace

std::span<const Function> crypto_functions() { return kFunctions; }

}  // namespace invar::gotemplate
