#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"

namespace invar::glob {

/// Does `path` match the doublestar pattern (`*`, `**`, `?`, `[a-z]`, `{a,b}`, `\`)? `*` crosses no `/`, `**` does when it is a whole
/// path part. Error: "syntax error in pattern".
Result<bool> match(std::string_view pattern, std::string_view path);

/// A pattern of Go's filepath.Glob (`*`, `?`, `[a-z]`, `\`) as one that match() and find_paths() read alike: braces stand for themselves, `**` is `*`.
std::string from_filepath(std::string_view pattern);

/// Is the pattern well-formed?
bool is_valid(std::string_view pattern);

/// What folders hold, remembered while many patterns are looked for one after the other: patterns often begin in the same folders. Not updated;
/// for one round of looking. One thread.
class Listings {
 public:
  Listings();
  ~Listings();
  Listings(const Listings&) = delete;
  /// Folders that exist but may not be read, as far as they were looked into; each once.
  const std::vector<std::string>& forbidden() const;
  struct Inside;
  Inside& inside() { return *inside_; }

 private:
  std::unique_ptr<Inside> inside_;
};

/// All existing paths that match, in the order Alloy's local.file_match finds them. Follows symbolic links; dot files match `*`; folders
/// are part of the result (the caller leaves them out); unreadable folders are skipped. Blocks: not for lanes.
Result<std::vector<std::string>> find_paths(std::string_view pattern);
/// The same, with folders read only once.
Result<std::vector<std::string>> find_paths(std::string_view pattern, Listings& listings);

}  // namespace invar::glob
