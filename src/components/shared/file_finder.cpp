#include "src/components/shared/file_finder.h"

#include <algorithm>
#include <filesystem>

#include "src/text/glob.h"

namespace invar {
namespace {

constexpr uint64_t kSoonMs = 20;         // several changes together
constexpr uint64_t kMinRestMs = 200;     // between walks that changes ask for
constexpr uint64_t kRestPerWalk = 50;    // ... so that they cost 2 % of a core at most
constexpr int kQuietPeriods = 10;        // without a change, one walk in so many sync periods
constexpr size_t kMaxWatches = 50'000;
constexpr int64_t kMissedNs = 5'000'000'000;  // before it counts as gone; less when the sync period is shorter

bool is_pattern(std::string_view part) { return part.find_first_of("*?[{\\") != part.npos; }

/// Ends of the directory parts of a pattern: slashes outside braces and brackets.
std::vector<size_t> slashes_of(std::string_view pattern) {
  std::vector<size_t> result;
  int depth = 0;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') ++i;
    else if (pattern[i] == '{') ++depth;
    else if (pattern[i] == '}') depth -= depth > 0;
    else if (pattern[i] == '/' && depth == 0) result.push_back(i);
  }
  return result;
}

/// Walks up to what exists.
std::string existing_directory(std::string path) {
  while (path.size() > 1) {
    const auto about = stat_path(path);
    if (about && about->is_directory()) return path;
    const size_t slash = path.rfind('/');
    if (slash == path.npos) return ".";
    path.resize(slash);
  }
  return "/";
}

std::string absolute(const std::string& path) {
  if (path.starts_with('/')) return std::filesystem::path(path).lexically_normal().string();
  std::error_code failed;
  const auto here = std::filesystem::current_path(failed);
  return failed ? path : (here / path).lexically_normal().string();
}

}  // namespace

struct FileFinder::Walk {
  std::shared_ptr<const std::vector<FilePattern>> patterns;
  Options options;
  uint64_t number = 0;
  FoundFiles found;
  Interests interests;
  std::vector<std::string> errors;
  std::vector<std::string> forbidden;
  int64_t took_ns = 0;
};

FileFinder::FileFinder(Loop& main, Loop& disk, const Clock& clock, Logger log, std::function<void(const FoundFiles&)> on_found)
    : main_(main),
      disk_(disk),
      clock_(clock),
      log_(std::move(log)),
      on_found_(std::move(on_found)),
      sync_timer_(main, [this] { walk_if_due(); }),
      soon_timer_(main, [this] { walk(); }) {
  auto opened = Inotify::open(main, {[this](const FileEvent& event) { changed(event); }, [this] { walk_soon(); }});
  if (opened) inotify_ = std::move(*opened);
  else log_.warn("new files are found once per sync period only", {{"error", opened.error().what}});
}

FileFinder::~FileFinder() { *alive_ = false; }

void FileFinder::look_for(std::vector<FilePattern> patterns, Options options) {
  patterns_ = std::make_shared<const std::vector<FilePattern>>(std::move(patterns));
  options_ = options;
  walk();
}

/// While every folder that matters is watched and nothing was heard, nothing has changed: then only every so often, in case.
void FileFinder::walk_if_due() {
  const bool sure = inotify_ && all_watched_ && options_.ignore_older_than_ns == 0 && missed_since_ns_.empty();
  if (sure && ++quiet_periods_ < kQuietPeriods) return;
  walk();
}

void FileFinder::walk() {
  quiet_periods_ = 0;
  const auto period_ms = static_cast<uint64_t>(std::max<int64_t>(options_.sync_period_ns / 1'000'000, 1));
  sync_timer_.start(period_ms, period_ms);
  soon_timer_.stop();
  if (walking_) {
    again_ = true;
    return;
  }
  walking_ = true;
  last_walk_ms_ = main_.now_ms();
  auto walk = std::make_shared<Walk>();
  walk->patterns = patterns_;
  walk->options = options_;
  walk->number = ++walks_;
  disk_.post([this, walk, &clock = clock_, &main = main_, alive = std::weak_ptr<bool>(alive_)] {
    find(*walk, clock);
    main.post([this, walk, alive] {
      if (!alive.expired()) walked(*walk);
    });
  });
}

