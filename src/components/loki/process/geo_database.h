#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "src/base/result.h"

namespace invar::loki_process {

/// A MaxMind database file (.mmdb), mapped into memory. Immutable, any thread; texts it yields live as long as it.
class GeoDatabase {
 public:
  /// Errors carry Go's words: "open /x.mmdb: no such file or directory".
  static Result<std::shared_ptr<const GeoDatabase>> open(const std::string& path);
  ~GeoDatabase();
  GeoDatabase(const GeoDatabase&) = delete;
  GeoDatabase& operator=(const GeoDatabase&) = delete;

  /// Where the data of an address is; equal for all addresses that share it.
  using Record = uint32_t;
  static constexpr Record kNone = 0;

  enum class Lookup : uint8_t { kDone, kNoAddress, kFailed };
  /// kDone with kNone when the database does not know the address. `text` is read as Go's net.ParseIP reads it.
  Lookup find(std::string_view text, Record& record) const;

  /// The text, or the number, behind a path of keys and indexes that ends with nullptr; false when there is none. A record that is not kNone.
  bool text(Record record, const char* const* path, std::string_view& out) const;
  bool number(Record record, const char* const* path, double& out) const;
  /// Appends the whole record as JSON; null for kNone. False when it is broken.
  bool append_json(Record record, std::string& out) const;

 private:
  struct Handle;
  explicit GeoDatabase(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> handle_;
};

}  // namespace invar::loki_process
