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

std::vector<PathTargets> PathTable::update(std::vector<Wanted> wanted) {
  ++round_;
  std::vector<std::string> touched;
  for (Wanted& one : wanted) {
    Path& state = paths_[one.path];
    if (state.round != round_) {
      state.round = round_;
      state.next.clear();
      touched.push_back(one.path);
    }
    state.next.push_back(std::move(one.target));
  }
  std::vector<PathTargets> changes;
  for (const std::string& path : touched) {
    Path& state = paths_[path];
    const bool same = std::equal(state.next.begin(), state.next.end(), state.targets.begin(), state.targets.end(),
                                 [](const Target& a, const Target& b) { return a.id() == b.id(); });
    if (!same) changes.push_back(resolve(path, state));
    state.next.clear();
  }
  if (paths_.size() == touched.size()) return changes;
  for (auto state = paths_.begin(); state != paths_.end();) {
    if (state->second.round == round_) {
      ++state;
      continue;
    }
    changes.push_back({state->first, {}});
    state = paths_.erase(state);
  }
  return changes;
}

/// One reader for each distinct set of public labels; those that go on keep their status.
PathTargets PathTable::resolve(const std::string& path, Path& state) {
  PathTargets change{path, {}};
  std::vector<std::shared_ptr<TrailStatus>> readers;
  for (const Target& target : state.next) {
    std::string labels = public_labels_text(target);
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
  state.targets = state.next;
  return change;
}

std::vector<std::shared_ptr<const TrailStatus>> PathTable::statuses() const {
  std::vector<std::shared_ptr<const TrailStatus>> all;
  for (const auto& [path, state] : paths_) all.insert(all.end(), state.readers.begin(), state.readers.end());
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return std::tie(a->path, a->labels) < std::tie(b->path, b->labels); });
  return all;
}

}  // namespace invar::loki_source_file