void FileFinder::find(Walk& walk, const Clock& clock) {
  const int64_t started = clock.steady_ns();
  const int64_t oldest = clock.wall_ns() - walk.options.ignore_older_than_ns;
  glob::Listings listings;
  for (const FilePattern& pattern : *walk.patterns) {
    auto& found = walk.found.emplace_back();
    const auto paths = glob::find_paths(pattern.path, listings);
    if (!paths) {
      walk.errors.push_back("error getting paths of " + pattern.path + ": " + paths.error().what);
      continue;
    }
    for (const std::string& path : *paths) {
      if (!pattern.exclude.empty()) {
        const auto excluded = glob::match(pattern.exclude, path);
        if (excluded && *excluded) continue;
      }
      std::string full = absolute(path);
      const auto about = stat_path(full);
      if (!about || about->is_directory()) continue;
      const bool old = walk.options.ignore_older_than_ns != 0 && about->mtime_ns < oldest;
      found.push_back({std::move(full), old});
    }
    add_interest(absolute(pattern.path), listings, walk.interests);
  }
  walk.forbidden = listings.forbidden();
  walk.took_ns = clock.steady_ns() - started;
}

/// A file that matches can appear in the pattern's fixed part, in what its directory parts match, and, behind `**`, anywhere below.
void FileFinder::add_interest(const std::string& pattern, glob::Listings& listings, Interests& interests) {
  const std::vector<size_t> slashes = slashes_of(pattern);
  for (size_t i = 0; i < slashes.size(); ++i) {
    const std::string directory = slashes[i] == 0 ? "/" : pattern.substr(0, slashes[i]);
    const size_t end = i + 1 < slashes.size() ? slashes[i + 1] : pattern.size();
    const std::string next = pattern.substr(slashes[i] + 1, end - slashes[i] - 1);
    const bool is_last = i + 1 == slashes.size();
    if (!is_pattern(directory) && !is_pattern(next)) {
      // A fixed part matters only where it ends, or where it does not exist yet.
      if (is_last || !stat_path(directory + "/" + next)) {
        const std::string there = existing_directory(directory);
        Interest& interest = interests[there];
        if (there == directory) interest.names.insert(next);
        else interest.everything = true;
        return;
      }
      continue;
    }
    std::vector<std::string> directories{directory};
    if (is_pattern(directory)) {
      auto matching = glob::find_paths(directory, listings);
      directories = matching ? std::move(*matching) : std::vector<std::string>();
    }
    for (const std::string& candidate : directories) {
      if (interests.contains(candidate) && interests[candidate].everything) continue;
      if (interests.size() >= kMaxWatches) return;
      const auto about = stat_path(candidate);
      if (about && about->is_directory()) interests[candidate].everything = true;
    }
  }
}

void FileFinder::walked(Walk& walk) {
  walking_ = false;
  rest_ms_ = std::max<uint64_t>(kMinRestMs, static_cast<uint64_t>(walk.took_ns / 1'000'000) * kRestPerWalk);
  const bool outdated = walk.patterns != patterns_;
  if (!outdated) {
    for (const std::string& error : walk.errors) log_.error(error);
    forbidden_ = std::move(walk.forbidden);
    watch(walk.interests);
    // Nothing tells when a folder may be read again.
    if (!forbidden_.empty()) all_watched_ = false;
    keep_vanished(walk.found);
    found_ = std::move(walk.found);
    found_of_ = walk.patterns;
    on_found_(found_);
  }
  if (std::exchange(again_, false)) this->walk();
}

/// Files of the last walk that are not in this one stay in it for a while.
void FileFinder::keep_vanished(FoundFiles& found) {
  const int64_t now = clock_.steady_ns();
  if (found_of_ == patterns_) {
    for (size_t i = 0; i < found.size() && i < found_.size(); ++i) keep_vanished(found[i], found_[i], now);
  } else {
    std::unordered_map<std::string_view, size_t> before;
    for (size_t i = 0; i < found_of_->size() && i < found_.size(); ++i) before.emplace((*found_of_)[i].path, i);
    for (size_t i = 0; i < found.size(); ++i) {
      const auto same = before.find((*patterns_)[i].path);
      if (same != before.end() && (*found_of_)[same->second] == (*patterns_)[i]) keep_vanished(found[i], found_[same->second], now);
    }
  }
  std::erase_if(missed_since_ns_, [&](const auto& missed) { return now - missed.second > 2 * kMissedNs; });
}

