// loggen bulk DIR PODS MEGABYTES SEED    writes a tree and its manifest.json
// loggen live DIR PODS SEED              opens the files, then obeys lines on stdin, answering each with a JSON line:
//                                          each RECORDS | run LINES_PER_SECOND SECONDS ROTATION_SECONDS
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>

#include "bench/generator/tree.h"

namespace invar::bench {
namespace {

int fail(const std::string& why) {
  fprintf(stderr, "loggen: %s\n", why.c_str());
  return 1;
}

int write_bulk_tree(char** words) {
  const uint64_t seed = strtoull(words[3], nullptr, 10);
  const auto written = write_bulk(words[0], make_pods(static_cast<uint32_t>(atoi(words[1])), seed), atof(words[2]), seed);
  return written ? 0 : fail(written.error().what);
}

Result<void> obey(LiveTree& tree, const std::string& command) {
  std::istringstream words(command);
  std::string verb;
  double first = 0, second = 0, third = 0;
  words >> verb >> first >> second >> third;
  if (verb == "each") return tree.append_each(static_cast<int>(first));
  if (verb == "run") return tree.run(first, second, third);
  return Error{"no such command: " + command, "command"};
}

int write_live(char** words) {
  const uint64_t seed = strtoull(words[2], nullptr, 10);
  auto tree = LiveTree::open(words[0], make_pods(static_cast<uint32_t>(atoi(words[1])), seed), seed);
  if (!tree) return fail(tree.error().what);
  for (std::string command; std::getline(std::cin, command);) {
    if (auto done = obey(**tree, command); !done) return fail(done.error().what);
    if (auto written = (*tree)->write_manifest(); !written) return fail(written.error().what);
    printf("{\"lines\":%llu,\"rotations\":%llu}\n", static_cast<unsigned long long>((*tree)->lines()),
           static_cast<unsigned long long>((*tree)->rotations()));
    fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace invar::bench

int main(int count, char** words) {
  const std::string verb = count > 1 ? words[1] : "";
  if (verb == "bulk" && count == 6) return invar::bench::write_bulk_tree(words + 2);
  if (verb == "live" && count == 5) return invar::bench::write_live(words + 2);
  fputs("usage: loggen bulk DIR PODS MEGABYTES SEED | loggen live DIR PODS SEED\n", stderr);
  return 2;
}
