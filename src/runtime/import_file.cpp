#include "src/base/quote.h"
#include "src/io/file.h"
#include "src/io/path_watch.h"
#include "src/runtime/import_source.h"
#include "src/text/path.h"

namespace invar {
namespace {

using enum Presence;
constexpr uint64_t kSettleMs = 30;

struct DetectorText {
  static constexpr std::string_view kGoType = "filedetector.Detector";
  bool polls_only = false;
  static bool parse(std::string_view text, DetectorText& into, std::string& why) {
    if (text == "fsnotify" || text == "poll" || text.empty()) return into.polls_only = text == "poll", true;
    why = "unrecognized detector " + invar::quoted(text) + ", expected fsnotify or poll";
    return false;
  }
  std::string text() const { return polls_only ? "poll" : "fsnotify"; }
  friend bool operator==(const DetectorText&, const DetectorText&) = default;
};

struct FileImportArgs {
  std::string filename;
  DetectorText detector;
  Duration poll_frequency = Duration::seconds(60);
  friend bool operator==(const FileImportArgs&, const FileImportArgs&) = default;
};
constexpr Row kRows[] = {
    attr<&FileImportArgs::filename>("filename", kRequired, "File, or directory of *.alloy files"),
    attr<&FileImportArgs::detector>("detector", kOptional, "How changes are noticed: fsnotify or poll"),
    attr<&FileImportArgs::poll_frequency>("poll_frequency", kOptional, "Time between two looks"),
};
constexpr Schema kSchema = schema<FileImportArgs>("import.file", "Imports a module from a file or a directory", kRows);

class FileImport final : public ImportSource {
 public:
  FileImport(const FileImportArgs& args, ImportPlace place) : args_(args), place_(std::move(place)), poll_(place_.host.main_loop, [this] { look(); }) {}

  Result<ImportContent> fetch() override {
    auto content = read();
    if (!content) return Error{"failed to read file: " + content.error().what, content.error().reason};
    return content;
  }

  void watch(Listener listener) override {
    listener_ = std::move(listener);
    // Alloy takes a frequency below zero as a crash; here it means not to poll.
    if (const int64_t every = args_.poll_frequency.ns / 1'000'000; every > 0) poll_.start(static_cast<uint64_t>(every), static_cast<uint64_t>(every));
    if (!args_.detector.polls_only) watch_ = std::make_unique<PathWatch>(place_.host.main_loop, args_.filename, kSettleMs, [this] { look(); });
  }

  std::string module_path() override {
    const auto stat = stat_path(args_.filename);
    if (!stat) {
      place_.log.error("failed to extract module path", {{"module_path", args_.filename}, {"err", stat.error().what}});
      return {};
    }
    return stat->is_directory() ? args_.filename : directory_of(args_.filename);
  }

 private:
  Result<ImportContent> read() {
    const auto files = list();
    if (!files) {
      place_.log.error("failed to collect files", {{"err", files.error().what}});
      return files.error();
    }
    ImportContent content;
    for (const auto& [name, path] : *files) {
      auto text = read_file(path);
      if (!text) {
        place_.log.error("failed to read file", {{"file", path}, {"err", text.error().what}});
        return text.error();
      }
      content.emplace(name, std::move(*text));
    }
    return content;
  }

  /// Name and path of each file.
  Result<std::map<std::string, std::string>> list() const {
    const auto stat = stat_path(args_.filename);
    if (!stat) return stat.error();
    if (!stat->is_directory()) return std::map<std::string, std::string>{{args_.filename, args_.filename}};
    auto entries = list_directory(args_.filename);
    if (!entries) return entries.error();
    std::map<std::string, std::string> files;
    for (const DirectoryEntry& entry : *entries)
      if (!entry.is_directory && entry.name.ends_with(".alloy")) files.emplace(entry.name, joined_path(args_.filename, entry.name));
    return files;
  }

  void look() {
    auto content = read();
    if (content)
      listener_.on_content(std::move(*content));
    else
      listener_.on_failure("failed to read file: " + content.error().what);
  }

  FileImportArgs args_;
  ImportPlace place_;
  Listener listener_;
  Timer poll_;
  std::unique_ptr<PathWatch> watch_;
};

}  // namespace

const ImportKind kImportFile{"import.file", &kSchema, [](const void* args, ImportPlace place) -> std::unique_ptr<ImportSource> {
                               return std::make_unique<FileImport>(*static_cast<const FileImportArgs*>(args), std::move(place));
                             }};

}  // namespace invar
