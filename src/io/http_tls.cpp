#include <arpa/inet.h>
#include <curl/curl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <cstdlib>
#include <memory>

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

struct FreeStore {
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
};
using Store = std::unique_ptr<X509_STORE, FreeStore>;

void add_file(X509_STORE* store, const std::string& path) {
  X509_STORE_load_file(store, path.c_str());
  ERR_clear_error();  // a file without certificates is as good as none
}

/// All certificates in SSL_CERT_DIR's directories (separated by colons, file names of any form, as Go takes them).
void add_directories(X509_STORE* store, std::string_view directories) {
  while (!directories.empty()) {
    const size_t colon = std::min(directories.find(':'), directories.size());
    const std::string directory(directories.substr(0, colon));
    directories.remove_prefix(std::min(colon + 1, directories.size()));
    const auto entries = list_directory(directory);
    if (!entries) continue;
    for (const DirectoryEntry& entry : *entries) {
      const std::string path = directory + "/" + entry.name;
      if (const auto about = stat_path(path); about && about->is_regular()) add_file(store, path);
    }
  }
}

std::string_view environment(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

bool environment_names_authorities() { return !environment("SSL_CERT_FILE").empty() || !environment("SSL_CERT_DIR").empty(); }

/// The certificates of SSL_CERT_FILE and SSL_CERT_DIR. Read again only after a while: a folder of 150 files costs more than many requests.
X509_STORE* environment_store() {
  using Seconds = std::chrono::seconds;
  struct Cached {
    Store store;
    std::string file, directories;
    std::chrono::steady_clock::time_point read;
  };
  thread_local Cached cached;
  const std::string file(environment("SSL_CERT_FILE")), directories(environment("SSL_CERT_DIR"));
  const auto now = std::chrono::steady_clock::now();
  const bool fresh = cached.store && now - cached.read < Seconds(kSystemCaCacheSeconds);
  if (fresh && cached.file == file && cached.directories == directories) return cached.store.get();
  Store store(X509_STORE_new());
  if (!store) return nullptr;
  X509_STORE_set_flags(store.get(), X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
  add_directories(store.get(), directories);
  if (!file.empty()) add_file(store.get(), file);
  cached = {std::move(store), file, directories, now};
  return cached.store.get();
}

bool has_own_authorities(const TlsConfig& config) { return !config.ca_pem.empty() || !config.ca_file.empty(); }

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
  // What the environment names is put into place when a connection turns out to need it (prepare_context).
  if (environment_names_authorities()) curl_easy_setopt(easy, CURLOPT_CAINFO, nullptr);
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
CURLcode verify_server_name(SSL_CTX* tls, const TlsConfig* config) {
  SSL_CTX_set_ex_data(tls, server_name_slot(), const_cast<std::string*>(&config->server_name));
  SSL_CTX_set_info_callback(tls, &name_server);
  if (config->insecure_skip_verify) return CURLE_OK;
  X509_VERIFY_PARAM* verify = SSL_CTX_get0_param(tls);
  X509_VERIFY_PARAM_set_hostflags(verify, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const int set = is_address(config->server_name) ? X509_VERIFY_PARAM_set1_ip_asc(verify, config->server_name.c_str())
                                                  : X509_VERIFY_PARAM_set1_host(verify, config->server_name.c_str(), 0);
  return set == 1 ? CURLE_OK : CURLE_SSL_CERTPROBLEM;
}

/// Called by curl for each new TLS connection.
CURLcode prepare_context(CURL*, void* context, void* user) {
  auto* const tls = static_cast<SSL_CTX*>(context);
  const auto* const config = static_cast<const TlsConfig*>(user);
  if (!config->insecure_skip_verify && !has_own_authorities(*config) && environment_names_authorities())
    if (X509_STORE* const store = environment_store()) SSL_CTX_set1_cert_store(tls, store);
  return config->server_name.empty() ? CURLE_OK : verify_server_name(tls, config);
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
  curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, &prepare_context);
  curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, &config);
}

}  // namespace invar
