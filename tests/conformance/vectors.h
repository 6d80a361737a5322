#pragma once

#include <list>

#include "tests/conformance/suite.h"

namespace invar {

/// One file of vectors and the cases in it.
struct VectorFile {
  std::filesystem::path path;
  std::string suite;
  Json content;
  std::vector<ConformanceCase> cases;
};

/// Every vector file in a file or folder. Files that hold no vectors (indexes, catalogs of flags) have no cases.
std::list<VectorFile> read_vectors(const std::filesystem::path& path);

/// The entries of the defects.json beside a path or in a folder above it, and its folder; none when there is no such file.
struct DefectList {
  std::filesystem::path file;
  std::vector<Defect> entries;
};
DefectList read_defects(const std::filesystem::path& file);
std::filesystem::path find_defects(std::filesystem::path path);

}  // namespace invar
