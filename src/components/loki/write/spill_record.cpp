#include "src/components/loki/write/spill_record.h"

#include <algorithm>
#include <unordered_map>

#include "src/base/varint.h"
#include "src/telemetry/ledger.h"

namespace invar::loki_write {
namespace {

// A payload: the format's number, streams, entries, and the bytes of the entries back to back. Numbers are varints.
// docs/spill-format.md says it field by field.
constexpr uint64_t kFormat = 1;
constexpr int64_t kMillisecond = 1'000'000;
constexpr size_t kFewestBytes = 5, kUsualBytes = 8;  // of an entry's numbers

uint64_t account_of(const Fragment::Stretch& stretch) {
  if (!stretch.run) return stretch.account;
  return stretch.run->account ? stretch.run->account->id() : 0;
}

std::vector<SpillShare> shares_of(const Batch& batch) {
  std::vector<SpillShare> shares;
  for (const Piece& piece : batch.pieces)
    for_each_stretch(piece, [&](const Fragment::Stretch& stretch, uint32_t rows, uint64_t lines) {
      const uint64_t account = account_of(stretch);
      if (shares.empty() || shares.back().account != account) shares.push_back({account, 0, 0});
      shares.back().entries += rows;
      shares.back().lines += lines;
    });
  return shares;
}

/// The streams of a batch, each once, and their numbers.
class StreamNumbers {
 public:
  explicit StreamNumbers(const Batch& batch) {
    for (const Piece& piece : batch.pieces) {
      std::vector<uint32_t>& numbers = of_fragment_[piece.fragment.get()];
      numbers.resize(piece.fragment->streams.size(), kNone);
      for (uint32_t i = piece.first; i < piece.last; ++i) {
        uint32_t& number = numbers[piece.fragment->entries[i].stream];
        if (number == kNone) number = number_of(piece.fragment->streams[piece.fragment->entries[i].stream]);
      }
    }
  }
  const std::vector<const Fragment::Stream*>& all() const { return all_; }
  const uint32_t* of(const Fragment& fragment) const { return of_fragment_.at(&fragment).data(); }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  uint32_t number_of(const Fragment::Stream& stream) {
    // Equal labels are equal tenants: a tenant is a label too, though one that is not sent.
    const auto [found, added] = by_labels_.try_emplace({stream.labels, stream.tenant.value_or("")}, static_cast<uint32_t>(all_.size()));
    if (added) all_.push_back(&stream);
    return found->second;
  }
  struct PairHash {
    size_t operator()(const std::pair<std::string_view, std::string_view>& pair) const {
      return std::hash<std::string_view>()(pair.first) * 31 + std::hash<std::string_view>()(pair.second);
    }
  };
  std::unordered_map<const Fragment*, std::vector<uint32_t>> of_fragment_;
  std::unordered_map<std::pair<std::string_view, std::string_view>, uint32_t, PairHash> by_labels_;
  std::vector<const Fragment::Stream*> all_;
};

void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out.append(text);
}

std::string label_of(const Batch& batch, uint64_t epoch) {
  std::string label;
  put_varint(label, epoch);
  for (const SpillShare& share : shares_of(batch)) {
    put_varint(label, share.account);
    put_varint(label, share.entries);
    put_varint(label, share.lines);
  }
  return label;
}

/// Calls `act(fragment, entry, length, stream)` for each entry; `stream` is its number.
template <class Act>
void for_each_entry(const Batch& batch, const StreamNumbers& streams, Act act) {
  for (const Piece& piece : batch.pieces) {
    const Fragment& fragment = *piece.fragment;
    const uint32_t* numbers = streams.of(fragment);
    size_t begin = fragment.begin_of(piece.first);
    for (uint32_t i = piece.first; i < piece.last; ++i) {
      const Fragment::Entry& entry = fragment.entries[i];
      act(fragment, entry, entry.end - begin, numbers[entry.stream]);
      begin = entry.end;
    }
  }
}

}  // namespace

std::vector<Batch> batches_of_records(Batch batch) {
  const Piece& front = batch.pieces.front();
  std::vector<const Fragment::Stretch*> kinds{&front.fragment->stretch_of(front.first)};  // of each part, its first
  std::vector<Batch> parts;
  bool mixed = false;
  for (const Piece& piece : batch.pieces)
    for_each_stretch(piece, [&](const Fragment::Stretch& stretch, uint32_t, uint64_t) { mixed |= !stretch.goes_with(*kinds.front()); });
  parts.push_back(mixed ? batch.like() : std::move(batch));
  if (!mixed) return parts;
  for (const Piece& piece : batch.pieces) {
    uint32_t at = piece.first;
    for_each_stretch(piece, [&](const Fragment::Stretch& stretch, uint32_t entries, uint64_t) {
      const auto known = std::find_if(kinds.begin(), kinds.end(), [&](const auto* kind) { return kind->goes_with(stretch); });
      const auto part = static_cast<size_t>(known - kinds.begin());
      if (known == kinds.end()) kinds.push_back(&stretch), parts.push_back(batch.like());
      parts[part].add_piece({piece.fragment, at, at + entries});
      at += entries;
    });
  }
  return parts;
}

