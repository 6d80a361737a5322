#include <array>

#include "src/io/background_call.h"
#include "src/io/file.h"
#include "src/io/git_repository.h"
#include "src/runtime/import_source.h"
#include "src/text/path.h"

namespace invar {
namespace {

using enum Presence;

struct GitBasicArgs {
  std::string username;
  Secret password;
  friend bool operator==(const GitBasicArgs&, const GitBasicArgs&) = default;
};
constexpr Row kBasicRows[] = {
    attr<&GitBasicArgs::username>("username", kRequired, "User name"),
    attr<&GitBasicArgs::password>("password", kRequired, "Password or token"),
};
constexpr Schema kBasic = schema<GitBasicArgs>("basic_auth", "Login with user name and password", kBasicRows);

struct GitKeyArgs {
  std::string username;
  Secret key;
  std::string key_file;
  Secret passphrase;
  friend bool operator==(const GitKeyArgs&, const GitKeyArgs&) = default;
};
constexpr Row kKeyRows[] = {
    attr<&GitKeyArgs::username>("username", kRequired, "SSH user name"),
    attr<&GitKeyArgs::key>("key", kOptional, "SSH private key"),
    attr<&GitKeyArgs::key_file>("key_file", kOptional, "File with the SSH private key"),
    attr<&GitKeyArgs::passphrase>("passphrase", kOptional, "Passphrase of the key"),
};
constexpr Schema kKey = schema<GitKeyArgs>("ssh_key", "Login with an SSH key", kKeyRows);

constexpr std::array<std::string_view, 5> kSpecialReferences{"HEAD", "FETCH_HEAD", "ORIG_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD"};

struct GitImportArgs {
  std::string repository;
  std::string revision = "main";
  std::string path;
  Duration pull_frequency = Duration::seconds(60);
  std::optional<GitBasicArgs> basic_auth;
  std::optional<GitKeyArgs> ssh_key;
  static void validate(GitImportArgs& args, ValidateContext& context) {
    for (const std::string_view special : kSpecialReferences)
      if (args.revision == special)
        context.refuse("revision cannot be a special git reference such as HEAD, FETCH_HEAD, ORIG_HEAD, MERGE_HEAD, or CHERRY_PICK_HEAD");
  }
  friend bool operator==(const GitImportArgs&, const GitImportArgs&) = default;
};
constexpr Row kRows[] = {
    attr<&GitImportArgs::repository>("repository", kRequired, "URL of the repository"),
    attr<&GitImportArgs::revision>("revision", kOptional, "Tag, branch or commit"),
    attr<&GitImportArgs::path>("path", kRequired, "File, or directory of *.alloy files, in the repository"),
    attr<&GitImportArgs::pull_frequency>("pull_frequency", kOptional, "Time between two looks; 0 is never"),
    block<&GitImportArgs::basic_auth>("basic_auth", kOptional, "Login with user name and password", kBasic),
    block<&GitImportArgs::ssh_key>("ssh_key", kOptional, "Login with an SSH key", kKey),
};
constexpr Schema kSchema = schema<GitImportArgs>("import.git", "Imports a module from a git repository", kRows);

constexpr uint64_t kLongestLoadMs = 120'000;  // a load does not wait longer for a server that is silent

/// The clone and what is read of it; shared with the thread that pulls.
struct Clone {
  std::string path, wanted;  // of the clone; in it
  GitOptions options;
  std::unique_ptr<GitRepository> repository;

  Result<ImportContent> pull() {
    if (!repository) {
      auto opened = GitRepository::open(path, options);
      if (!opened) return opened.error();
      repository = std::move(*opened);
    } else if (auto updated = repository->update(); !updated) {
      return updated.error();
    }
    return read();
  }

  Result<ImportContent> read() const {
    const std::string inside = cleaned_path(wanted);
    if (inside == ".." || inside.starts_with("../")) return Error{"chroot boundary crossed", "path"};
    const std::string whole = joined_path(path, wanted);
    const auto stat = stat_path(whole);
    if (!stat) return stat.error();
    ImportContent content;
    if (!stat->is_directory()) {
      auto text = read_file(whole);
      if (!text) return text.error();
      content.emplace(wanted, std::move(*text));
      return content;
    }
    const auto entries = list_directory(whole);
    if (!entries) return entries.error();
    for (const DirectoryEntry& entry : *entries) {
      if (entry.is_directory || !entry.name.ends_with(".alloy")) continue;
      auto text = read_file(joined_path(whole, entry.name));
      if (!text) return text.error();
      content.emplace(entry.name, std::move(*text));
    }
    return content;
  }
};

GitOptions options_of(const GitImportArgs& args) {
  GitOptions options{args.repository, args.revision, {}, {}};
  if (args.basic_auth) options.login = GitOptions::Login{args.basic_auth->username, args.basic_auth->password};
  if (args.ssh_key)
    options.ssh_key = GitOptions::SshKey{args.ssh_key->username, args.ssh_key->key, args.ssh_key->key_file, args.ssh_key->passphrase};
  return options;
}

class GitImport final : public ImportSource {
 public:
  GitImport(const GitImportArgs& args, ImportPlace place)
      : pull_ns_(args.pull_frequency.ns),
        place_(std::move(place)),
        clone_(std::make_shared<Clone>(Clone{(place_.data_path / "repo").string(), args.path, options_of(args), {}})),
        timer_(place_.host.main_loop, [this] { pull(); }) {}

  Result<ImportContent> fetch() override {
    const auto result = std::make_shared<std::optional<Result<ImportContent>>>();
    const bool answered = BackgroundCall::wait([clone = clone_, result] { result->emplace(clone->pull()); }, kLongestLoadMs);
    const std::string prefix = "updating component: ";
    if (!answered) return Error{prefix + "the repository did not answer within 2 minutes", "timeout"};
    if (**result) return std::move(**result);
    const Error& error = (*result)->error();
    if (error.reason == "update") place_.log.error("failed to update repository", {{"err", error.what}});
    return Error{prefix + error.what, error.reason};
  }

  void watch(Listener listener) override {
    listener_ = std::move(listener);
    place_.log.info("updating repository pull frequency, next pull attempt will be done according to the pullFrequency",
                    {{"new_frequency", LogDuration{pull_ns_}}});
    if (const int64_t every = pull_ns_ / 1'000'000; every > 0) timer_.start(static_cast<uint64_t>(every), static_cast<uint64_t>(every));
  }

  std::string module_path() override { return clone_->path; }

 private:
  void pull() {
    if (call_.pending()) return;
    place_.log.info("updating repository");
    call_ = BackgroundCall(place_.host.main_loop, [this, clone = clone_]() -> std::function<void()> {
      auto content = std::make_shared<Result<ImportContent>>(clone->pull());
      return [this, content] { tell(std::move(*content)); };
    });
  }

  void tell(Result<ImportContent> content) {
    if (content) return listener_.on_content(std::move(*content));
    place_.log.error("failed to update repository", {{"pullFrequency", LogDuration{pull_ns_}}, {"err", content.error().what}});
    listener_.on_failure(content.error().what);
  }

  int64_t pull_ns_;
  ImportPlace place_;
  std::shared_ptr<Clone> clone_;
  Listener listener_;
  Timer timer_;
  BackgroundCall call_;
};

}  // namespace

const ImportKind kImportGit{"import.git", &kSchema, [](const void* args, ImportPlace place) -> std::unique_ptr<ImportSource> {
                              return std::make_unique<GitImport>(*static_cast<const GitImportArgs*>(args), std::move(place));
                            }};

}  // namespace invar
