#include "src/io/scratch_directory.h"

#include <stdlib.h>

#include <filesystem>
#include <system_error>

#include "src/base/check.h"

namespace invar {

ScratchDirectory::ScratchDirectory() {
  const char* base = ::getenv("TMPDIR");
  path_ = std::string(base != nullptr && *base != '\0' ? base : "/tmp") + "/invar-XXXXXX";
  INVAR_CHECK(::mkdtemp(path_.data()) != nullptr);
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace invar
