#pragma once

#include <memory>
#include <optional>
#include <string>

#include "src/base/result.h"
#include "src/base/secret.h"

namespace invar {

/// Where a repository is and which revision of it is wanted.
struct GitOptions {
  struct Login {
    std::string username;
    Secret password;
  };
  struct SshKey {
    std::string username;
    Secret key;  // PEM; empty: key_file
    std::string key_file;
    Secret passphrase;
  };
  std::string url;
  std::string revision;  // tag, branch or commit, looked for in this order
  std::optional<Login> login;
  std::optional<SshKey> ssh_key;
};

/// A clone on disk whose work tree shows one revision. All calls block (network and disk) and may be made from any one thread at a time. Errors as Alloy words them, with
/// reason download, update or revision.
class GitRepository {
 public:
  /// Clones, with submodules, when `path` holds no repository yet; then updates.
  static Result<std::unique_ptr<GitRepository>> open(const std::string& path, GitOptions options);
  ~GitRepository();
  /// Fetches, and checks out what the revision is now.
  Result<void> update();

 private:
  struct Inside;
  explicit GitRepository(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace invar
