// conformance [--filter TEXT] [--summary] [--check-own-defects] PATH... | --shared
// Runs recorded vectors through the suites in suites/. Exit 1 when one fails, 2 for a wrong call, 77 when --shared finds none.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <map>
#include <set>

#include "tests/conformance/vectors.h"

namespace invar {
namespace {

namespace fs = std::filesystem;
constexpr int kSkippedExit = 77;

struct Options {
  std::string filter;
  bool summary = false;
  bool check_own_defects = false;
  std::vector<fs::path> paths;
};

struct Counts {
  size_t passed = 0, failed = 0, skipped = 0;
  std::map<std::string, size_t> reasons;
};

bool names(std::string_view pattern, std::string_view suite) {
  if (pattern.ends_with('*')) return suite.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == suite;
}

/// By folder and file; a file that was moved elsewhere is known by its `suite` key.
const ConformanceSuite* find_suite(VectorFile& file) {
  const auto find = [](std::string_view name) -> const ConformanceSuite* {
    for (const ConformanceSuite* suite : conformance_suites())
      for (const std::string_view pattern : suite->files)
        if (names(pattern, name)) return suite;
    return nullptr;
  };
  if (const ConformanceSuite* suite = find(file.suite)) return suite;
  const auto key = file.content.is_object() ? file.content.find("suite") : file.content.end();
  if (key == file.content.end() || !key->is_string()) return nullptr;
  for (const char* folder : {"syntax", "loki", "api", "otel"}) {
    const std::string name = std::string(folder) + "/" + key->get<std::string>();
    const ConformanceSuite* suite = find(name);
    if (!suite) continue;
    for (ConformanceCase& c : file.cases) c.suite = name;
    file.suite = name;
    return suite;
  }
  return nullptr;
}

class Run {
 public:
  explicit Run(Options options) : options_(std::move(options)) {}

  int all() {
    const fs::path own = fs::path(INVAR_SOURCE_DIR) / "tests/conformance/defects.json";
    add_defects(read_defects(own), options_.check_own_defects);
    std::set<fs::path> lists{own.lexically_normal()};
    for (const fs::path& path : options_.paths) {
      const fs::path defects = find_defects(path);
      if (!defects.empty() && lists.insert(defects).second) add_defects(read_defects(defects), true);
    }
    for (const fs::path& path : options_.paths) run_path(path);
    check_defects();
    return report();
  }

 private:
  void run_path(const fs::path& path) {
    if (!fs::exists(path)) {
      std::cout << "FAIL " << path.string() << ": no such file or folder\n";
      ++total_.failed;
      return;
    }
    std::list<VectorFile> files = read_vectors(path);
    for (VectorFile& file : files) run_file(file);
  }

  void add_defects(DefectList list, bool must_exist) {
    for (Defect& defect : list.entries) {
      const auto key = std::pair(defect.suite, defect.name);
      if (must_exist) expected_.insert(key);
      defects_.emplace(key, std::move(defect));
    }
  }

  void run_file(VectorFile& file) {
    const ConformanceSuite* suite = find_suite(file);
    suites_.insert(file.suite);
    std::vector<ConformanceCase> wanted;
    for (ConformanceCase& c : file.cases) {
      const auto defect = defects_.find({c.suite, c.name});
      if (defect != defects_.end()) c.defect = &defect->second;
      expected_.erase({c.suite, c.name});
      if (c.data.is_object())  // a fact of a session, key after the dot
        for (const auto& [key, value] : c.data.items()) expected_.erase({c.suite, c.name + "." + key});
      if ((c.suite + "/" + c.name).find(options_.filter) != std::string::npos) wanted.push_back(c);
    }
    if (suite && suite->run_file) return run_session(*suite, wanted);
    for (const ConformanceCase& c : wanted) count(c, run_case(suite, c));
  }

  void run_session(const ConformanceSuite& suite, const std::vector<ConformanceCase>& cases) {
    if (cases.empty()) return;
    std::vector<Outcome> outcomes;
    try {
      outcomes = suite.run_file(cases);
    } catch (const std::exception& e) {
      outcomes.assign(cases.size(), Outcome::failed(std::string("  exception: ") + e.what() + "\n"));
    }
    outcomes.resize(cases.size(), Outcome::failed("  the suite gave no outcome\n"));
    for (size_t i = 0; i < cases.size(); ++i) count(cases[i], outcomes[i]);
  }

