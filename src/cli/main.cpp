#include <filesystem>
#include <string>
#include <vector>

#include "src/cli/command.h"

int main(int count, char** words) {
  const std::string program = std::filesystem::path(count > 0 ? words[0] : "invar").filename();
  const std::vector<std::string> line(words + (count > 0 ? 1 : 0), words + count);
  return invar::run_command_line(program, line);
}
