// write_reference ROOT    writes docs/reference of the repository ROOT anew.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/reference/reference_page.h"

int main(int count, char** words) {
  if (count != 2) return std::fputs("usage: write_reference ROOT\n", stderr), 2;
  const std::filesystem::path folder = std::filesystem::path(words[1]) / "docs/reference";
  std::filesystem::remove_all(folder);
  for (const auto& [name, text] : invar::reference::reference_pages(words[1])) {
    std::filesystem::create_directories((folder / name).parent_path());
    std::ofstream(folder / name, std::ios::binary) << text;
  }
  return 0;
}
