#include "src/text/gotemplate/function.h"
#include "src/text/gotemplate/run.h"

namespace invar::gotemplate {
namespace {

using Values = std::span<Value>;

/// The chart, the cluster, the clock or chance answers.
Value ask(Run&, Values) { throw Opaque{}; }

Value required(Run&, Values a) {
  if (a[1].is_absent() || (a[1].is(Type::kString) && a[1].text().empty())) throw Failure{std::string(a[0].text())};
  return a[1];
}

/// A number of arguments that does not matter.
constexpr std::string_view kAny = "v*";

constexpr Function kFunctions[] = {
    {"fromJson", "s", ask},
    {"fromJsonArray", "s", ask},
    {"fromToml", "s", ask},
    {"fromYaml", "s", ask},
    {"fromYamlArray", "s", ask},
    {"getHostByName", "s", ask},
    {"include", "sa", ask},
    {"lookup", "ssss", ask},
    {"mustToJson", "a", ask},
    {"mustToToml", "a", ask},
    {"mustToYaml", "a", ask},
    {"required", "sa", required},
    {"toToml", "a", ask},
    {"toYaml", "a", ask},
    {"toYamlPretty", "a", ask},
    {"tpl", "sa", ask},
    // Of sprig, but never the same twice.
    {"ago", kAny, ask},
    {"bcrypt", kAny, ask},
    {"buildCustomCert", kAny, ask},
    {"encryptAES", kAny, ask},
    {"genCA", kAny, ask},
    {"genCAWithKey", kAny, ask},
    {"genPrivateKey", kAny, ask},
    {"genSelfSignedCert", kAny, ask},
    {"genSelfSignedCertWithKey", kAny, ask},
    {"genSignedCert", kAny, ask},
    {"genSignedCertWithKey", kAny, ask},
    {"htpasswd", kAny, ask},
    {"now", kAny, ask},
    {"randAlpha", kAny, ask},
    {"randAlphaNum", kAny, ask},
    {"randAscii", kAny, ask},
    {"randBytes", kAny, ask},
    {"randInt", kAny, ask},
    {"randNumeric", kAny, ask},
    {"shuffle", kAny, ask},
    {"uuidv4", kAny, ask},
};

}  // namespace

std::span<const Function> helm_functions() { return kFunctions; }

}  // namespace invar::gotemplate