DiskQueueChannel::Append spill_record(const Batch& batch, uint64_t epoch) {
  DiskQueueChannel::Append record;
  record.entries = batch.entries;
  record.lines = batch.lines;
  std::string& head = record.payload.head;
  head = label_of(batch, epoch);
  if (head.size() > DiskQueue::kMaxLabel) head.clear();
  record.label = static_cast<uint16_t>(head.size());
  const StreamNumbers streams(batch);
  put_varint(head, kFormat);
  put_varint(head, streams.all().size());
  for (const Fragment::Stream* stream : streams.all()) {
    put_text(head, stream->labels);
    put_varint(head, stream->tenant ? 1 : 0);
    if (stream->tenant) put_text(head, *stream->tenant);
    put_varint(head, stream->hash);
  }
  put_varint(head, batch.entries);
  int64_t created_ms = 0;
  head.reserve(head.size() + batch.entries * kUsualBytes);
  for_each_entry(batch, streams, [&](const Fragment&, const Fragment::Entry& entry, size_t length, uint32_t stream) {
    const int64_t ms = entry.created_ns / kMillisecond;
    put_varint(head, length);
    put_varint(head, stream);
    put_varint(head, entry.counted);
    put_varint(head, entry.source_lines);
    put_varint(head, zigzag(ms - std::exchange(created_ms, ms)));
  });
  auto keeps = std::make_shared<std::vector<FragmentPtr>>();
  for (const Piece& piece : batch.pieces) {
    const size_t begin = piece.fragment->begin_of(piece.first);
    record.payload.rest.push_back(std::string_view(piece.fragment->bytes).substr(begin, piece.fragment->begin_of(piece.last) - begin));
    keeps->push_back(piece.fragment);
  }
  record.payload.keeps = std::move(keeps);
  const Piece& first = batch.pieces.front();
  const Fragment::Stretch& sources = first.fragment->stretch_of(first.first);
  record.marked_late = sources.repeatable && sources.marks_keeper;
  if (sources.repeatable) record.flags = disk_segment::RecordHeader::kRepeatable;
  return record;
}

std::vector<SpillShare> read_spill_label(std::string_view label, uint64_t epoch) {
  std::vector<SpillShare> shares;
  VarintReader reader{label};
  const bool ours = reader.number() == epoch;
  while (!reader.left.empty() && !reader.broken) {
    SpillShare share;
    share.account = reader.number();
    share.entries = static_cast<uint32_t>(reader.number(UINT32_MAX));
    share.lines = reader.number();
    if (!ours) share.account = 0;
    if (!reader.broken) shares.push_back(share);
  }
  return shares;
}

Result<FragmentPtr> read_spill_record(std::string payload, size_t label, uint64_t epoch) {
  const Error broken{"a record of the spill is no batch", "corrupt"};
  VarintReader reader{std::string_view(payload).substr(label)};
  if (reader.number() != kFormat) return broken;
  auto fragment = std::make_shared<Fragment>();
  const uint64_t streams = reader.number(reader.left.size());
  for (uint64_t i = 0; i < streams && !reader.broken; ++i) {
    auto& stream = fragment->streams.emplace_back();
    stream.labels = reader.text();
    if (reader.number(1) == 1) stream.tenant = std::string(reader.text());
    stream.hash = reader.number();
  }
  const uint64_t entries = reader.number(reader.left.size() / kFewestBytes);
  if (reader.broken || streams == 0 || entries == 0) return broken;
  fragment->entries.reserve(entries);
  int64_t created_ms = 0;
  uint64_t end = 0;
  for (uint64_t i = 0; i < entries && !reader.broken; ++i) {
    Fragment::Entry& entry = fragment->entries.emplace_back();
    end += reader.number(UINT32_MAX);
    entry.end = static_cast<uint32_t>(end);
    entry.stream = static_cast<uint32_t>(reader.number(streams - 1));
    entry.counted = static_cast<uint32_t>(reader.number(UINT32_MAX));
    entry.source_lines = static_cast<uint32_t>(reader.number(UINT32_MAX));
    created_ms = static_cast<int64_t>(static_cast<uint64_t>(created_ms) + static_cast<uint64_t>(unzigzag(reader.number())));
    constexpr int64_t kLargest = INT64_MAX / kMillisecond;
    entry.created_ns = created_ms > -kLargest && created_ms < kLargest ? created_ms * kMillisecond : 0;
  }
  if (reader.broken || end != reader.left.size() || payload.size() > UINT32_MAX) return broken;
  fragment->head = payload.size() - reader.left.size();
  for (Fragment::Entry& entry : fragment->entries) entry.end += static_cast<uint32_t>(fragment->head);
  uint32_t at = 0;
  for (const SpillShare& share : read_spill_label(std::string_view(payload).substr(0, label), epoch)) {
    if (share.entries == 0 || share.entries > entries - at) return broken;
    fragment->stretches.push_back({at, 0, nullptr, share.account});
    at += share.entries;
  }
  if (at < entries) {
    fragment->stretches.clear();
    fragment->stretches.push_back({});
  }
  for (size_t i = 0; i < fragment->stretches.size(); ++i) {
    const size_t until = i + 1 < fragment->stretches.size() ? fragment->stretches[i + 1].begin : entries;
    for (size_t entry = fragment->stretches[i].begin; entry < until; ++entry) fragment->stretches[i].lines += fragment->entries[entry].source_lines;
  }
  fragment->bytes = std::move(payload);
  return fragment;
}

FragmentPtr spilled_copy(const Batch& batch) {
  auto copy = std::make_shared<Fragment>();
  const StreamNumbers streams(batch);
  for (const Fragment::Stream* stream : streams.all()) copy->streams.push_back(*stream);
  copy->entries.reserve(batch.entries);
  for_each_entry(batch, streams, [&](const Fragment& fragment, const Fragment::Entry& entry, size_t length, uint32_t stream) {
    Fragment::Entry& own = copy->entries.emplace_back(entry);
    copy->bytes.append(fragment.bytes, entry.end - length, length);
    own.end = static_cast<uint32_t>(copy->bytes.size());
    own.stream = stream;
  });
  uint32_t at = 0;
  for (const SpillShare& share : shares_of(batch)) {
    copy->stretches.push_back({at, share.lines, nullptr, share.account});
    at += share.entries;
  }
  return copy;
}

}  // namespace invar::loki_write
