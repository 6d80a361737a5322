#include "src/language/secret_value.h"

#include "src/base/quote.h"

namespace invar {

namespace {
constexpr std::string_view kNoStrings = "secrets may not be converted into strings";
}

bool SecretCapsule::equals(const Capsule& other) const {
  const auto* secret = dynamic_cast<const SecretCapsule*>(&other);
  return secret && secret->secret_ == secret_;
}

bool SecretCapsule::into_string(std::string& out) const { return out = kNoStrings, false; }

bool OptionalSecretCapsule::equals(const Capsule& other) const {
  const auto* secret = dynamic_cast<const OptionalSecretCapsule*>(&other);
  return secret && secret->secret_ == secret_;
}

bool OptionalSecretCapsule::into_string(std::string& out) const {
  if (secret_.is_secret) return out = kNoStrings, false;
  return out = secret_.value, true;
}

std::string OptionalSecretCapsule::text() const { return secret_.is_secret ? "(secret)" : quoted(secret_.value); }

Value secret_value(Secret secret) { return Value::capsule(std::make_shared<SecretCapsule>(std::move(secret))); }

Value optional_secret_value(OptionalSecret secret) {
  return Value::capsule(std::make_shared<OptionalSecretCapsule>(std::move(secret)));
}

}  // namespace invar
