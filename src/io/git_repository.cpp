#include "src/io/git_repository.h"

#include <git2.h>

#include <filesystem>
#include <mutex>

#include "src/base/quote.h"
#include "src/io/file.h"

namespace invar {
namespace {

constexpr int kSubmoduleDepth = 10;

template <class T, void (*Free)(T*)>
class Owned {
 public:
  Owned() = default;
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() {
    if (pointer_) Free(pointer_);
  }
  T* get() const { return pointer_; }
  T** out() { return &pointer_; }

 private:
  T* pointer_ = nullptr;
};
using Repository = Owned<git_repository, git_repository_free>;
using Remote = Owned<git_remote, git_remote_free>;
using Reference = Owned<git_reference, git_reference_free>;
using Object = Owned<git_object, git_object_free>;

/// Alloy's git knows neither who owns a directory nor the settings of a user or a machine.
void prepare_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    git_libgit2_init();
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    for (const int level : {GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL, GIT_CONFIG_LEVEL_PROGRAMDATA})
      git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
  });
}

/// go-git's words for the common ones, libgit2's for the others.
std::string failure_text(int code) {
  const git_error* last = git_error_last();
  const std::string text = last && last->message ? last->message : "git error " + std::to_string(code);
  const auto says = [&](std::string_view words) { return text.find(words) != std::string::npos; };
  if (code == GIT_EAUTH || says("authentication required") || says("status code: 401")) return "authentication required";
  if (code == GIT_ENOTFOUND || says("status code: 404") || says("could not find repository") || says("failed to resolve path") ||
      says("unsupported URL protocol")) return "repository not found";
  return text;
}

/// What the callbacks of one call use.
struct Login {
  const GitOptions* options;
  bool asked = false;
};

int give_credential(git_credential** out, const char*, const char* user_of_url, unsigned allowed, void* payload) {
  Login& login = *static_cast<Login*>(payload);
  const GitOptions& options = *login.options;
  if (options.ssh_key && (allowed & GIT_CREDENTIAL_USERNAME)) return git_credential_username_new(out, options.ssh_key->username.c_str());
  if (std::exchange(login.asked, true)) return GIT_EAUTH;  // they were refused once
  if (options.login && (allowed & GIT_CREDENTIAL_USERPASS_PLAINTEXT))
    return git_credential_userpass_plaintext_new(out, options.login->username.c_str(), std::string(options.login->password.reveal()).c_str());
  if (!options.ssh_key || !(allowed & GIT_CREDENTIAL_SSH_KEY)) return GIT_EAUTH;
  const GitOptions::SshKey& key = *options.ssh_key;
  const std::string user = key.username.empty() && user_of_url ? user_of_url : key.username;
  const std::string passphrase(key.passphrase.reveal());
  if (key.key.empty()) return git_credential_ssh_key_new(out, user.c_str(), nullptr, key.key_file.c_str(), passphrase.c_str());
  return git_credential_ssh_key_memory_new(out, user.c_str(), nullptr, std::string(key.key.reveal()).c_str(), passphrase.c_str());
}

git_fetch_options fetch_options(Login& login, git_remote_autotag_option_t tags) {
  git_fetch_options options = GIT_FETCH_OPTIONS_INIT;
  options.callbacks.credentials = give_credential;
  options.callbacks.payload = &login;
  options.download_tags = tags;
  options.proxy_opts.type = GIT_PROXY_AUTO;
  return options;
}

struct SubmoduleWalk {
  const GitOptions* options;
  int depth;
  int code = 0;
};

int update_submodules(git_repository* repository, SubmoduleWalk& walk);

int update_submodule(git_submodule* submodule, const char*, void* payload) {
  SubmoduleWalk& walk = *static_cast<SubmoduleWalk*>(payload);
  Login login{walk.options};
  git_submodule_update_options options = GIT_SUBMODULE_UPDATE_OPTIONS_INIT;
  options.fetch_opts = fetch_options(login, GIT_REMOTE_DOWNLOAD_TAGS_AUTO);
  if (const int code = git_submodule_update(submodule, 1, &options)) return code;
  Repository inner;
  if (walk.depth >= kSubmoduleDepth || git_submodule_open(inner.out(), submodule)) return 0;
  SubmoduleWalk deeper{walk.options, walk.depth + 1};
  return update_submodules(inner.get(), deeper);
}

int update_submodules(git_repository* repository, SubmoduleWalk& walk) { return git_submodule_foreach(repository, update_submodule, &walk); }

bool is_cloned(const std::string& path) {
  const auto entries = list_directory(path + "/.git");
  return entries && !entries->empty();
}

