#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace invar {

/// SHA-256 over pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void add(std::string_view bytes);
  /// 64 hex digits; call once.
  std::string hex();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

/// SHA-1 as 40 hex digits: for names and fingerprints, not against forgers.
std::string sha1_hex(std::string_view bytes);

}  // namespace invar
