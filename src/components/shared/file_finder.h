#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "src/base/clock.h"
#include "src/io/inotify.h"
#include "src/io/loop.h"
#include "src/runtime/logger.h"
#include "src/text/glob.h"

namespace invar {

/// A doublestar pattern, and one for paths to leave out (empty: none).
struct FilePattern {
  std::string path;
  std::string exclude;
  friend bool operator==(const FilePattern&, const FilePattern&) = default;
};

struct FoundFile {
  std::string path;  // absolute
  bool old = false;  // not modified for `ignore_older_than`
  friend bool operator==(const FoundFile&, const FoundFile&) = default;
};
/// For each pattern its files in the order Alloy lists them; no directories.
using FoundFiles = std::vector<std::vector<FoundFile>>;

/// Finds the files of patterns again and again: at least once per sync period, and soon after inotify tells that something came or went. A file that is
/// gone is missed for a while before it is left out: most are being renamed, and another one is there at once. Walks on the disk loop; everything else, and
/// `on_found`, is on main.
class FileFinder {
 public:
  struct Options {
    int64_t sync_period_ns = 0;
    int64_t ignore_older_than_ns = 0;
    friend bool operator==(const Options&, const Options&) = default;
  };
  FileFinder(Loop& main, Loop& disk, const Clock& clock, Logger log, std::function<void(const FoundFiles&)> on_found);
  ~FileFinder();
  FileFinder(const FileFinder&) = delete;

  /// Folders that the latest walk may not read; set before `on_found` is called. They are walked again every sync period.
  const std::vector<std::string>& forbidden() const { return forbidden_; }

  /// Walks at once.
  void look_for(std::vector<FilePattern> patterns, Options options);

 private:
  struct Walk;
  /// What to listen to in a directory: everything, or some names only.
  struct Interest {
    bool everything = false;
    std::unordered_set<std::string> names;
  };
  using Interests = std::unordered_map<std::string, Interest>;

  void keep_vanished(FoundFiles& found);
  void keep_vanished(std::vector<FoundFile>& now, const std::vector<FoundFile>& before, int64_t now_ns);
  void walk_if_due();
  void walk();
  void walked(Walk& walk);
  void watch(const Interests& interests);
  void changed(const FileEvent& event);
  void walk_soon();
  void walk_in(uint64_t ms);
  static void find(Walk& walk, const Clock& clock);
  static void add_interest(const std::string& pattern, glob::Listings& listings, Interests& interests);

  Loop& main_;
  Loop& disk_;
  const Clock& clock_;
  Logger log_;
  std::function<void(const FoundFiles&)> on_found_;
  std::shared_ptr<const std::vector<FilePattern>> patterns_ = std::make_shared<std::vector<FilePattern>>();
  // What was found last, and of which patterns.
  FoundFiles found_;
  std::shared_ptr<const std::vector<FilePattern>> found_of_ = patterns_;
  std::unordered_map<std::string, int64_t> missed_since_ns_;  // steady time
  Options options_;
  Timer sync_timer_;
  Timer soon_timer_;
  std::unique_ptr<Inotify> inotify_;
  std::unordered_map<int, Interest> watched_;           // by watch id
  std::unordered_map<std::string, int> watched_paths_;  // by directory
  uint64_t walks_ = 0;  // the latest is the one that counts
  bool walking_ = false;
  bool again_ = false;
  bool all_watched_ = false;
  int quiet_periods_ = 0;
  std::vector<std::string> forbidden_;
  bool told_of_limit_ = false;
  uint64_t last_walk_ms_ = 0;
  uint64_t rest_ms_ = 0;
  uint64_t soon_at_ms_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace invar
