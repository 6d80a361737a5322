#include "src/components/loki/source/docker/position_store.h"

#include <algorithm>
#include <charconv>

#include "src/base/quote.h"
#include "src/io/file.h"

namespace invar::loki_source_docker {
namespace {

constexpr std::string_view kPrefix = "cursor-";

std::optional<int64_t> whole_number(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::map<std::string, LogPosition> read_positions(const PositionMap& seconds, const PositionMap& lines, std::vector<std::string>& notes) {
  std::map<std::string, LogPosition> positions;
  const auto each = [&](const PositionMap& file, auto&& use) {
    for (const auto& [key, value] : file)
      if (key.path.str().starts_with(kPrefix) && !use(key.path.str().substr(kPrefix.size()), value))
        notes.push_back("a position that makes no sense is left out: " + quoted(value) + " of " + key.path.str());
  };
  each(seconds, [&](const std::string& container, const std::string& value) {
    const auto second = whole_number(value);
    if (!second) return false;
    // A container has several when its labels have changed.
    LogPosition& position = positions[container];
    position.since = std::max(position.since, *second);
    return true;
  });
  each(lines, [&](const std::string& container, const std::string& value) {
    const auto ours = LogPosition::parse(value);
    if (!ours) return false;
    LogPosition& position = positions[container];
    if (ours->seconds() >= position.since) position = *ours;
    return true;
  });
  return positions;
}

Result<std::shared_ptr<PositionStore>> PositionStore::open(Loop& disk, std::string directory, PositionSaver::Report report) {
  auto store = ends_on(disk, new PositionStore(disk, std::move(directory), std::move(report)));
  if (auto loaded = store->load(); !loaded) return loaded.error();
  return store;
}

Result<void> PositionStore::load() {
  auto seconds = load_positions_file(path(kPositionsName)), lines = load_positions_file(path(kLinesName));
  if (!seconds) return seconds.error();
  if (!lines) {
    if (lines.error().reason != "bad_yaml") return lines.error();
    notes_.push_back(lines.error().what + "; seconds of " + std::string(kPositionsName) + " are used");
    lines = PositionMap();
  }
  opened_ = read_positions(*seconds, *lines, notes_);
  for (const auto& [key, value] : *seconds) {
    if (!key.path.str().starts_with(kPrefix)) continue;
    if (const auto known = opened_.find(key.path.str().substr(kPrefix.size())); known != opened_.end()) entries_[known->first].labels = key.labels.str();
  }
  for (const auto& [container, position] : opened_) {
    entries_[container].position = position;
    entries_[container].gone_ms = disk_.now_ms();  // until it is a target
  }
  return {};
}

void PositionStore::set_targets(std::map<std::string, std::string> labels_of_containers) {
  disk_.post([this, targets = std::move(labels_of_containers)] {
    for (auto& [container, entry] : entries_)
      if (!targets.contains(container) && !entry.gone_ms) entry.gone_ms = disk_.now_ms();
    for (const auto& [container, labels] : targets) {
      Entry& entry = entries_[container];
      entry.labels = labels;
      entry.gone_ms.reset();
    }
  });
}

void PositionStore::put(std::vector<Change> changes, CommitMarks marks) {
  saver_.put(std::move(marks), [this, changes = std::move(changes)] {
    for (const Change& change : changes) entries_[change.container].position = change.position;
  });
}

void PositionStore::remove(std::string container) {
  disk_.post([this, container = std::move(container)] {
    if (entries_.erase(container) > 0) saver_.save();
  });
}

Result<void> PositionStore::write(const PositionSaver::MakeMarks& make_marks) {
  const uint64_t now = disk_.now_ms();
  std::erase_if(entries_, [now](const auto& item) { return item.second.gone_ms && now - *item.second.gone_ms > kKeptMs; });
  PositionMap seconds, lines;
  for (const auto& [container, entry] : entries_) {
    if (!entry.position) continue;
    const PositionKey key{std::string(kPrefix) + container, entry.labels};
    seconds[key] = std::to_string(entry.position->seconds());
    if (entry.position->known()) lines[key] = entry.position->text();
  }
  // Ours first: it counts unless the other one is later.
  auto written = replace_file(path(kLinesName), write_positions_file(lines), 0600, make_marks);
  if (written) written = replace_file(path(kPositionsName), write_positions_file(seconds));
  return written;
}

}  // namespace invar::loki_source_docker
