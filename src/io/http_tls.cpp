#include <arpa/inet.h>
#include <curl/curl.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <cstdlib>

#include "src/io/file.h"
#include "src/io/http_easy.h"

namespace invar {
namespace {

constexpr long kSystemCaCacheSeconds = 300;

long minimum_version(TlsConfig::Version version) {
  switch (version) {
    case TlsConfig::Version::kTls10:
      return CURL_SSLVERSION_TLSv1_0;
    case TlsConfig::Version::kTls11:
      return CURL_SSLVERSION_TLSv1_1;
    case TlsConfig::Version::kTls13:
      return CURL_SSLVERSION_TLSv1_3;
    case TlsConfig::Version::kDefault:
    case TlsConfig::Version::kTls12:
      break;
  }
  return CURL_SSLVERSION_TLSv1_2;
}

void set_blob(CURL* easy, CURLoption option, std::string_view bytes) {
  curl_blob blob{const_cast<char*>(bytes.data()), bytes.size(), CURL_BLOB_COPY};
  curl_easy_setopt(easy, option, &blob);
}

/// All certificates in SSL_CERT_DIR's directories (separated by colons, file names of any form, as Go takes them).
std::string certificates_in(std::string_view directories) {
  std::string pem;
  while (!directories.empty()) {
    const size_t colon = std::min(directories.find(':'), directories.size());
    const std::string directory(directories.substr(0, colon));
    directories.remove_prefix(std::min(colon + 1, directories.size()));
    const auto entries = list_directory(directory);
    if (!entries) continue;
    for (const DirectoryEntry& entry : *entries) {
      const std::string path = directory + "/" + entry.name;
      if (const auto about = stat_path(path); !about || !about->is_regular()) continue;
      if (const auto text = read_file(path, 4u << 20)) pem.append(*text).append("\n");
    }
  }
  return pem;
}

/// The same, read again only after a while: a folder of 150 files costs more than many requests.
const std::string& system_certificates(const char* file, std::string_view directories) {
  using Seconds = std::chrono::seconds;
  struct Cached {
    std::string pem, file, directories;
    std::chrono::steady_clock::time_point read;
  };
  thread_local Cached cached;
  const std::string wanted_file = file != nullptr ? file : "";
  const auto now = std::chrono::steady_clock::now();
  const bool fresh = !cached.pem.empty() && now - cached.read < Seconds(kSystemCaCacheSeconds);
  if (fresh && cached.file == wanted_file && cached.directories == directories) return cached.pem;
  cached = {certificates_in(directories), wanted_file, std::string(directories), now};
  if (!wanted_file.empty())
    if (const auto text = read_file(wanted_file)) cached.pem.append(*text);
  return cached.pem;
}

void apply_authorities(CURL* easy, const TlsConfig& config) {
  curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  if (!config.ca_pem.empty()) {
    set_blob(easy, CURLOPT_CAINFO_BLOB, config.ca_pem);
    set_blob(easy, CURLOPT_PROXY_CAINFO_BLOB, config.ca_pem);
    return;
  }
  if (!config.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, config.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, config.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
    return;
  }
  curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, kSystemCaCacheSeconds);
  const char* file = std::getenv("SSL_CERT_FILE");
  const char* directories = std::getenv("SSL_CERT_DIR");
  if (directories != nullptr && *directories != '\0') {
    const std::string& pem = system_certificates(file, directories);
    set_blob(easy, CURLOPT_CAINFO_BLOB, pem);
    set_blob(easy, CURLOPT_PROXY_CAINFO_BLOB, pem);
  } else if (file != nullptr && *file != '\0') {
    curl_easy_setopt(easy, CURLOPT_CAINFO, file);
    curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, file);
  }
}

void apply_identity(CURL* easy, const TlsConfig& config) {
  if (!config.cert_pem.empty()) {
    set_blob(easy, CURLOPT_SSLCERT_BLOB, config.cert_pem);
  } else if (!config.cert_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_SSLCERT, config.cert_file.c_str());
  }
  if (!config.key_pem.empty()) {
    set_blob(easy, CURLOPT_SSLKEY_BLOB, config.key_pem.reveal());
  } else if (!config.key_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_SSLKEY, config.key_file.c_str());
  }
}

bool is_address(const std::string& name) {
  unsigned char bytes[16];
  return ::inet_pton(AF_INET, name.c_str(), bytes) == 1 || ::inet_pton(AF_INET6, name.c_str(), bytes) == 1;
}

int server_name_slot() {
  static const int slot = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return slot;
}

/// Puts our name in place of the URL's host, just before the hello is built.
void name_server(const SSL* ssl, int where, int) {
  if ((where & SSL_CB_HANDSHAKE_START) == 0) return;
  const auto* name = static_cast<const std::string*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), server_name_slot()));
  if (name == nullptr) return;
  auto* changeable = const_cast<SSL*>(ssl);  // OpenSSL hands the connection out as const, its setters do not take it so
  SSL_set_tlsext_host_name(changeable, is_address(*name) ? nullptr : const_cast<char*>(name->c_str()));
}

/// curl verifies the URL's host only. With a server_name curl's own check is off and OpenSSL verifies that name in the
/// handshake.
CURLcode verify_server_name(CURL*, void* context, void* user) {
  auto* tls = static_cast<SSL_CTX*>(context);
  const auto* config = static_cast<const TlsConfig*>(user);
  SSL_CTX_set_ex_data(tls, server_name_slot(), const_cast<std::string*>(&config->server_name));
  SSL_CTX_set_info_callback(tls, &name_server);
  if (config->insecure_skip_verify) return CURLE_OK;
  X509_VERIFY_PARAM* verify = SSL_CTX_get0_param(tls);
  X509_VERIFY_PARAM_set_hostflags(verify, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const int set = is_address(config->server_name) ? X509_VERIFY_PARAM_set1_ip_asc(verify, config->server_name.c_str())
                                                  : X509_VERIFY_PARAM_set1_host(verify, config->server_name.c_str(), 0);
  return set == 1 ? CURLE_OK : CURLE_SSL_CERTPROBLEM;
}

}  // namespace

void apply_tls(void* easy, const TlsConfig& config) {
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, minimum_version(config.min_version));
  curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);  // Go's clients do not resume sessions either
  apply_authorities(easy, config);
  apply_identity(easy, config);
  const bool own_name = !config.server_name.empty();
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, config.insecure_skip_verify ? 0L : 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, config.insecure_skip_verify || own_name ? 0L : 2L);
  if (!own_name) return;
  curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, &verify_server_name);
  curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, &config);
}

}  // namespace invar
