#include "src/runtime/dead_letters.h"

#include <doctest/doctest.h>

#include "src/io/file.h"
#include "src/io/scratch_directory.h"
#include "src/runtime/log_output.h"

using namespace invar;

TEST_CASE("dead letters are kept in two files of bounded size; a disk that fails is said once") {
  const ScratchDirectory scratch;
  Loop disk;
  std::string log;
  auto output = std::make_shared<Logger::Output>(SystemClock::instance(), [&](std::string_view line) { log += line; });
  output->configure(LogLevel::kInfo, LogFormat::kLogfmt);
  MetricRegistry metrics;
  const std::string path = scratch.path() + "/dead/letters.jsonl";
  DeadLetters letters(disk, path, 1000, Logger(output), metrics);
  CHECK_FALSE(stat_path(scratch.path() + "/dead").ok());
  const std::string line = std::string(99, 'x') + "\n";
  for (int i = 0; i < 23; ++i) letters.write(line, 1);
  disk.turn();
  CHECK(read_file(path)->size() <= 500);
  CHECK(read_file(path + ".1")->size() == 500);
  CHECK(metrics.expose().find("invar_dead_letters_total 23\n") != std::string::npos);
  CHECK(log.empty());

  DeadLetters broken(disk, scratch.path() + "/dead/letters.jsonl/inside", 1000, Logger(output), metrics);
  broken.write(line, 2);
  broken.write(line, 3);
  disk.turn();
  CHECK(log.find("not a directory") != std::string::npos);
  CHECK(log.find("cannot be written") == log.rfind("cannot be written"));
  CHECK(metrics.expose().find("invar_dead_letters_lost_total 5\n") != std::string::npos);
}
