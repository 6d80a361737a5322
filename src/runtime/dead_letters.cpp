#include "src/runtime/dead_letters.h"

#include <cstdio>

#include "src/io/file.h"

namespace invar {

/// On the disk thread.
struct DeadLetters::OnDisk {
  std::string path;
  uint64_t max_bytes;
  Logger log;
  std::unique_ptr<MetricScope> scope;
  Counter& written;
  Counter& lost;
  std::optional<Journal> file;
  bool failing = false;

  OnDisk(std::string path, uint64_t max_bytes, Logger log, MetricRegistry& metrics)
      : path(std::move(path)), max_bytes(max_bytes), log(std::move(log)), scope(metrics.scope({})),
        written(scope->counter("invar_dead_letters_total", "Entries written to the file of dead letters.")),
        lost(scope->counter("invar_dead_letters_lost_total", "Entries that the file of dead letters could not take.")) {}

  Result<void> put(std::string_view lines) {
    if (file && file->size() > 0 && file->size() + lines.size() > max_bytes / 2) {
      file.reset();
      if (std::rename(path.c_str(), (path + ".1").c_str()) != 0) return path_error("rename", path, errno);
    }
    if (!file) {
      const size_t slash = path.rfind('/');
      if (slash != std::string::npos && slash > 0)
        if (auto made = make_directories(path.substr(0, slash), 0750); !made) return made;
      auto opened = Journal::open(path);
      if (!opened) return opened.error();
      file = std::move(*opened);
    }
    auto appended = file->append(lines);
    if (!appended) file.reset();
    return appended;
  }

  void write(std::string_view lines, uint64_t count) {
    const auto done = put(lines);
    (done ? written : lost).add(count);
    if (done) {
      if (std::exchange(failing, false)) log.info("dead letters are written again", {{"path", path}});
    } else if (!std::exchange(failing, true)) {
      log.error("dead letters cannot be written", {{"err", done.error().what}});
    }
  }
};

DeadLetters::DeadLetters(Loop& disk, std::string path, uint64_t max_bytes, Logger log, MetricRegistry& metrics)
    : disk_(disk), on_disk_(std::make_shared<OnDisk>(std::move(path), max_bytes, std::move(log), metrics)) {}

DeadLetters::~DeadLetters() = default;

void DeadLetters::write(std::string lines, uint64_t count) {
  disk_.post([on_disk = on_disk_, lines = std::move(lines), count] { on_disk->write(lines, count); });
}

}  // namespace invar
