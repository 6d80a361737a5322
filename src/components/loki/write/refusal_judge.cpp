// Which entries of a batch Loki's complaints mean.
#include <algorithm>
#include <map>
#include <unordered_map>

#include "src/components/loki/write/refusal.h"
#include "src/telemetry/wire/loki_push.h"
#include "src/text/series_labels.h"

namespace invar::loki_write {
namespace {

using Kind = Complaint::Kind;
using Labels = Complaint::Labels;

constexpr int64_t kSecond = 1'000'000'000;

int64_t second_of(int64_t time_ns) { return time_ns / kSecond - (time_ns % kSecond < 0 ? 1 : 0); }

/// Loki adds labels of its own before it looks: the complaint names those too.
bool is_added(std::string_view name) { return name == "service_name" || name == "__stream_shard__" || name == "__time_shard__"; }

Labels without(const Labels& labels, std::string_view name) {
  Labels rest;
  std::copy_if(labels.begin(), labels.end(), std::back_inserter(rest), [&](const auto& label) { return label.first != name; });
  return rest;
}

struct Seen {
  int64_t time_ns = 0;
  size_t stream = 0;
  size_t line = 0, metadata_bytes = 0, metadata_count = 0;
};

class Court {
 public:
  explicit Court(const Batch& batch) {
    std::unordered_map<std::string_view, size_t> known;
    for (const Piece& piece : batch.pieces)
      for (uint32_t i = piece.first; i < piece.last; ++i) {
        const Fragment& fragment = *piece.fragment;
        const std::string& labels = fragment.streams[fragment.entries[i].stream].labels;
        const auto [place, added] = known.try_emplace(labels, streams_.size());
        if (added) add_stream(labels);
        Seen seen;
        seen.stream = place->second;
        const size_t begin = fragment.begin_of(i);
        // What cannot be read was damaged on disk in a way that kept its checksum: nothing is known of it.
        if (const auto entry = loki_push::decode_entry(std::string_view(fragment.bytes).substr(begin, fragment.entries[i].end - begin))) {
          seen.time_ns = entry->time_ns;
          seen.line = entry->line.size();
          seen.metadata_count = entry->metadata.size();
          for (const Label& pair : entry->metadata) seen.metadata_bytes += pair.name.size() + pair.value.size();
        }
        entries_.push_back(seen);
      }
    verdict_.guilty.resize(entries_.size(), kNotDropped);
  }

  Verdict judge(const std::vector<Complaint>& complaints) {
    for (const Complaint& complaint : complaints) hear(complaint);
    if (verdict_.count == 0 && !complaints.empty() && !verdict_.must_search) {
      // It speaks of a stream by a name that is not known here.
      verdict_.must_search = true;
      verdict_.search_reason = drop_reason(complaints.front().reason);
    }
    return std::move(verdict_);
  }

 private:
  void add_stream(const std::string& text) {
    auto labels = parse_series_labels(text);
    Labels sorted = labels ? std::move(*labels) : Labels();
    std::erase_if(sorted, [](const auto& label) { return label.second.empty(); });
    std::sort(sorted.begin(), sorted.end());
    const auto added = [](const auto& label) { return is_added(label.first); };
    label_counts_.push_back(static_cast<int64_t>(sorted.size() - static_cast<size_t>(std::count_if(sorted.begin(), sorted.end(), added))));
    by_labels_.emplace(std::move(sorted), streams_.size());
    streams_.push_back(text);
  }

  /// The stream that a complaint names; nullopt when it is none of the batch.
  std::optional<size_t> find_stream(const Labels& named) const {
    Labels labels = named;
    for (const char* added : {"", "__stream_shard__", "__time_shard__", "service_name"}) {
      labels = without(labels, added);
      if (const auto found = by_labels_.find(labels); found != by_labels_.end()) return found->second;
    }
    return std::nullopt;
  }

  void convict(size_t entry, std::string_view reason) {
    DropReason& guilt = verdict_.guilty[entry];
    if (guilt != kNotDropped) return;
    guilt = drop_reason(reason);
    ++verdict_.count;
  }

  template <class Is>
  void convict_all(std::string_view reason, Is is_guilty) {
    for (size_t i = 0; i < entries_.size(); ++i)
      if (is_guilty(entries_[i])) convict(i, reason);
  }

