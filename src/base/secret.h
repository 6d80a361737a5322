#pragma once

#include <string>
#include <utility>

namespace invar {

/// Text that must not be seen. It has no stream operator and no conversion: `reveal()` is called only where header or TLS bytes
/// are built, so that a search for it finds every such place.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }
  friend bool operator==(const Secret&, const Secret&) = default;

 private:
  std::string text_;
};

}  // namespace invar
