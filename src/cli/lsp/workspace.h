#pragma once

#include <optional>
#include <string>

#include "src/lint/settings.h"
#include "src/lsp/host.h"

namespace invar::lsp_command {

/// The command line of lsp, checked.
struct Request {
  lint::Settings flags;  // in the terms of a settings file
  lint::YamlOptions yaml;
  bool no_settings_file = false;
  std::optional<std::string> settings_file;
};

/// The files of the machine the server runs on, and lint as `invar lint` does it. Settings files are read anew for each check, since people edit them beside.
class Workspace final : public lsp::Host {
 public:
  explicit Workspace(const Request& request) : request_(request) {}

  std::vector<SourcePtr> alloy_files(const std::string& directory) override;
  SourcePtr read(const std::string& path) override;
  Checked check(const std::vector<SourcePtr>& files, bool is_yaml) override;
  const lint::YamlOptions& yaml_options() const override { return request_.yaml; }

 private:
  const Request& request_;
};

}  // namespace invar::lsp_command
