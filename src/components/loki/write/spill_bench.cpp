// What a line costs that takes the way over the disk: written as it was encoded, committed with many others, read back, marked. Prints CPU ns/line of the process; with
// --check fails beyond what docs/architecture.md allows. Not part of the default build: `ninja spill_bench`.
#include <cstdio>
#include <cstring>
#include <ctime>

#include "src/components/loki/write/spill.h"
#include "src/io/scratch_directory.h"
#include "src/telemetry/wire/loki_push.h"

namespace invar::loki_write {
namespace {

constexpr size_t kLineBytes = 275;
constexpr int kRounds = 400;        // fragments
constexpr double kAllowedNs = 700;

FragmentPtr make_fragment() {
  auto fragment = std::make_shared<Fragment>();
  for (int i = 0; i < 8; ++i) fragment->streams.push_back({"{namespace=\"prod\", app=\"shop-" + std::to_string(i) + "\", stream=\"stdout\"}", {}, uint64_t(i)});
  std::string line(kLineBytes, 'x');
  fragment->stretches.push_back({0, 0, nullptr, 7});
  for (uint32_t i = 0; fragment->bytes.size() < Fragment::kSealBytes; ++i) {
    loki_push::append_entry(fragment->bytes, 1'700'000'000'000'000'000 + i, line, {});
    fragment->entries.push_back({static_cast<uint32_t>(fragment->bytes.size()), i % 8, kLineBytes, 1, 1'700'000'000'000'000'000 + i});
    ++fragment->stretches[0].lines;
  }
  return fragment;
}

class Owner final : public Spill::Owner {
 public:
  Spill* spill = nullptr;
  uint64_t committed = 0, done = 0;
  void spill_opened(const std::optional<Error>&) override {}
  void spill_committed(Batch batch, CommitMarkPtr) override { committed += batch.entries; }
  void spill_advanced() override {}
  void spill_refused(const Error& error) override { std::fprintf(stderr, "%s\n", error.what.c_str()), std::exit(1); }
  void spill_not_needed(Batch, DropReason) override {}
  void spill_read(std::vector<FragmentPtr> fragments) override {
    for (const FragmentPtr& fragment : fragments) {
      Batch batch;
      batch.add_whole(fragment);
      done += batch.entries;
      spill->finish(batch, kNotDropped);
    }
  }
  void spill_lost(const DiskQueue::Tally&, DropReason) override { std::exit(1); }
  void spill_left(std::vector<SpillExit>) override {}
  void spill_room() override {}
};

double cpu_ns() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

void wait() {
  const timespec pause{0, 1'000'000};
  nanosleep(&pause, nullptr);
}

int run(bool check) {
  const ScratchDirectory scratch;
  Loop loop;
  Ledger ledger;
  Owner owner;
  auto own = std::make_unique<Spill>(Spill::Place{loop, loop, DiskFiles::of_system(), SystemClock::instance(), ledger, 1, 42}, DiskQueue::Options{.directory = scratch.path() + "/spill"},
                                     CommitPace{100, 1u << 20}, owner);
  Spill& spill = *own;
  owner.spill = own.get();
  while (!spill.open()) loop.turn();
  const FragmentPtr fragment = make_fragment();
  const uint64_t lines = uint64_t{kRounds} * fragment->entries.size();
  const double begin = cpu_ns();
  for (int i = 0; i < kRounds; ++i) {
    Batch batch;
    batch.add_whole(fragment);
    spill.put(std::move(batch));
    loop.turn();
  }
  while (owner.committed < lines) wait(), loop.turn();
  const double written = cpu_ns();
  while (owner.done < lines) {
    if (!spill.reading()) spill.read_more(1u << 20);
    loop.turn();
  }
  const double end = cpu_ns();
  own.reset();
  loop.turn();
  const double in = (written - begin) / static_cast<double>(lines), out = (end - written) / static_cast<double>(lines);
  std::printf("spill: %.0f ns/line in, %.0f out, %.0f in all (%llu lines)\n", in, out, in + out, static_cast<unsigned long long>(lines));
  return check && in + out > kAllowedNs ? 1 : 0;
}

}  // namespace
}  // namespace invar::loki_write

int main(int count, char** words) { return invar::loki_write::run(count > 1 && std::strcmp(words[1], "--check") == 0); }