  /// Of the entries of a stream in one second so many are guilty: the oldest, or the newest.
  void convict_some(const Complaint& complaint, std::optional<size_t> stream, bool oldest) {
    std::vector<size_t> candidates;
    for (size_t i = 0; i < entries_.size(); ++i)
      if (second_of(entries_[i].time_ns) == complaint.limit && stream && entries_[i].stream == *stream && verdict_.guilty[i] == kNotDropped) candidates.push_back(i);
    std::stable_sort(candidates.begin(), candidates.end(), [&](size_t a, size_t b) {
      return oldest ? entries_[a].time_ns < entries_[b].time_ns : entries_[a].time_ns > entries_[b].time_ns;
    });
    candidates.resize(std::min<size_t>(candidates.size(), complaint.count));
    for (const size_t i : candidates) convict(i, complaint.reason);
  }

  void hear(const Complaint& complaint) {
    const auto stream = complaint.stream ? find_stream(*complaint.stream) : std::nullopt;
    const auto limit = static_cast<uint64_t>(std::max<int64_t>(complaint.limit, 0));
    switch (complaint.kind) {
      // Limits are a tenant's: what holds for the stream that is named holds for all of the batch.
      case Kind::kTooOld:
        convict_all(complaint.reason, [&](const Seen& e) { return second_of(e.time_ns) < std::max(complaint.limit, complaint.bound.value_or(complaint.limit)); });
        convict_some(complaint, stream, true);
        break;
      case Kind::kTooNew:
        convict_all(complaint.reason, [&](const Seen& e) { return second_of(e.time_ns) > complaint.limit; });
        convict_some(complaint, stream, false);
        break;
      case Kind::kLineTooLong: convict_all(complaint.reason, [&](const Seen& e) { return e.line > limit; }); break;
      case Kind::kMetadata: convict_all(complaint.reason, [&](const Seen& e) { return e.metadata_count > 0; }); break;
      case Kind::kMetadataBytes: convict_all(complaint.reason, [&](const Seen& e) { return e.metadata_bytes > limit; }); break;
      case Kind::kMetadataCount: convict_all(complaint.reason, [&](const Seen& e) { return e.metadata_count > limit; }); break;
      case Kind::kLabelCount:
        convict_all(complaint.reason, [&](const Seen& e) { return label_counts_[e.stream] > complaint.limit || (stream && e.stream == *stream); });
        break;
      case Kind::kStream: convict_all(complaint.reason, [&](const Seen& e) { return stream && e.stream == *stream; }); break;
      case Kind::kNoLabels: convict_all(complaint.reason, [&](const Seen& e) { return label_counts_[e.stream] == 0; }); break;
      case Kind::kIgnored:
        convict_all(complaint.reason, [&](const Seen& e) {
          if (stream && e.stream != *stream) return false;
          if (complaint.stream && !stream) return e.time_ns == complaint.limit;
          return e.time_ns == complaint.limit || (complaint.bound && second_of(e.time_ns) < *complaint.bound);
        });
        break;
      case Kind::kSomeStream:
        verdict_.must_search = true;
        verdict_.search_reason = drop_reason(complaint.reason);
        break;
    }
  }

  std::vector<Seen> entries_;
  std::vector<std::string> streams_;
  std::vector<int64_t> label_counts_;
  std::map<Labels, size_t> by_labels_;
  Verdict verdict_;
};

}  // namespace

Verdict judge(const Batch& batch, const std::vector<Complaint>& complaints) { return Court(batch).judge(complaints); }

Batch separate_streams(Batch& batch) {
  std::unordered_map<std::string, size_t> numbers;
  const auto number_of = [&](const FragmentPtr& fragment, uint32_t entry) {
    return numbers.try_emplace(fragment->streams[fragment->entries[entry].stream].labels, numbers.size()).first->second;
  };
  for (const Piece& piece : batch.pieces)
    for (uint32_t i = piece.first; i < piece.last; ++i) number_of(piece.fragment, i);
  const size_t half = (numbers.size() + 1) / 2;
  return batch.separate([&](const FragmentPtr& fragment, uint32_t entry) { return number_of(fragment, entry) >= half; });
}

}  // namespace invar::loki_write