void FileFinder::keep_vanished(std::vector<FoundFile>& now, const std::vector<FoundFile>& before, int64_t now_ns) {
  const auto same_path = [](const FoundFile& a, const FoundFile& b) { return a.path == b.path; };
  if (missed_since_ns_.empty() && std::equal(now.begin(), now.end(), before.begin(), before.end(), same_path)) return;
  std::unordered_set<std::string_view> there;
  for (const FoundFile& file : now) there.insert(file.path);
  const int64_t patience_ns = std::min(options_.sync_period_ns, kMissedNs);
  std::vector<FoundFile> merged;
  size_t next = 0;
  for (const FoundFile& file : before) {
    if (there.contains(file.path)) {
      missed_since_ns_.erase(file.path);
      continue;
    }
    const int64_t since = missed_since_ns_.try_emplace(file.path, now_ns).first->second;
    if (now_ns - since >= patience_ns) {
      missed_since_ns_.erase(file.path);
      continue;
    }
    if (!soon_timer_.active()) walk_in(static_cast<uint64_t>((since + patience_ns - now_ns) / 1'000'000 + 1));
    // In front of what was found behind it, as far as paths are in order.
    while (next < now.size() && now[next].path < file.path) merged.push_back(now[next++]);
    merged.push_back(file);
  }
  if (merged.empty()) return;
  merged.insert(merged.end(), now.begin() + static_cast<ptrdiff_t>(next), now.end());
  now = std::move(merged);
}

void FileFinder::watch(const Interests& interests) {
  if (!inotify_) return;
  bool is_new = false;
  all_watched_ = interests.size() < kMaxWatches;
  for (auto known = watched_paths_.begin(); known != watched_paths_.end();) {
    if (interests.contains(known->first)) {
      ++known;
      continue;
    }
    inotify_->unwatch(known->second);
    watched_.erase(known->second);
    known = watched_paths_.erase(known);
  }
  for (const auto& [directory, interest] : interests) {
    const auto known = watched_paths_.find(directory);
    if (known != watched_paths_.end()) {
      watched_[known->second] = interest;
      continue;
    }
    const auto watch = inotify_->watch(directory, file_change::kEntries);
    if (!watch) {
      all_watched_ = false;
      if (watch.error().reason == "watch_limit" && !std::exchange(told_of_limit_, true))
        log_.warn("cannot watch all directories, some new files are found once per sync period only; raise the sysctl "
                  "fs.inotify.max_user_watches",
                  {{"error", watch.error().what}});
      continue;
    }
    is_new = true;
    watched_paths_[directory] = *watch;
    Interest& known_interest = watched_[*watch];
    known_interest.everything |= interest.everything;
    known_interest.names.insert(interest.names.begin(), interest.names.end());
  }
  // What came between the walk and the watch has told nobody.
  if (is_new) walk_soon();
}

void FileFinder::changed(const FileEvent& event) {
  const auto watched = watched_.find(event.watch);
  if (watched == watched_.end()) return;
  const Interest& interest = watched->second;
  if (event.changes & (file_change::kGone | file_change::kSelfDeleted | file_change::kSelfMoved)) {
    std::erase_if(watched_paths_, [&](const auto& path) { return path.second == event.watch; });
    watched_.erase(watched);
    return walk_soon();
  }
  if (interest.everything || interest.names.contains(std::string(event.name))) walk_soon();
}

void FileFinder::walk_soon() {
  const uint64_t since = main_.now_ms() - last_walk_ms_;
  const uint64_t wait = since >= rest_ms_ ? kSoonMs : rest_ms_ - since;
  if (soon_timer_.active() && soon_at_ms_ <= main_.now_ms() + wait) return;
  walk_in(wait);
}

void FileFinder::walk_in(uint64_t ms) {
  soon_at_ms_ = main_.now_ms() + ms;
  soon_timer_.start(ms);
}

}  // namespace invar
