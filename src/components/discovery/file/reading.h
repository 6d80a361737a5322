#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/components/discovery/shared/target_groups.h"

namespace invar::discovery_file {

/// What the files of some patterns hold, as of one look.
struct Reading {
  struct File {
    std::string path;  // as the pattern led to it
    Result<std::vector<discovery::TargetGroup>> groups;
    size_t content_hash = 0;
    int64_t modified_ns = 0;
  };
  std::vector<File> files;  // in the order of the patterns, then of the paths; each once
  std::vector<std::pair<std::string, std::string>> bad_patterns;  // and what is wrong with them
  std::vector<std::string> directories;  // where files may come and go, or change
};

/// Blocks: for the disk loop. `patterns` as Go's filepath.Glob takes them.
Reading read_files(const std::vector<std::string>& patterns);

/// May a change of the file of that name concern a pattern?
bool may_match(const std::vector<std::string>& patterns, std::string_view name);

}  // namespace invar::discovery_file
