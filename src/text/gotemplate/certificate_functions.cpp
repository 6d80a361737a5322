#include <openssl/dsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>

#include "src/text/gotemplate/base64.h"
#include "src/text/gotemplate/builder.h"
#include "src/text/gotemplate/format.h"
#include "src/text/ip_literal.h"

namespace invar::gotemplate {
namespace {

using Values = std::span<Value>;

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using X509Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>>;
using BigNumber = std::unique_ptr<BIGNUM, Freed<BN_free>>;

Bio reader_of(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<size_t>(size)};
}

// Keys.

Key generate_dsa() {
  const KeyContext parameters(EVP_PKEY_CTX_new_id(EVP_PKEY_DSA, nullptr));
  EVP_PKEY* made = nullptr;
  if (EVP_PKEY_paramgen_init(parameters.get()) != 1 || EVP_PKEY_CTX_set_dsa_paramgen_bits(parameters.get(), 2048) != 1 ||
      EVP_PKEY_CTX_set_dsa_paramgen_q_bits(parameters.get(), 256) != 1 || EVP_PKEY_paramgen(parameters.get(), &made) != 1)
    return nullptr;
  const Key template_key(made);
  const KeyContext context(EVP_PKEY_CTX_new(template_key.get(), nullptr));
  made = nullptr;
  if (EVP_PKEY_keygen_init(context.get()) != 1 || EVP_PKEY_keygen(context.get(), &made) != 1) return nullptr;
  return Key(made);
}

Key generate_key(std::string_view kind, size_t rsa_bits) {
  if (kind == "dsa") return generate_dsa();
  if (kind == "ecdsa") return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  if (kind == "ed25519") return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", rsa_bits));
}

std::string pem_of(EVP_PKEY* key) {
  const Bio out(BIO_new(BIO_s_mem()));
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519)
    PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  else
    PEM_write_bio_PrivateKey_traditional(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(out.get());
}

Key parse_key(std::string_view pem, const std::string& context) {
  const auto no_password = [](char*, int, int, void*) { return -1; };
  const Bio in = reader_of(pem);
  Key key(PEM_read_bio_PrivateKey(in.get(), nullptr, no_password, nullptr));
  if (!key) throw Failure{context + (pem.find("-----BEGIN") == std::string_view::npos ? "no PEM data in input" : "decoding PEM")};
  return key;
}

X509Certificate parse_certificate(std::string_view pem, std::string_view what) {
  if (pem.find("-----BEGIN") == std::string_view::npos) throw Failure{"unable to decode certificate"};
  const Bio in = reader_of(pem);
  X509Certificate certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  if (!certificate) throw Failure{"error parsing certificate: " + std::string(what) + ": x509: malformed certificate"};
  return certificate;
}

Value gen_private_key(Run& run, Values a) {
  const std::string_view kind = a[0].text();
  if (!kind.empty() && kind != "rsa" && kind != "dsa" && kind != "ecdsa" && kind != "ed25519")
    return run.text("Unknown type " + std::string(kind));
  const Key key = generate_key(kind, 4096);
  return run.text(key ? pem_of(key.get()) : "failed to generate private key");
}

// Certificates.

struct Request {
  std::string name;
  std::vector<std::string> addresses, names;
  int64_t days = 0;
  bool is_authority = false;
};

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& text) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_nconf_nid(nullptr, &context, kind, text.c_str()));
  if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) throw Failure{"error creating certificate: x509: bad extension"};
}

/// Names and addresses the certificate is for.
void add_alternatives(X509* certificate, const Request& request) {
  if (request.names.empty() && request.addresses.empty()) return;
  const Names all(GENERAL_NAMES_new());
  const auto add = [&](int kind, ASN1_STRING* text) {
    GENERAL_NAME* const name = GENERAL_NAME_new();
    GENERAL_NAME_set0_value(name, kind, text);
    sk_GENERAL_NAME_push(all.get(), name);
  };
  for (const std::string& name : request.names) {
    ASN1_IA5STRING* const text = ASN1_IA5STRING_new();
    ASN1_STRING_set(text, name.data(), static_cast<int>(name.size()));
    add(GEN_DNS, text);
  }
  for (const std::string& address : request.addresses) add(GEN_IPADD, a2i_IPADDRESS(address.c_str()));
  if (X509_add1_ext_i2d(certificate, NID_subject_alt_name, all.get(), 0, 0) != 1)
    throw Failure{"error creating certificate: x509: bad alternative names"};
}

void set_serial(X509* certificate) {
  const BigNumber number(BN_new());
  BN_rand(number.get(), 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY);
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate));
}

Value certificate_value(Run& run, std::string_view cert, std::string_view key) {
  Value value = Value::of(Type::kCertificate);
  value.certificate = run.memory().make<Certificate>(run.memory().copy(cert), run.memory().copy(key));
  return value;
}

