#include "bench/generator/tree.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>

namespace invar::bench {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr size_t kKeptRotations = 20;
constexpr auto kTick = std::chrono::milliseconds(10);

Error failed(const char* doing, const std::string& path) {
  return {std::string("cannot ") + doing + " " + path + ": " + strerror(errno), "io"};
}

int64_t wall_nanoseconds() {
  using namespace std::chrono;
  return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
}

double seconds_since(steady_clock::time_point start) {
  return std::chrono::duration<double>(steady_clock::now() - start).count();
}

Result<void> write_all(int descriptor, const std::string& bytes, const std::string& path) {
  for (size_t at = 0; at < bytes.size();) {
    const ssize_t count = ::write(descriptor, bytes.data() + at, bytes.size() - at);
    if (count < 0) return failed("write", path);
    at += static_cast<size_t>(count);
  }
  return {};
}

Result<void> write_text(const std::string& path, const std::string& text) {
  const int descriptor = open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
  if (descriptor < 0) return failed("create", path);
  auto written = write_all(descriptor, text, path);
  close(descriptor);
  return written;
}

Result<void> make_parent(const std::string& path) {
  std::error_code error;
  fs::create_directories(fs::path(path).parent_path(), error);
  if (error) return Error{"cannot create the directory of " + path + ": " + error.message(), "io"};
  return {};
}

}  // namespace

Result<void> write_bulk(const std::string& directory, std::vector<Pod> pods, double megabytes, uint64_t seed) {
  constexpr size_t kBlock = 1 << 20;
  const double share = megabytes * 1e6 / static_cast<double>(pods.size());
  for (Pod& pod : pods) {
    const std::string path = directory + "/" + pod.path;
    if (auto made = make_parent(path); !made) return made;
    const int descriptor = open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
    if (descriptor < 0) return failed("create", path);
    LineWriter writer(pod, seed, false);
    std::string block;
    while (static_cast<double>(pod.bytes) < share) {
      block.clear();
      while (block.size() < kBlock && static_cast<double>(pod.bytes + block.size()) < share) writer.append_record(block, 0);
      pod.bytes += block.size();
      if (auto written = write_all(descriptor, block, path); !written) return written;
    }
    close(descriptor);
  }
  return write_text(directory + "/manifest.json", manifest_json(pods, seed));
}

LiveTree::LiveTree(std::string directory, std::vector<Pod> pods, uint64_t seed)
    : directory_(std::move(directory)), seed_(seed), pods_(std::move(pods)) {
  files_.reserve(pods_.size());
  for (Pod& pod : pods_) files_.push_back({LineWriter(pod, seed, true)});
}

Result<std::unique_ptr<LiveTree>> LiveTree::open(std::string directory, std::vector<Pod> pods, uint64_t seed) {
  std::unique_ptr<LiveTree> tree(new LiveTree(std::move(directory), std::move(pods), seed));
  for (size_t i = 0; i < tree->files_.size(); i++) {
    if (auto made = make_parent(tree->directory_ + "/" + tree->pods_[i].path); !made) return made.error();
    if (auto opened = tree->open_file(i); !opened) return opened.error();
  }
  return tree;
}

LiveTree::~LiveTree() {
  for (const File& file : files_)
    if (file.descriptor >= 0) close(file.descriptor);
}

Result<void> LiveTree::open_file(size_t index) {
  const std::string path = directory_ + "/" + pods_[index].path;
  files_[index].descriptor = ::open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
  if (files_[index].descriptor < 0) return failed("open", path);
  return {};
}

Result<void> LiveTree::write(size_t index, const std::string& bytes) {
  pods_[index].bytes += bytes.size();
  return write_all(files_[index].descriptor, bytes, pods_[index].path);
}

Result<void> LiveTree::append_each(int records) {
  std::string bytes;
  for (size_t i = 0; i < files_.size(); i++) {
    bytes.clear();
    for (int record = 0; record < records; record++) files_[i].writer.append_record(bytes, wall_nanoseconds());
    if (auto written = write(i, bytes); !written) return written;
  }
  return {};
}

Result<void> LiveTree::run(double lines_per_second, double seconds, double rotation_seconds) {
  const auto start = steady_clock::now();
  const double count = static_cast<double>(files_.size());
  for (size_t i = 0; i < files_.size(); i++) files_[i].rotated = -rotation_seconds * static_cast<double>(i) / count;
  const uint64_t share = static_cast<uint64_t>(lines_per_second * 0.01 / count) + 1;
  std::string bytes;
  double done = 0;
  for (size_t next = 0;;) {
    const double elapsed = seconds_since(start);
    if (elapsed >= seconds) return {};
    for (const double due = lines_per_second * elapsed; done < due; next = (next + 1) % files_.size()) {
      const uint64_t from = pods_[next].lines;
      bytes.clear();
      while (pods_[next].lines - from < share) files_[next].writer.append_record(bytes, wall_nanoseconds());
      if (rotation_seconds > 0 && elapsed - files_[next].rotated >= rotation_seconds) {
        files_[next].rotated = elapsed;
        if (auto rotated = rotate(next); !rotated) return rotated;
      }
      if (auto written = write(next, bytes); !written) return written;
      done += static_cast<double>(pods_[next].lines - from);
    }
    std::this_thread::sleep_for(kTick);
  }
}

Result<void> LiveTree::rotate(size_t index) {
  const fs::path path = directory_ + "/" + pods_[index].path;
  std::string suffix = ".";
  Stamp(wall_nanoseconds()).append_suffix(suffix);
  close(files_[index].descriptor);
  files_[index].descriptor = -1;
  std::error_code error;
  fs::rename(path, path.string() + suffix, error);
  if (error) return Error{"cannot rotate " + path.string() + ": " + error.message(), "io"};
  rotations_++;
  std::vector<fs::path> old;
  for (const auto& entry : fs::directory_iterator(path.parent_path()))
    if (entry.path() != path) old.push_back(entry.path());
  std::sort(old.begin(), old.end());
  for (size_t i = 0; i + kKeptRotations < old.size(); i++) fs::remove(old[i], error);
  return open_file(index);
}

uint64_t LiveTree::lines() const {
  uint64_t lines = 0;
  for (const Pod& pod : pods_) lines += pod.lines;
  return lines;
}

Result<void> LiveTree::write_manifest() const { return write_text(directory_ + "/manifest.json", manifest_json(pods_, seed_)); }

}  // namespace invar::bench
