#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "src/base/result.h"
#include "src/language/schema.h"
#include "src/runtime/host.h"

namespace invar {

/// Texts by file name, or by what Alloy calls the one text of a source.
using ImportContent = std::map<std::string, std::string>;

/// What the sources of import blocks are made of, besides their arguments.
struct ImportPlace {
  Host& host;
  std::string global_id;            // d.i/import.file.lib
  std::filesystem::path data_path;  // the source's own; not created yet
  std::string module_path;          // of the module that has the block
  Logger log;                       // carries config_path and config_id
  bool updating = false;            // it takes the place of one that runs
};

/// Where the text of a module comes from. On main.
class ImportSource {
 public:
  struct Listener {
    std::function<void(ImportContent)> on_content;  // also when it is the same as before
    std::function<void(std::string)> on_failure;
  };
  virtual ~ImportSource() = default;
  /// The content now. Blocks, for as long as a load may wait for it. Errors are logged, and returned as the load shows them.
  virtual Result<ImportContent> fetch() = 0;
  /// What fetch() refuses without looking anywhere.
  virtual Result<void> check() { return {}; }
  /// Looks for changes from now on, until it is destroyed.
  virtual void watch(Listener listener) { (void)listener; }
  /// What `module_path` is in its modules.
  virtual std::string module_path() = 0;
};

/// One kind of import block.
struct ImportKind {
  std::string_view name;
  const Schema* arguments;
  /// `args` are of the schema's type.
  std::unique_ptr<ImportSource> (*make)(const void* args, ImportPlace place);
};

/// import.file, import.string, import.http or import.git.
const ImportKind& import_kind(std::string_view name);

extern const ImportKind kImportFile, kImportString, kImportHttp, kImportGit;

}  // namespace invar
