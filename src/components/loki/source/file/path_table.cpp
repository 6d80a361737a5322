#include "src/components/loki/source/file/path_table.h"

#include <algorithm>

#include "src/base/quote.h"

namespace invar::loki_source_file {

std::string public_labels_text(const Target& target) {
  std::string text = "{";
  for (const auto& [name, value] : target.labels()) {
    if (name.starts_with("__")) continue;
    if (text.size() > 1) text += ", ";
    text.append(name).append("=");
    append_quoted(text, value);
  }
  return text + "}";
}

std::vector<PathTable::Change> PathTable::update(std::vector<Wanted> wanted) {
  ++round_;
  std::vector<SharedText> touched;
  for (Wanted& one : wanted) {
    const auto [place, is_new] = paths_.try_emplace(one.path);
    Path& state = place->second;
    if (is_new) ++paths_on_lane_[state.lane = lane_for(one.path)];
    if (state.round != round_) {
      state.round = round_;
      state.next.clear();
      touched.push_back(place->first);
    }
    state.next.push_back(std::move(one.target));
  }
  std::vector<Change> changes;
  for (const SharedText& path : touched) {
    Path& state = paths_[path];
    const bool same = std::equal(state.next.begin(), state.next.end(), state.targets.begin(), state.targets.end(),
                                 [](const Target& a, const Target& b) { return a.id() == b.id(); });
    if (!same) changes.push_back({state.lane, resolve(path, state)});
    state.next = {};
  }
  if (paths_.size() == touched.size()) return changes;
  for (auto state = paths_.begin(); state != paths_.end();) {
    if (state->second.round == round_) {
      ++state;
      continue;
    }
    changes.push_back({state->second.lane, {state->first, {}}});
    --paths_on_lane_[state->second.lane];
    remember(state->first, state->second.lane);
    state = paths_.erase(state);
  }
  return changes;
}

size_t PathTable::lane_for(const SharedText& path) {
  if (paths_on_lane_.size() == 1) return 0;
  if (const auto before = lane_before_.find(stable_hash(path)); before != lane_before_.end()) return before->second;
  return static_cast<size_t>(std::min_element(paths_on_lane_.begin(), paths_on_lane_.end()) - paths_on_lane_.begin());
}

void PathTable::remember(const SharedText& path, size_t lane) {
  constexpr size_t kMost = 16 * 1024;
  if (paths_on_lane_.size() == 1) return;
  const uint64_t hash = stable_hash(path);
  if (!lane_before_.insert_or_assign(hash, lane).second) return;
  gone_.push_back(hash);
  if (gone_.size() <= kMost) return;
  lane_before_.erase(gone_.front());
  gone_.pop_front();
}

/// One reader for each distinct set of public labels; those that go on keep their status.
PathTargets PathTable::resolve(const SharedText& path, Path& state) {
  PathTargets change{path, {}};
  std::vector<std::shared_ptr<TrailStatus>> readers;
  for (const Target& target : state.next) {
    SharedText labels = public_labels_text(target);
    const auto has_these = [&](const std::shared_ptr<TrailStatus>& status) { return status->labels == labels; };
    if (std::any_of(readers.begin(), readers.end(), has_these)) continue;
    const auto known = std::find_if(state.readers.begin(), state.readers.end(), has_these);
    std::shared_ptr<TrailStatus> status = known != state.readers.end() ? *known : std::make_shared<TrailStatus>();
    if (known == state.readers.end()) {
      status->path = path;
      status->labels = std::move(labels);
    }
    TrailSpec spec;
    for (const auto& label : target.labels())
      if (!label.first.starts_with("__")) spec.labels.push_back(label);
    spec.status = status;
    change.readers.push_back(std::move(spec));
    readers.push_back(std::move(status));
  }
  state.readers = std::move(readers);
  state.targets = std::move(state.next);
  return change;
}

std::vector<std::shared_ptr<const TrailStatus>> PathTable::statuses() const {
  std::vector<std::shared_ptr<const TrailStatus>> all;
  for (const auto& [path, state] : paths_) all.insert(all.end(), state.readers.begin(), state.readers.end());
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return std::tie(a->path, a->labels) < std::tie(b->path, b->labels); });
  return all;
}

}  // namespace invar::loki_source_file
