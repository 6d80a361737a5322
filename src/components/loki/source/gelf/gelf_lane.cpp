#include "src/components/loki/source/gelf/gelf_lane.h"

namespace invar::loki_source_gelf {
namespace {

constexpr int64_t kReadTime = INT64_MIN;  // rows that get the time of their reading
constexpr size_t kLargestDatagram = 65536;
constexpr int kRoundsAtOnce = 16;  // before others have their turn
constexpr size_t kMostRemembered = 4096;
constexpr size_t kComplaintsPerSecond = 10;
constexpr uint64_t kClockMs = 1000;

}  // namespace

GelfMetrics::GelfMetrics(MetricScope& scope)
    : entries(scope.counter("loki_source_gelf_target_entries_total", "Total number of successful entries sent to the gelf target")),
      parsing_errors(scope.counter("loki_source_gelf_target_parsing_errors_total", "Total number of parsing errors while receiving gelf messages")),
      incomplete(scope.counter("invar_source_gelf_incomplete_messages_total", "Messages of which not all chunks came within five seconds.")),
      udp_dropped(scope.counter("invar_source_gelf_udp_dropped_total", "Datagrams that the kernel dropped because its buffer was full.")),
      lost(scope.counter("invar_source_lost_lines_total", "Lines that were answered, and given back by a destination that stopped.")) {}

GelfLane::GelfLane(Lane& lane, const World& world, GelfPlanPtr plan)
    : lane_(lane),
      metrics_(world.metrics),
      log_(world.log),
      account_(world.account),
      runs_(metrics_.lost, account_, [this] { on_settled(); }),
      plan_(std::move(plan)),
      fanout_(lane.index()),
      most_unsettled_(world.most_unsettled),
      clock_(lane.loop(), [this] { look_at_clock(); }) {
  fanout_.set_receivers(plan_->forward_to);
}

GelfLane::~GelfLane() { fanout_.forget(*this); }

void GelfLane::open_write_ahead(NodeContext& context, std::string directory) {
  ahead_ = std::make_unique<AheadRuns>(lane_, context, std::move(directory), fanout_, account_, metrics_.lost, [this] { on_settled(); });
}

void GelfLane::adopt(GelfPlanPtr plan) {
  plan_ = std::move(plan);
  label_sets_.clear();
  fanout_.set_receivers(plan_->forward_to);
}

void GelfLane::listen(Fd socket) {
  if (reader_ && !paused()) read_some();
  ready_.reset();
  reader_ = std::make_unique<DatagramReader>(std::move(socket), kLargestDatagram);
  ready_ = std::make_unique<FdWatch>(lane_.loop(), reader_->fd(), [this](unsigned) { read_some(); });
  wait_for_more();
}

void GelfLane::wait_for_more() {
  if (ready_) (void)ready_->want(paused() ? 0 : FdWatch::kReadable).ok();
}

void GelfLane::read_some() {
  bool more = true;
  for (int i = 0; i < kRoundsAtOnce && more && !paused(); ++i) {
    more = reader_->read([this](const sockaddr_storage&, std::string_view bytes) { take(bytes); });
    metrics_.udp_dropped.add(reader_->take_dropped());
    flush();
  }
  wait_for_more();
}

void GelfLane::take(std::string_view datagram) {
  if (!Chunks::is_chunk(datagram)) return take_message(datagram);
  switch (chunks_.take(datagram, lane_.loop().now_ms(), whole_, why_)) {
    case Chunks::Outcome::kWhole: take_message(whole_); break;
    case Chunks::Outcome::kBad: complain(why_); break;
    case Chunks::Outcome::kMore: break;
  }
  if (!chunks_.empty() && !clock_.active()) clock_.start(kClockMs, kClockMs);
}

void GelfLane::take_message(std::string_view bytes) {
  Message message;
  switch (messages_.read(bytes, message, why_)) {
    case MessageReader::Outcome::kMessage: return add(message);
    case MessageReader::Outcome::kBad: return complain(why_);
    case MessageReader::Outcome::kNothing: return;
  }
}

void GelfLane::add(const Message& message) {
  text_.clear();
  messages_.append_line(message, text_);
  const auto time = plan_->use_incoming_timestamp ? time_of(message) : std::nullopt;
  batch_.rows.push_back({.line = batch_.arena().copy(text_), .time_ns = time.value_or(kReadTime), .labels = labels_of(message)});
  bytes_ += text_.size();
  if (bytes_ >= LogBatch::kMaxBytes && !paused()) flush();
}

const LabelSet* GelfLane::labels_of(const Message& message) {
  if (const uint64_t now = lane_.labels().generation(); labels_of_generation_ != now || label_sets_.size() >= kMostRemembered) {
    labels_of_generation_ = now;
    label_sets_.clear();
  }
  key_.clear();
  if (!plan_->rules.empty()) {  // without rules no label of a message shows
    key_ = level_word(message.level);
    for (const std::string_view field : {message.host, message.version, message.facility}) {
      key_ += std::to_string(field.size());
      key_ += ':';
      key_ += field;
    }
  }
  const auto at = label_sets_.find(key_);
  return at != label_sets_.end() ? at->second : label_sets_.emplace(key_, make_labels(message)).first->second;
}

/// A rule that says drop takes all labels, and leaves the message.
const LabelSet* GelfLane::make_labels(const Message& message) {
  scratch_.reset();
  relabel::Labels labels(scratch_);
  labels.set("__gelf_message_level", level_word(message.level));
  labels.set("__gelf_message_host", message.host);
  labels.set("__gelf_message_version", message.version);
  labels.set("__gelf_message_facility", message.facility);
  std::vector<Label> shown;
  if (plan_->rules.apply(labels, relabel::NameRule::kClassic))
    for (const Label& label : labels.all())
      if (!label.name.starts_with("__")) shown.push_back(label);
  return lane_.labels().intern_unsorted(shown);
}

void GelfLane::flush() {
  if (batch_.rows.empty()) return;
  const size_t rows = batch_.rows.size();
  uint32_t timed = 0;
  for (const LogRow& row : batch_.rows) timed += row.time_ns == kReadTime;
  int64_t time = timed > 0 ? lane_.read_times(timed) : 0;
  const int64_t now = lane_.clock().wall_ns();
  for (LogRow& row : batch_.rows) {
    row.created_ns = now;
    if (row.time_ns == kReadTime) row.time_ns = time++;
  }
  if (ahead_) {
    ahead_->put(batch_);
    waits_ = ahead_->full();
  } else {
    paused_ = runs_.send(batch_, fanout_, *this) == Flow::kPause;
    waits_ = most_unsettled_ > 0 && runs_.unsettled() >= most_unsettled_;
  }
  metrics_.entries.add(rows);
  batch_.clear();
  bytes_ = 0;
}

void GelfLane::resume() {
  paused_ = false;
  if (!paused() && reader_) read_some();
}

bool GelfLane::stop_waiting() {
  if (!waits_ || (ahead_ ? ahead_->full() : runs_.unsettled() > most_unsettled_ / 2)) return false;
  waits_ = false;
  return true;
}

/// Not from within: what is settled may be what is being handed on.
void GelfLane::on_settled() {
  if (stop_waiting()) {
    lane_.post([this, alive = std::weak_ptr(alive_)] {
      if (!alive.expired() && !paused() && reader_) read_some();
    });
  }
  check_drained();
}

void GelfLane::look_at_clock() {
  const size_t lost = chunks_.forget_expired(lane_.loop().now_ms());
  metrics_.incomplete.add(lost);
  if (chunks_.empty()) clock_.stop();
}

/// The counters tell how many there were.
void GelfLane::complain(const std::string& why) {
  metrics_.parsing_errors.add();
  constexpr uint64_t kSecond = 1000;
  const uint64_t now = lane_.loop().now_ms();
  if (now - complaints_since_ms_ >= kSecond) complaints_since_ms_ = now, complaints_ = 0;
  if (++complaints_ > kComplaintsPerSecond) return;
  log_.error("error while reading gelf message", {{"listen_address", plan_->listen_address}, {"err", why}});
}

void GelfLane::drain(std::function<void()> done) {
  drained_ = std::move(done);
  if (reader_ && !paused()) read_some();
  ready_.reset();
  reader_.reset();
  clock_.stop();
  if (ahead_) ahead_->stop();
  check_drained();
}

void GelfLane::check_drained() {
  if (drained_ && settled()) std::exchange(drained_, nullptr)();
}

}  // namespace invar::loki_source_gelf
