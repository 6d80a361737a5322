#include "src/io/certificate_name.h"

#include <openssl/x509v3.h>

#include <memory>

namespace invar {

bool certificate_is_for(std::string_view der, const std::string& name) {
  struct Free {
    void operator()(X509* certificate) const { X509_free(certificate); }
  };
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<X509, Free> certificate(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
  if (!certificate) return false;
  return X509_check_host(certificate.get(), name.data(), name.size(), 0, nullptr) == 1 || X509_check_ip_asc(certificate.get(), name.c_str(), 0) == 1;
}

}  // namespace invar