  Outcome run_case(const ConformanceSuite* suite, const ConformanceCase& c) {
    if (!suite) return Outcome::skipped("no suite for " + c.suite + " yet");
    if (c.defect && c.defect->match == "skip") return Outcome::skipped("recorded defect, has a test of its own: " + c.defect->alloy);
    try {
      return suite->run(c);
    } catch (const std::exception& e) {
      return Outcome::failed(std::string("  exception: ") + e.what() + "\n");
    }
  }

  void count(const ConformanceCase& c, const Outcome& outcome) {
    for (Counts* counts : {&total_, &by_suite_[c.suite]}) {
      switch (outcome.verdict) {
        case Outcome::Verdict::kPassed: ++counts->passed; break;
        case Outcome::Verdict::kFailed: ++counts->failed; break;
        case Outcome::Verdict::kSkipped: ++counts->skipped, ++counts->reasons[outcome.text]; break;
      }
    }
    if (outcome.verdict == Outcome::Verdict::kFailed)
      std::cout << "FAIL " << c.suite << " " << c.name << "\n" << outcome.text << (outcome.text.ends_with('\n') ? "" : "\n");
  }

  /// An entry counts as stale when the file it names was read and has no such case.
  void check_defects() {
    for (const auto& [suite, name] : expected_) {
      if (!suites_.contains(suite)) continue;
      std::cout << "FAIL defects.json: no case \"" << name << "\" in " << suite << "\n";
      ++total_.failed;
    }
  }

  int report() const {
    if (options_.summary)
      for (const auto& [suite, counts] : by_suite_)
        std::printf("%-36s %6zu passed %6zu failed %6zu skipped\n", suite.c_str(), counts.passed, counts.failed, counts.skipped);
    for (const auto& [reason, number] : total_.reasons) std::cout << "skipped " << number << ": " << reason << "\n";
    std::fflush(stdout);
    std::cout << total_.passed << " passed, " << total_.failed << " failed";
    if (total_.skipped > 0) std::cout << ", " << total_.skipped << " skipped";
    std::cout << std::endl;
    return total_.failed > 0 ? 1 : 0;
  }

  using CaseKey = std::pair<std::string, std::string>;
  Options options_;
  std::map<CaseKey, Defect> defects_;
  std::set<CaseKey> expected_;  // listed, must exist, not met yet
  std::set<std::string> suites_;
  Counts total_;
  std::map<std::string, Counts> by_suite_;
};

/// The recorded vectors lie beside the repository, or where INVAR_SHARED says.
fs::path shared_folder() {
  const char* named = std::getenv("INVAR_SHARED");
  return named ? fs::path(named) : fs::path(INVAR_SOURCE_DIR).parent_path() / "shared";
}

int usage() {
  std::cerr << "usage: conformance [--filter TEXT] [--summary] [--check-own-defects] PATH... | --shared\n";
  return 2;
}

int run(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--filter" && i + 1 < argc) {
      options.filter = argv[++i];
    } else if (argument == "--summary") {
      options.summary = true;
    } else if (argument == "--check-own-defects") {
      options.check_own_defects = true;
    } else if (argument == "--shared") {
      const fs::path shared = shared_folder();
      if (!fs::is_directory(shared / "conformance")) {
        std::cout << "no recorded vectors: " << shared.string() << " is not there\n";
        return kSkippedExit;
      }
      options.paths.push_back(shared / "conformance");
      options.paths.push_back(shared / "charts");
    } else if (argument.starts_with("-")) {
      return usage();
    } else {
      options.paths.emplace_back(argument);
    }
  }
  return options.paths.empty() ? usage() : Run(std::move(options)).all();
}

}  // namespace
}  // namespace invar

int main(int argc, char** argv) {
  try {
    return invar::run(argc, argv);
  } catch (const std::exception& e) {
    std::cerr << "conformance: " << e.what() << "\n";
    return 1;
  }
}
