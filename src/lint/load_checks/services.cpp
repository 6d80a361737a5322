#include "src/lint/load_check.h"
#include "src/text/regex.h"
#include "src/text/url.h"

namespace invar::load_checks_services {
using namespace lint;
namespace {

using B = BlockFacts;
using By = LoadCheck::By;
constexpr std::string_view kHttp = "remote/http.Arguments", kVault = "remote/vault.Arguments", kAws = "remote/vault.AuthAWS", kGcp = "remote/vault.AuthGCP",
                           kSecret = "remote/kubernetes.Arguments", kTls = "internal/service/http.TLSArguments", kRemote = "internal/service/remotecfg.Arguments";
constexpr std::string_view kValidateTls = "service/http TLSArguments.validateTLS", kValidateFilter = "service/http TLSArguments.validateWindowsCertificateFilterTLS";

Truth with_files(const B& b) { return !b.set("windows_certificate_filter"); }

size_t logins(const B& b) {
  size_t count = 0;
  for (const auto& block : b.inner()) count += block->block() && block->block()->name.front() == "auth";
  return count;
}

Found short_poll(const B& b) { return (b.amount("poll_frequency") < 10e9).yes() ? Found({b.text("poll_frequency").value.value_or("")}) : std::nullopt; }

Found reserved_attribute(const B& b) {
  const Value attributes = b.value("attributes");
  if (attributes.is(ValueType::kObject))
    for (const auto& [name, value] : attributes.members())
      if (name.starts_with("collector.")) return std::vector<std::string>{"collector"};
  return std::nullopt;
}

Found bad_subject(const B& b) {
  const B* client = b.block("client");
  const Text text = client ? client->text("subject_regex") : Text{};
  if (!text.value || text.value->empty()) return std::nullopt;
  const auto regex = Regex::compile(*text.value);
  return regex ? std::nullopt : Found({regex.error().what});
}

constexpr LoadCheck kRows[] = {
    {.of = kHttp,
     .message = "poll_frequency must be greater than 0",
     .names = {"poll_frequency"},
     .refuses = not_positive<"poll_frequency">,
     .bad = "url = \"http://a\"\npoll_frequency = \"0s\"",
     .good = "url = \"http://a\"\npoll_frequency = \"1m\""},
    {.of = kHttp,
     .message = "poll_timeout must be greater than 0",
     .names = {"poll_timeout"},
     .refuses = not_positive<"poll_timeout">,
     .bad = "url = \"http://a\"\npoll_timeout = \"0s\"",
     .good = "url = \"http://a\"\npoll_timeout = \"5s\""},
    {.of = kHttp,
     .message = "poll_timeout must be less than poll_frequency",
     .names = {"poll_timeout", "poll_frequency"},
     .refuses = [](const B& b) { return b.amount("poll_frequency") > 0 && b.amount("poll_timeout") >= b.amount("poll_frequency"); },
     .bad = "url = \"http://a\"\npoll_timeout = \"2m\"",
     .good = "url = \"http://a\"\npoll_timeout = \"50s\""},
    {.of = kHttp,
     .message = "parse %q: %w",
     .names = {"url"},
     .finds =
         [](const B& b) {
           const Found why = unparsable_url(b, "url");
           if (!why) return Found(std::nullopt);
           return Found({why->front(), why->back().substr(why->back().rfind(": ") + 2)});
         },
     .bad = "url = \"http://a:x\"",
     .good = "url = \"http://a\"",
     .from = "net/http NewRequest"},
    {.of = kAws,
     .message = "type must not be empty",
     .names = {"type"},
     .refuses = missing<"type">,
     .bad = "type = \"\"",
     .good = "type = \"iam\""},
    {.of = kAws,
     .message = "unrecognized type %q, expected one of ec2,iam",
     .names = {"type"},
     .refuses = [](const B& b) { return !b.text("type").is_one_of({"", "ec2", "iam"}); },
     .bad = "type = \"sts\"",
     .good = "type = \"ec2\""},
    {.of = kAws,
     .message = "ec2_signature_type must not be empty",
     .names = {"ec2_signature_type"},
     .refuses = missing<"ec2_signature_type">,
     .bad = "type = \"ec2\"\nec2_signature_type = \"\"",
     .good = "type = \"ec2\""},
    {.of = kAws,
     .message = ": unrecognized ec2_signature_type %q, expected one of pkcs7,identity",
     .names = {"ec2_signature_type"},
     .finds = [](const B& b) { return b.text("ec2_signature_type").is_one_of({"", "pkcs7", "identity"}).no() ? Found({b.text("type").value.value_or("")}) : std::nullopt; },
     .bad = "type = \"ec2\"\nec2_signature_type = \"rsa\"",
     .good = "type = \"ec2\"\nec2_signature_type = \"identity\""},
    {.of = kGcp,
     .message = "iam_service_account must be provided when type is iam",
     .names = {"type"},
     .refuses = [](const B& b) { return b.text("type").is("iam") && !b.set("iam_service_account"); },
     .bad = "role = \"r\"\ntype = \"iam\"",
     .good = "role = \"r\"\ntype = \"iam\"\niam_service_account = \"s\""},
    {.of = kGcp,
     .message = "unrecognized type %q, expected one of gce,iam",
     .names = {"type"},
     .refuses = none_of_words<"type", "gce", "iam">,
     .bad = "role = \"r\"\ntype = \"gke\"",
     .good = "role = \"r\"\ntype = \"gce\""},
    {.of = kVault,
     .message = "exactly one auth.* block must be specified; found none",
     .refuses = [](const B& b) { return Truth(logins(b) == 0); },
     .bad = "server = \"https://v\"\npath = \"p\"",
     .good = "server = \"https://v\"\npath = \"p\"\nauth.token {\n  token = \"t\"\n}"},
    {.of = kVault,
     .message = "exactly one auth.* block must be specified; found %d",
     .finds = [](const B& b) { return logins(b) > 1 ? Found({std::to_string(logins(b))}) : std::nullopt; },
     .bad = "server = \"https://v\"\npath = \"p\"\nauth.token {\n  token = \"t\"\n}\nauth.token {\n  token = \"u\"\n}",
     .good = "server = \"https://v\"\npath = \"p\"\nauth.token {\n  token = \"t\"\n}"},
    {.of = "remote/vault.ClientOptions",
     .message = "client_options.timeout must be greater than 0",
     .names = {"timeout"},
     .refuses = [](const B& b) { return b.amount("timeout") == 0; },
     .bad = "timeout = \"0s\"",
     .good = "timeout = \"1s\"",
     .from = "component/remote/vault Arguments.Validate"},
    {.of = kSecret,
     .message = "poll_frequency must be greater than 0",
     .names = {"poll_frequency"},
     .refuses = not_positive<"poll_frequency">,
     .bad = "namespace = \"n\"\nname = \"s\"\npoll_frequency = \"0s\"",
     .good = "namespace = \"n\"\nname = \"s\"\npoll_frequency = \"1m\""},
    {.of = kSecret,
     .message = "poll_timeout must not be greater than 0",
     .names = {"poll_timeout"},
     .refuses = not_positive<"poll_timeout">,
     .bad = "namespace = \"n\"\nname = \"s\"\npoll_timeout = \"0s\"",
     .good = "namespace = \"n\"\nname = \"s\"\npoll_timeout = \"1s\""},
    {.of = "remote/s3.Arguments",
     .message = "poll_frequency must be greater than 30s",
     .names = {"poll_frequency"},
     .refuses = [](const B& b) { return b.amount("poll_frequency") <= 30e9; },
     .bad = "path = \"s3://b/o\"\npoll_frequency = \"30s\"",
     .good = "path = \"s3://b/o\"\npoll_frequency = \"31s\""},

    {.of = kTls,
     .message = "cannot specify any key, certificate or CA when using windows certificate filter",
     .names = {"windows_certificate_filter", "cert_pem", "key_pem", "cert_file", "client_ca_pem", "client_ca_file", "key_file"},
     .refuses = [](const B& b) { return b.set("windows_certificate_filter") && !b.none_of({"cert_pem", "key_pem", "cert_file", "client_ca_pem", "client_ca_file", "key_file"}); },
     .bad = "cert_file = \"/c\"\nwindows_certificate_filter {\n  server { }\n  client { }\n}",
     .good = "cert_file = \"/c\"\nkey_file = \"/k\"",
     .from = kValidateFilter},
    {.of = "internal/service/http.WindowsCertificateFilter",
     .message = "windows_certificate_filter requires a server block defined",
     .by = By::kNobody,
     .reason = "The block is a required one: what is missing is told before.",
     .from = kValidateFilter},
    {.of = "internal/service/http.WindowsCertificateFilter",
     .message = "error compiling subject common name regular expression: %w",
     .names = {"client"},
     .finds = bad_subject,
     .bad = "server { }\nclient {\n  subject_regex = \"(\"\n}",
     .good = "server { }\nclient {\n  subject_regex = \"a\"\n}",
     .from = kValidateFilter,
     .code = codes::kRegex},
    {.of = kTls,
     .message = "cannot specify both client_ca_pem and client_ca_file",
     .names = {"client_ca_pem", "client_ca_file"},
     .refuses = [](const B& b) { return with_files(b) && b.set("client_ca_pem") && b.set("client_ca_file"); },
     .bad = "cert_file = \"/c\"\nkey_file = \"/k\"\nclient_auth_type = \"RequireAnyClientCert\"\nclient_ca_pem = \"a\"\nclient_ca_file = \"/a\"",
     .good = "cert_file = \"/c\"\nkey_file = \"/k\"\nclient_auth_type = \"RequireAnyClientCert\"\nclient_ca_file = \"/a\"",
     .from = kValidateTls},
    {.of = kTls,
     .message = "cannot specify both cert_pem and cert_file",
     .names = {"cert_pem", "cert_file"},
     .refuses = [](const B& b) { return with_files(b) && b.set("cert_pem") && b.set("cert_file"); },
     .bad = "cert_pem = \"c\"\ncert_file = \"/c\"\nkey_file = \"/k\"",
     .good = "cert_file = \"/c\"\nkey_file = \"/k\"",
     .from = kValidateTls},
    {.of = kTls,
     .message = "cannot specify both key_pem and key_file",
     .names = {"key_pem", "key_file"},
     .refuses = [](const B& b) { return with_files(b) && b.set("key_pem") && b.set("key_file"); },
     .bad = "cert_file = \"/c\"\nkey_pem = \"k\"\nkey_file = \"/k\"",
     .good = "cert_file = \"/c\"\nkey_file = \"/k\"",
     .from = kValidateTls},
    {.of = kTls,
     .message = "must specify either cert_pem or cert_file",
     .refuses = [](const B& b) { return with_files(b) && b.none_of({"cert_pem", "cert_file"}); },
     .bad = "key_file = \"/k\"",
     .good = "cert_file = \"/c\"\nkey_file = \"/k\"",
     .from = kValidateTls},
    {.of = kTls,
     .message = "must specify either key_pem or key_file",
     .refuses = [](const B& b) { return with_files(b) && !b.none_of({"cert_pem", "cert_file"}) && b.none_of({"key_pem", "key_file"}); },
     .bad = "cert_file = \"/c\"",
     .good = "cert_file = \"/c\"\nkey_file = \"/k\"",
     .from = kValidateTls},
    {.of = kTls,
     .message = "cannot specify client_ca_pem or client_ca_file when client_auth_type is NoClientCert",
     .names = {"client_ca_pem", "client_ca_file", "client_auth_type"},
     .refuses = [](const B& b) { return with_files(b) && !b.none_of({"client_ca_pem", "client_ca_file"}) && b.text("client_auth_type").is("NoClientCert"); },
     .bad = "cert_file = \"/c\"\nkey_file = \"/k\"\nclient_ca_file = \"/a\"",
     .good = "cert_file = \"/c\"\nkey_file = \"/k\"\nclient_ca_file = \"/a\"\nclient_auth_type = \"RequireAnyClientCert\"",
     .from = kValidateTls},
    {.of = kRemote,
     .message = "poll_frequency must be at least \"10s\", got %q",
     .names = {"poll_frequency"},
     .finds = short_poll,
     .bad = "url = \"http://r\"\npoll_frequency = \"5s\"",
     .good = "url = \"http://r\"\npoll_frequency = \"10s\""},
    {.of = kRemote,
     .message = "%q is a reserved namespace for remotecfg attribute keys",
     .names = {"attributes"},
     .finds = reserved_attribute,
     .bad = "url = \"http://r\"\nattributes = { \"collector.os\" = \"linux\" }",
     .good = "url = \"http://r\"\nattributes = { \"team\" = \"a\" }"},
    {.of = "internal/nodeconf/importsource.GitArguments",
     .message = "revision cannot be a special git reference such as HEAD, FETCH_HEAD, ORIG_HEAD, MERGE_HEAD, or CHERRY_PICK_HEAD",
     .names = {"revision"},
     .refuses = [](const B& b) { return b.text("revision").is_one_of({"HEAD", "FETCH_HEAD", "ORIG_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD"}); },
     .bad = "repository = \"https://g/r.git\"\npath = \"a.alloy\"\nrevision = \"HEAD\"",
     .good = "repository = \"https://g/r.git\"\npath = \"a.alloy\"\nrevision = \"main\""},
};

}  // namespace

extern const LoadChecks kChecks;
constinit const LoadChecks kChecks{kRows};

}  // namespace invar::load_checks_services