/// `issuer` null: signed by its own key.
Value make_certificate(Run& run, const Request& request, EVP_PKEY* key, X509* issuer, EVP_PKEY* signer) {
  if (!key) throw Failure{"error generating rsa key"};
  const X509Certificate certificate(X509_new());
  X509* const made = certificate.get();
  X509_set_version(made, X509_VERSION_3);
  set_serial(made);
  const time_t now = run.clock().wall_ns() / 1'000'000'000;
  ASN1_TIME_set(X509_getm_notBefore(made), now);
  ASN1_TIME_adj(X509_getm_notAfter(made), now, static_cast<int>(request.days), 0);
  X509_NAME* const subject = X509_get_subject_name(made);
  if (!request.name.empty())
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(request.name.data()),
                               static_cast<int>(request.name.size()), -1, 0);
  X509_set_issuer_name(made, issuer ? X509_get_subject_name(issuer) : subject);
  X509_set_pubkey(made, key);
  add_extension(made, made, NID_key_usage,
                std::string("critical,digitalSignature,keyEncipherment") + (request.is_authority ? ",keyCertSign" : ""));
  add_extension(made, made, NID_ext_key_usage, "serverAuth,clientAuth");
  add_extension(made, made, NID_basic_constraints, request.is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (request.is_authority) add_extension(made, made, NID_subject_key_identifier, "hash");
  if (issuer && X509_get_ext_by_NID(issuer, NID_subject_key_identifier, -1) >= 0)
    add_extension(made, issuer, NID_authority_key_identifier, "keyid");
  add_alternatives(made, request);
  if (issuer && X509_check_private_key(issuer, signer) != 1)
    throw Failure{"error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey"};
  const bool hashes_itself = EVP_PKEY_get_base_id(signer) == EVP_PKEY_ED25519;
  if (X509_sign(made, signer, hashes_itself ? nullptr : EVP_sha256()) <= 0)
    throw Failure{"error creating certificate: x509: cannot sign with this key"};
  const Bio out(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(out.get(), made);
  return certificate_value(run, text_of(out.get()), pem_of(key));
}

std::vector<std::string> texts_of(Run& run, const Value& list, std::string_view before) {
  std::vector<std::string> out;
  for (const Value& item : items_of(list)) {
    if (!item.is(Type::kString)) throw Failure{std::string(before) + std::string(value_text(run, item)) + " is not a string"};
    out.emplace_back(item.text());
  }
  return out;
}

/// From the arguments: name, addresses, names, days.
Request request_of(Run& run, Values a) {
  Request request{.name = std::string(a[0].text()), .days = a[3].integer};
  request.addresses = texts_of(run, a[1], "error parsing ip: ");
  for (const std::string& address : request.addresses)
    if (!read_ip_literal(address) || address.find('%') != std::string::npos) throw Failure{"error parsing ip: " + address};
  request.names = texts_of(run, a[2], "error processing alternate dns name: ");
  return request;
}

Value make_authority(Run& run, Values a, const Key& key) {
  const Request request{.name = std::string(a[0].text()), .addresses = {}, .names = {}, .days = a[1].integer, .is_authority = true};
  return make_certificate(run, request, key.get(), nullptr, key.get());
}
Value gen_ca(Run& run, Values a) { return make_authority(run, a, generate_key("rsa", 2048)); }
Value gen_ca_with_key(Run& run, Values a) { return make_authority(run, a, parse_key(a[2].text(), "parsing private key: ")); }

Value make_self_signed(Run& run, Values a, const Key& key) {
  return make_certificate(run, request_of(run, a), key.get(), nullptr, key.get());
}
Value gen_self_signed(Run& run, Values a) { return make_self_signed(run, a, generate_key("rsa", 2048)); }
Value gen_self_signed_with_key(Run& run, Values a) { return make_self_signed(run, a, parse_key(a[4].text(), "parsing private key: ")); }

Value make_signed(Run& run, Values a, const Key& key) {
  const Certificate& authority = *a[4].certificate;
  const X509Certificate issuer = parse_certificate(authority.cert, "decodedSignerCert.Bytes");
  const Key signer = parse_key(authority.key, "error parsing private key: ");
  return make_certificate(run, request_of(run, a), key.get(), issuer.get(), signer.get());
}
Value gen_signed(Run& run, Values a) { return make_signed(run, a, generate_key("rsa", 2048)); }
Value gen_signed_with_key(Run& run, Values a) { return make_signed(run, a, parse_key(a[5].text(), "parsing private key: ")); }

Value build_custom(Run& run, Values a) {
  std::string cert, key;
  size_t wrong;
  if (!decode_base64(a[0].text(), cert, wrong)) throw Failure{"unable to decode base64 certificate"};
  if (!decode_base64(a[1].text(), key, wrong)) throw Failure{"unable to decode base64 private key"};
  parse_certificate(cert, "decodedCert.Bytes");
  parse_key(key, "error parsing private key: ");
  return certificate_value(run, cert, key);
}

constexpr Function kFunctions[] = {
    {"buildCustomCert", "ss", build_custom},
    {"genCA", "si", gen_ca},
    {"genCAWithKey", "sis", gen_ca_with_key},
    {"genPrivateKey", "s", gen_private_key},
    {"genSelfSignedCert", "slli", gen_self_signed},
    {"genSelfSignedCertWithKey", "sllis", gen_self_signed_with_key},
    {"genSignedCert", "sllic", gen_signed},
    {"genSignedCertWithKey", "sllics", gen_signed_with_key},
};

}  // namespace

std::span<const Function> certificate_functions() { return kFunctions; }

}  // namespace invar::gotemplate