Error failed(std::string_view to, const std::string& url, const std::string& why, std::string reason) {
  return Error{"failed to " + std::string(to) + " repository " + invar::quoted(url) + ": " + why, std::move(reason)};
}

}  // namespace

struct GitRepository::Inside {
  std::string path;
  GitOptions options;
  Repository repository;

  int clone() {
    Login login{&options};
    git_clone_options clone = GIT_CLONE_OPTIONS_INIT;
    clone.fetch_opts = fetch_options(login, GIT_REMOTE_DOWNLOAD_TAGS_ALL);
    clone.checkout_opts.checkout_strategy = GIT_CHECKOUT_FORCE;
    if (const int code = git_clone(repository.out(), options.url.c_str(), path.c_str(), &clone)) return code;
    SubmoduleWalk walk{&options, 1};
    return update_submodules(repository.get(), walk);
  }

  int fetch() {
    Remote remote;
    if (const int code = git_remote_lookup(remote.out(), repository.get(), "origin")) return code;
    Login login{&options};
    const git_fetch_options fetch = fetch_options(login, GIT_REMOTE_DOWNLOAD_TAGS_AUTO);
    return git_remote_fetch(remote.get(), nullptr, &fetch, nullptr);
  }

  /// The commit that the revision names; null when there is none.
  void find_revision(Object& commit) {
    Reference reference;
    Object found;
    git_repository* const in = repository.get();
    if (git_reference_lookup(reference.out(), in, ("refs/tags/" + options.revision).c_str()) == 0 ||
        git_reference_lookup(reference.out(), in, ("refs/remotes/origin/" + options.revision).c_str()) == 0)
      git_reference_peel(commit.out(), reference.get(), GIT_OBJECT_COMMIT);
    else if (git_revparse_single(found.out(), in, options.revision.c_str()) == 0)
      git_object_peel(commit.out(), found.get(), GIT_OBJECT_COMMIT);
  }

  int check_out(const git_object* commit) {
    git_checkout_options checkout = GIT_CHECKOUT_OPTIONS_INIT;
    checkout.checkout_strategy = GIT_CHECKOUT_FORCE;
    if (const int code = git_checkout_tree(repository.get(), commit, &checkout)) return code;
    return git_repository_set_head_detached(repository.get(), git_object_id(commit));
  }
};

GitRepository::GitRepository(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
GitRepository::~GitRepository() = default;

Result<std::unique_ptr<GitRepository>> GitRepository::open(const std::string& path, GitOptions options) {
  prepare_library();
  auto inside = std::make_unique<Inside>();
  inside->path = path;
  inside->options = std::move(options);
  const std::string& url = inside->options.url;
  if (const auto& key = inside->options.ssh_key; key && key->key.empty() && !key->key_file.empty())
    if (const auto text = read_file(key->key_file, 1u << 20); !text)
      return failed("download", url, "loading SSH keys failed: " + text.error().what, "download");
  int code = 0;
  if (is_cloned(path)) {
    code = git_repository_open(inside->repository.out(), path.c_str());
    // The clone may be of another repository: it is fetched from the one that is wanted now.
    if (code == 0) code = git_remote_set_url(inside->repository.get(), "origin", url.c_str());
  } else {
    code = inside->clone();
  }
  if (code != 0) return failed("download", url, failure_text(code), "download");
  auto repository = std::unique_ptr<GitRepository>(new GitRepository(std::move(inside)));
  if (auto updated = repository->update(); !updated) return updated.error();
  return repository;
}

Result<void> GitRepository::update() {
  Inside& inside = *inside_;
  if (const int code = inside.fetch()) return failed("update", inside.options.url, failure_text(code), "update");
  Object commit;
  inside.find_revision(commit);
  if (!commit.get()) return Error{"invalid revision \"" + inside.options.revision + "\"", "revision"};
  if (const int code = inside.check_out(commit.get())) return failed("update", inside.options.url, failure_text(code), "update");
  return {};
}

}  // namespace invar

#ifdef __SANITIZE_ADDRESS__
// libgit2 1.5 (git_regexp_match over pcre2) keeps what it allocated for a match whenever nothing matched, and no call of its
// interface gives that back. Its frames cannot be named: libpcre2 has no frame pointers, so stacks end in it. Nothing else here
// uses that library.
extern "C" const char* __lsan_default_suppressions() { return "leak:libpcre2-8.so\n"; }
// What a suppression hid would be reported among the lines of the program.
extern "C" const char* __lsan_default_options() { return "print_suppressions=0"; }
#endif
