#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/base/source.h"
#include "src/lint/finding.h"
#include "src/lint/yaml_documents.h"

namespace invar::lsp {

/// What the server asks of the world around it: files beside a document, and lint with the settings that hold for it. Paths are absolute.
class Host {
 public:
  virtual ~Host() = default;

  /// The Alloy files of a directory as they are on the disk, named by their paths; empty when there is no such directory.
  virtual std::vector<SourcePtr> alloy_files(const std::string& directory) = 0;
  /// nullptr when it cannot be read.
  virtual SourcePtr read(const std::string& path) = 0;

  struct Checked {
    std::vector<lint::Finding> findings;  // hints too
    std::vector<SourcePtr> kept;          // what they point into
    /// There is nothing for lint in that YAML, or it cannot be read.
    bool foreign = false;
    /// Why nothing could be checked: settings that are wrong.
    std::string refusal;
  };
  /// One config of several files, or one YAML file. Sources are named by their paths.
  virtual Checked check(const std::vector<SourcePtr>& files, bool is_yaml) = 0;

  /// How YAML is read.
  virtual const lint::YamlOptions& yaml_options() const = 0;
};

}  // namespace invar::lsp
