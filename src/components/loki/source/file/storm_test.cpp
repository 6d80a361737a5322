#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "src/components/loki/source/file/source_bench.h"

// Rotation of every kind at every moment, also several times between two looks: every line arrives once. The dice are thrown anew for each seed.
namespace invar::loki_source_file {
namespace {

class Storm {
 public:
  explicit Storm(unsigned seed) : dice_(seed) { bench_.arguments = "file_match {\n enabled = true\n sync_period = \"1s\"\n}"; }

  /// Writes, looks now and then, and calls `rotate` now and then.
  void blow(const std::string& targets, const std::function<void(Storm&)>& rotate) {
    write();
    bench_.start(targets);
    bench_.world->run_for(50);
    for (int step = 0; step < 80; ++step) {
      write();
      if (chance(2)) look(20);
      if (!chance(8)) continue;
      ++rotations_;
      rotate(*this);
      if (chance(3)) look(60);
    }
    Lines expected;
    for (int i = 1; i <= last_; ++i) expected.push_back("line " + std::to_string(i));
    Lines got = bench_.next(expected.size());
    bench_.world->run_for(150);
    const Lines late = bench_.out.lines();
    got.insert(got.end(), late.begin(), late.end());
    std::sort(got.begin(), got.end());
    std::sort(expected.begin(), expected.end());
    CHECK((got == expected));
  }

  Bench& bench() { return bench_; }
  int rotations() const { return rotations_; }
  bool chance(unsigned of) { return dice_() % of == 0; }
  void look(unsigned most_ms) { bench_.world->run_for(static_cast<int64_t>(dice_() % most_ms)); }

  void write() {
    std::string text;
    for (unsigned count = 1 + static_cast<unsigned>(dice_() % 30); count > 0; --count) text += "line " + std::to_string(++last_) + "\n";
    append(bench_.at("a.log"), text);
  }
  bool is_there(const std::string& name) const { return std::filesystem::exists(bench_.at(name)); }
  void move(const std::string& from, const std::string& to) {
    if (is_there(from)) std::filesystem::rename(bench_.at(from), bench_.at(to));
  }
  /// As gzip and the kubelet: a new file beside, with the old one's time; then the old one goes.
  void compress(const std::string& name) {
    if (!is_there(name)) return;
    const std::string commands = "gzip -c " + name + " > " + name + ".tmp && touch -r " + name + " " + name + ".tmp && mv " + name + ".tmp " + name + ".gz && rm " + name;
    REQUIRE(std::system(("cd " + bench_.folder.path() + " && " + commands).c_str()) == 0);
  }

 private:
  Bench bench_;
  std::minstd_rand dice_;
  int last_ = 0;
  int rotations_ = 0;
};

/// logrotate: `.1` is the newest, the fifth is deleted, the second compressed now and then.
void shift(Storm& storm) {
  for (int number = 5; number >= 1; --number)
    for (const char* suffix : {"", ".gz"}) {
      const std::string name = "a.log." + std::to_string(number) + suffix;
      if (number < 5) storm.move(name, "a.log." + std::to_string(number + 1) + suffix);
      else if (storm.is_there(name)) std::filesystem::remove(storm.bench().at(name));
      if (storm.chance(8)) storm.look(8);
    }
  if (storm.chance(2)) storm.compress("a.log.2");
  if (storm.chance(4)) storm.look(8);
  storm.move("a.log", "a.log.1");
}

/// The kubelet: the time in the name, all but the newest compressed.
void stamp(Storm& storm) {
  Lines names;
  for (const auto& entry : std::filesystem::directory_iterator(storm.bench().folder.path()))
    if (const std::string name = entry.path().filename(); name.starts_with("a.log.2026") && !name.ends_with(".gz")) names.push_back(name);
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) storm.compress(name);
  if (storm.chance(4)) storm.look(8);
  char stamped[32];
  std::snprintf(stamped, sizeof(stamped), "a.log.20260101-%06d", storm.rotations());
  storm.move("a.log", stamped);
}

TEST_CASE("a storm of renaming and compression") {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    INFO(seed);
    Storm storm(seed);
    storm.blow(storm.bench().target("a.log"), shift);
  }
}

TEST_CASE("a storm of renaming among files that are targets too") {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    INFO(seed);
    Storm storm(seed);
    storm.blow("{ __path__ = \"" + storm.bench().at("a.log*") + "\", __path_exclude__ = \"" + storm.bench().at("*.{gz,tmp}") + "\" }", shift);
  }
}

TEST_CASE("a storm of names with the time in them, and compression") {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    INFO(seed);
    Storm storm(seed);
    storm.blow(storm.bench().target("a.log"), stamp);
  }
}

}  // namespace
}  // namespace invar::loki_source_file
