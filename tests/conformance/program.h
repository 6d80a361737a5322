#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace invar {

/// A directory that goes with its object, with the files of a vector in it.
class Workspace {
 public:
  Workspace();
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

/// One run of the invar program, which goes by the name `alloy`.
struct ProgramRun {
  std::vector<std::string> line;  // without the program's name
  std::filesystem::path directory;
  std::map<std::string, std::string> environment;  // beside PATH
  std::string input;
  /// Asked now and then with what was written to stderr so far: true sends SIGTERM.
  std::function<bool(const std::string& error)> stop_when;
};
struct ProgramResult {
  int exit = -1;  // 128 + n when signal n ended it
  std::string output, error;
  bool timed_out = false;
};
/// Waits up to 10 s. False exit -1 when the program is not there.
ProgramResult run_program(const ProgramRun& run);

/// Whether the invar program was built beside this one.
bool program_exists();

}  // namespace invar
