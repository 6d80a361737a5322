#include "src/components/loki/write/encoder.h"

#include "src/telemetry/wire/loki_push.h"

namespace invar::loki_write {
namespace {

constexpr size_t kPooledFragments = 8;

/// Which shard a stream goes to in Alloy: model.LabelSet.FastFingerprint of github.com/prometheus/common, the xor of FNV-1a 64 over name 0xff value.
uint64_t fast_fingerprint(const LabelSet& set) {
  constexpr uint64_t kOffset = 14695981039346656037u, kPrime = 1099511628211u;
  if (set.empty()) return kOffset;
  uint64_t result = 0;
  for (const Label& label : set.labels()) {
    uint64_t sum = kOffset;
    const auto add = [&sum](unsigned char byte) { sum = (sum ^ byte) * kPrime; };
    for (const char c : label.name) add(static_cast<unsigned char>(c));
    add(0xff);
    for (const char c : label.value) add(static_cast<unsigned char>(c));
    result ^= sum;
  }
  return result;
}

}  // namespace

Encoder::Encoder(Lane& lane, LogsReceiverPtr receiver, std::shared_ptr<const Plan> plan, HandOver hand_over)
    : lane_(lane), receiver_(std::move(receiver)), plan_(std::move(plan)), hand_over_(std::move(hand_over)) {
  receiver_->bind(lane_.index(), this);
}

Encoder::~Encoder() {
  unbind();
  *alive_ = false;
}

void Encoder::unbind() {
  if (receiver_->sink(lane_.index()) == this) receiver_->bind(lane_.index(), nullptr);
}

void Encoder::set_plan(std::shared_ptr<const Plan> plan) {
  seal();
  plan_ = std::move(plan);
  room();
}

void Encoder::open() {
  if (open_) return;
  if (pool_.empty()) {
    // As large as the one before: during an outage thousands of small ones may wait.
    open_ = std::make_shared<Fragment>();
    open_->bytes.reserve(expected_bytes_ + expected_bytes_ / 8);
    open_->entries.reserve(expected_entries_ + expected_entries_ / 8);
  } else {
    open_ = std::move(pool_.back());
    pool_.pop_back();
  }
  open_->lane = lane_.index();
  stream_index_.clear();
  if (hooked_) return;
  hooked_ = true;
  lane_.at_turn_end([this, alive = alive_] {
    if (!*alive) return;
    hooked_ = false;
    seal();
  });
}

void Encoder::seal() {
  if (!open_ || open_->entries.empty()) return;
  const auto further = static_cast<uint32_t>(plan_->gates.size() - 1);
  const auto entries = static_cast<uint32_t>(open_->entries.size());
  for (size_t i = 0; i < open_->stretches.size(); ++i) {
    Fragment::Stretch& stretch = open_->stretches[i];
    const uint32_t rows = (i + 1 < open_->stretches.size() ? open_->stretches[i + 1].begin : entries) - stretch.begin;
    if (further > 0) add_branch(*stretch.run, rows * further, stretch.lines * further);
    for (const GatePtr& gate : plan_->gates) arrive(*stretch.run, gate->book->id, stretch.lines);
    open_->shared |= stretch.run->shared;
    stretch.repeatable = stretch.run->source->rewinds;
    stretch.marks_keeper = stretch.run->source->marks_keeper;
  }
  expected_bytes_ = open_->bytes.size();
  expected_entries_ = entries;
  for (const GatePtr& gate : plan_->gates) gate->queued.fetch_add(static_cast<int64_t>(open_->bytes.size()));
  hand_over_(std::exchange(open_, nullptr), plan_);
  stream_index_.clear();
}

/// The next entry belongs to this run.
void Encoder::note_run(AckRun& run) {
  auto& stretches = open_->stretches;
  if (stretches.empty() || stretches.back().run != &run) stretches.push_back({static_cast<uint32_t>(open_->entries.size()), 0, &run, 0});
}

const LabelSet* Encoder::merged(const LabelSet* labels) {
  for (const auto& [name, value] : plan_->external_labels)
    if (!labels->find(name)) labels = lane_.labels().with(labels, name, value);
  return labels;
}

uint32_t Encoder::stream_of(const LabelSet* labels) {
  if (generation_ != lane_.labels().generation()) {
    generation_ = lane_.labels().generation();
    stream_index_.clear();
  }
  const auto found = stream_index_.find(labels);
  if (found != stream_index_.end()) return found->second;
  const LabelSet* whole = merged(labels);
  const auto index = static_cast<uint32_t>(open_->streams.size());
  auto& stream = open_->streams.emplace_back();
  stream.labels = whole->loki_text();
  if (const auto tenant = whole->tenant()) stream.tenant = std::string(*tenant);
  stream.hash = fast_fingerprint(*whole);
  stream_index_.emplace(labels, index);
  return index;
}

Flow Encoder::consume(LogBatch&& batch, Upstream& upstream) {
  const LabelSet* labels = nullptr;
  const AckRun* run = nullptr;
  uint32_t stream = 0;
  for (const LogRow& row : batch.rows) {
    if (!open_) open(), labels = nullptr, run = nullptr;
    if (row.ack != run) note_run(*row.ack), run = row.ack;
    if (row.labels != labels) labels = row.labels, stream = stream_of(labels);
    std::string_view metadata;
    size_t counted = row.line.size();
    if (row.metadata) {
      counted += loki_push::metadata_size(row.metadata->pairs);
      metadata = row.metadata->loki_wire;
      if (metadata.empty()) {
        metadata_.clear();
        loki_push::append_metadata(metadata_, row.metadata->pairs);
        metadata = metadata_;
      }
    }
    Fragment& fragment = *open_;
    loki_push::append_entry(fragment.bytes, row.time_ns, row.line, metadata);
    fragment.entries.push_back({static_cast<uint32_t>(fragment.bytes.size()), stream, static_cast<uint32_t>(counted), row.source_lines, row.created_ns});
    fragment.stretches.back().lines += row.source_lines;
    if (fragment.bytes.size() >= Fragment::kSealBytes) seal();
  }
  const bool shared = !batch.rows.empty() && batch.rows.back().ack->shared;
  return must_pause(shared) ? paused_.pause(upstream) : Flow::kKeepSending;
}

bool Encoder::must_pause(bool shared) {
  bool pause = false;
  for (const GatePtr& gate : plan_->gates) {
    if (!gate->full(shared)) continue;
    gate->waiting.store(true);
    // Looked at again after the flag is up: whoever makes room between the two looks sees the flag.
    if (gate->full(shared)) pause = true;
  }
  return pause;
}

void Encoder::room() {
  if (!paused_.empty() && !must_pause(false)) paused_.resume_all();
}

void Encoder::rest() { std::vector<FragmentPtr>().swap(pool_); }

void Encoder::settled(Settlement settlement) {
  for (Piece& piece : settlement.pieces) {
    for_each_stretch(piece, [&](const Fragment::Stretch& stretch, uint32_t rows, uint64_t lines) {
      if (settlement.mark) stretch.run->marks.push_back(settlement.mark);
      settle(*stretch.run, settlement.outcome, rows, lines, settlement.reason, settlement.destination);
    });
    if (piece.fragment.use_count() == 1 && pool_.size() < kPooledFragments) {
      piece.fragment->recycle();
      pool_.push_back(std::move(piece.fragment));
    }
  }
}

void Encoder::left_spill(const std::vector<SpillExit>& exits) {
  for (const SpillExit& exit : exits) exit.account->left_spill(exit.destination, exit.lines, exit.reason);
}

}  // namespace invar::loki_write
