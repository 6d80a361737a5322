#pragma once

#include "src/base/secret.h"
#include "src/language/value.h"

namespace invar {

/// Text that is hidden only if it came from something secret (the content of local.file).
struct OptionalSecret {
  bool is_secret = false;
  std::string value;
  friend bool operator==(const OptionalSecret&, const OptionalSecret&) = default;
};

/// alloytypes.Secret: made from strings and optional secrets, never becomes a string.
class SecretCapsule final : public Capsule {
 public:
  explicit SecretCapsule(Secret secret) : secret_(std::move(secret)) {}
  const Secret& secret() const { return secret_; }
  std::string_view type_name() const override { return "alloytypes.Secret"; }
  bool equals(const Capsule& other) const override;
  bool is_zero() const override { return secret_.empty(); }
  bool into_string(std::string& out) const override;
  std::string text() const override { return "(secret)"; }

 private:
  Secret secret_;
};

/// alloytypes.OptionalSecret: becomes a string only where it is not secret.
class OptionalSecretCapsule final : public Capsule {
 public:
  explicit OptionalSecretCapsule(OptionalSecret secret) : secret_(std::move(secret)) {}
  const OptionalSecret& secret() const { return secret_; }
  std::string_view type_name() const override { return "alloytypes.OptionalSecret"; }
  bool equals(const Capsule& other) const override;
  bool is_zero() const override { return !secret_.is_secret && secret_.value.empty(); }
  bool into_string(std::string& out) const override;
  /// `(secret)`, or the quoted text.
  std::string text() const override;

 private:
  OptionalSecret secret_;
};

Value secret_value(Secret secret);
Value optional_secret_value(OptionalSecret secret);

}  // namespace invar
